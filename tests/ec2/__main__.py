"""Starts the emulator and says so, with one line of JSON, once it answers."""

import argparse
import json
import logging
import os
import signal
import sys
import threading
import time

from .gate import Gate
from .server import Server

PARENT_CHECK_SECONDS = 0.5
WARM_UP = b"Action=DescribeVpcs&Version=2016-11-15"


def main():
    options = arguments()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    end_with_parent(os.getppid())
    if options.until_stdin_closes:
        end_with_stdin()
    gate = Gate(strict=not options.plain)
    gate.settings.update({"latency_ms": options.latency_ms})
    server = Server(options.port, gate)
    threading.Thread(target=warm_up_and_tell, args=(server, gate), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(130)


def arguments():
    parser = argparse.ArgumentParser(prog="python -m ec2", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 (default): any free one")
    parser.add_argument("--latency-ms", type=int, default=0, help="what each call takes longer")
    parser.add_argument("--plain", action="store_true", help="moto as it is, without the laws")
    parser.add_argument(
        "--until-stdin-closes",
        action="store_true",
        help="end when standard input does; it always ends when its parent does",
    )
    return parser.parse_args()


def warm_up_and_tell(server, gate):
    """moto builds much at its first call, which is not to count against a test."""
    gate.warm_up(WARM_UP)
    endpoint = f"http://127.0.0.1:{server.port}"
    print(json.dumps({"endpoint": endpoint, "port": server.port, "pid": os.getpid()}), flush=True)


def end_with_parent(parent):
    """Nothing is left behind by a test that was killed."""

    def watch():
        while os.getppid() == parent:
            time.sleep(PARENT_CHECK_SECONDS)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def end_with_stdin():
    def watch():
        while os.read(0, 4096):
            pass
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
