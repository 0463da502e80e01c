"""Looks at processes from outside, by way of /proc."""

import os
import pathlib
import time

EVERY_SECONDS = 0.01
PROC = pathlib.Path("/proc")


class Watch:
    """The most memory that any one process of a program ever held, as the kernel keeps count."""

    def __init__(self, binary):
        self.binary = os.path.realpath(binary)
        self.peak = 0
        self._stopped = False

    def stop(self):
        self._stopped = True

    def run(self):
        """Looks until it is stopped. It reads the kernel's high-water mark, so all that is missed
        is what a process does in its last milliseconds."""
        while not self._stopped:
            for pid in filter(str.isdigit, os.listdir(PROC)):
                if program_of(pid) == self.binary:
                    self.peak = max(self.peak, peak_of(pid))
            time.sleep(EVERY_SECONDS)


def program_of(pid):
    try:
        return os.readlink(PROC / pid / "exe")
    except OSError:
        return None


def peak_of(pid):
    """The most bytes that a process held so far; 0 when it is gone."""
    try:
        status = (PROC / pid / "status").read_text()
    except OSError:
        return 0
    marks = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(marks[0].split()[1]) * 1024 if marks else 0
