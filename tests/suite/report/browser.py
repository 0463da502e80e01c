"""Opens a page in Chromium over its debugging pipe and prints, as JSON, how it looks there: light, dark,
narrow, printed, without JavaScript, and by keyboard. Needs nothing but Python and the browser."""

import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

# Far more than the kernel takes to end processes that were killed.
ENDING_SECONDS = 10


class Browser:
    def __init__(self, program, profile):
        to_browser, self.write = os.pipe()
        self.read, from_browser = os.pipe()
        # Chromium reads commands from descriptor 3 and writes answers to 4. Both are first moved out of
        # the way, since one of them may be a number that the other is to have.
        source, sink = os.dup2(to_browser, 60), os.dup2(from_browser, 61)
        command = [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                   "--disable-background-networking", f"--user-data-dir={profile}",
                   "--remote-debugging-pipe", "about:blank"]

        def connect():
            os.dup2(source, 3)
            os.dup2(sink, 4)

        self.process = subprocess.Popen(command, preexec_fn=connect, close_fds=False,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True)
        for descriptor in (to_browser, from_browser, source, sink):
            os.close(descriptor)
        self.rest, self.count, self.session, self.requests = b"", 0, None, []

    def close(self):
        """Ends it with all of its processes: one that outlives the first goes on writing to the profile,
        which then can't be removed."""
        group = self.process.pid
        os.killpg(group, signal.SIGKILL)
        self.process.wait()
        until = time.monotonic() + ENDING_SECONDS
        with contextlib.suppress(ProcessLookupError, PermissionError):
            while time.monotonic() < until:
                os.killpg(group, 0)
                time.sleep(0.01)

    def receive(self):
        while b"\0" not in self.rest:
            piece = os.read(self.read, 1 << 16)
            if not piece:
                raise SystemExit("the browser has ended")
            self.rest += piece
        message, self.rest = self.rest.split(b"\0", 1)
        message = json.loads(message)
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])
        return message

    def call(self, method, **params):
        self.count += 1
        message = {"id": self.count, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return result["result"].get("value")

    def open(self, url):
        self.call("Page.navigate", url=url)
        while self.receive().get("method") != "Page.loadEventFired":
            pass

    def press(self, key, code):
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)
            if kind == "rawKeyDown" and key == "Enter":
                self.call("Input.dispatchKeyEvent", type="char", key=key, text="\r")


def main(program, page, folder):
    url = "file://" + page
    told = {}
    with (
        tempfile.TemporaryDirectory() as profile,
        contextlib.closing(Browser(program, profile)) as browser,
    ):
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            browser.call(domain + ".enable")

        def picture(name):
            data = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
            with open(os.path.join(folder, name + ".png"), "wb") as file:
                file.write(base64.b64decode(data))

        def look(name, width, scheme):
            browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                         deviceScaleFactor=1, mobile=False)
            browser.call("Emulation.setEmulatedMedia",
                         features=[{"name": "prefers-color-scheme", "value": scheme}])
            browser.open(url)
            picture(name)
            told[name] = {
                "background": browser.value("getComputedStyle(document.body).backgroundColor"),
                "ink": browser.value("getComputedStyle(document.body).color"),
                "overflow": browser.value("document.documentElement.scrollWidth - innerWidth"),
            }

        look("light", 1280, "light")
        look("dark", 1280, "dark")
        look("narrow", 390, "light")
        told["title"] = browser.value("document.title")
        told["hostile"] = browser.value("document.querySelectorAll('img, iframe, object').length")
        told["scripts"] = browser.value("document.scripts.length")
        told["broken_links"] = browser.value(
            "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href'))"
            ".filter(h => !document.getElementById(h.slice(1)))")
        told["filter_hidden"] = browser.value("document.getElementById('filter').hidden")
        browser.value("{const i = document.querySelector('#filter input'); i.value = 'launch-wizard-1';"
                      "i.dispatchEvent(new Event('input'))}")
        told["rows_after_filter"] = browser.value(
            "[...document.querySelectorAll('tbody tr')].filter(r => !r.hidden).length")

        browser.open(url)
        reached = []
        for _ in range(60):
            browser.press("Tab", 9)
            reached.append(browser.value(
                "document.activeElement.tagName + ' ' + (document.activeElement.className || '')"))
        told["reached"] = reached
        browser.value("document.querySelector('details.check:not([open]) > summary').focus()")
        browser.value("window.chosen = document.activeElement.parentElement")
        browser.press("Enter", 13)
        told["opened_by_keyboard"] = browser.value("window.chosen.open")

        browser.open(url)
        browser.call("Emulation.setEmulatedMedia", media="print")
        told["print_shows_closed"] = browser.value(
            "[...document.querySelectorAll('details.check:not([open]) .found')]"
            ".every(e => e.getBoundingClientRect().height > 0)")
        pdf = browser.call("Page.printToPDF")["data"]
        told["pdf"] = base64.b64decode(pdf)[:5].decode()
        browser.call("Emulation.setEmulatedMedia", media="")

        browser.call("Emulation.setScriptExecutionDisabled", value=True)
        browser.open(url)
        picture("without-javascript")
        browser.call("DOM.enable")
        root = browser.call("DOM.getDocument")["root"]["nodeId"]
        box = browser.call("DOM.querySelector", nodeId=root, selector="#filter")["nodeId"]
        told["filter_without_javascript"] = "hidden" in browser.call("DOM.getAttributes", nodeId=box)["attributes"]
        told["requests"] = sorted(set(browser.requests) - {url})
    print(json.dumps(told))


main(*sys.argv[1:])
