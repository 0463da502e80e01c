"""Runs Terraform in a directory of its own, and says how long it took and what the provider held."""

import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time

from processes import Watch

HOSTS = ("registry.terraform.io", "registry.opentofu.org")
SCRUBBED = ("AWS_", "TF_", "MOTO_", "PYTHON")


def clean_environment():
    """The environment without anything that would steer Terraform, Python or AWS tools."""
    return {k: v for k, v in os.environ.items() if not k.startswith(SCRUBBED)}


class Work:
    """A directory with a configuration and its state."""

    def __init__(self, setting, text=""):
        self.program, self.setting = setting.terraform, setting
        self._folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self._folder.name)
        self.environment = clean_environment() | {
            "HOME": str(self.path),
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(self.path / "cli.tfrc"),
        }
        (self.path / "cli.tfrc").write_text(self._installation())
        self.write(text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def write(self, text):
        (self.path / "main.tf").write_text(text)

    def apply(self, refresh=True):
        return self.timed("apply", "-auto-approve", f"-refresh={str(refresh).lower()}")

    def plan(self):
        """A plan that must find nothing to do."""
        return self.timed("plan", "-detailed-exitcode")

    def destroy(self):
        return self.timed("destroy", "-auto-approve")

    def timed(self, *words, **environment):
        """The seconds that a command takes."""
        started = time.perf_counter()
        self.run(*words, **environment)
        return time.perf_counter() - started

    def run(self, *words, **environment):
        """Runs a command to its end; what it wrote to stderr."""
        command = [self.program, *words]
        if words[0] != "providers":
            command += ["-no-color", "-input=false"]
        ended = subprocess.run(
            command, cwd=self.path, env=self.environment | environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )
        if ended.returncode != 0:
            last = (ended.stdout + ended.stderr)[-3000:]
            raise RuntimeError(f"terraform {words[0]} ended with {ended.returncode}:\n{last}")
        return ended.stderr

    def peak_memory(self, binary, *words):
        """The most bytes that one process of a provider held while a command ran."""
        watch = Watch(binary)
        watcher = threading.Thread(target=watch.run, daemon=True)
        watcher.start()
        try:
            self.run(*words)
        finally:
            watch.stop()
            watcher.join()
        return watch.peak

    def multiply(self, ids):
        """Makes the state's one group as many as these, and as if they had been applied."""
        path = self.path / "terraform.tfstate"
        state = json.loads(path.read_text())
        (resource,) = [r for r in state["resources"] if r["mode"] == "managed"]
        (only,) = resource["instances"]
        old = only["attributes"]
        text = json.dumps(only)
        resource["instances"] = [
            json.loads(text.replace(old["id"], new_id).replace(old["name"], name))
            for name, new_id in ids.items()
        ]
        path.write_text(json.dumps(state))

    def _installation(self):
        folders = {"curated/curated": self.setting.binary.parent}
        if self.setting.aws:
            folders["hashicorp/aws"] = self.setting.aws.parent
        lines = [
            f"    {json.dumps(f'{host}/{source}')} = {json.dumps(str(folder))}\n"
            for source, folder in folders.items()
            for host in HOSTS
        ]
        overrides = "".join(lines)
        return f"provider_installation {{\n  dev_overrides {{\n{overrides}  }}\n  direct {{}}\n}}\n"
