"""Starts processes so that each one is stopped again, whatever comes."""

import contextlib
import json
import os
import signal
import subprocess
import sys

STOP_SECONDS = 20
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SCRUBBED = ("AWS_", "MOTO_", "TF_", "PYTHON")


class Interrupted(BaseException):
    """Somebody asked the demo to stop."""

    def __init__(self, number):
        self.exit_code = 128 + number
        super().__init__(number)


class Ended(Exception):
    """A process did not do what it was started for."""


class _Watch:
    """Whether a signal may interrupt now, and the one that came while it might not."""

    held_back = False
    pending = None


def interrupt_on_signals():
    """Turns the first signal into `Interrupted`; later ones don't disturb the clearing up."""
    for each in SIGNALS:
        signal.signal(each, _on_signal)


def _on_signal(number, _frame):
    if _Watch.held_back:
        _Watch.pending = number
        return
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    print("\n==> Interrupted: stopping everything", flush=True)
    raise Interrupted(number)


@contextlib.contextmanager
def _uninterrupted():
    """Holds signals back. Not by a signal mask: processes started here would inherit that."""
    _Watch.held_back = True
    try:
        yield
    finally:
        _Watch.held_back = False
    if _Watch.pending is not None:
        _on_signal(_Watch.pending, None)


@contextlib.contextmanager
def started(command, **options):
    """A process in a group of its own, which a Ctrl-C at the terminal does not reach directly.

    What is left of the group when the context ends is killed.
    """
    process = None
    try:
        # An interrupt between the start and the assignment would lose the process.
        with _uninterrupted():
            try:
                process = subprocess.Popen(command, start_new_session=True, **options)
            except OSError as error:
                raise Ended(f"{command[0]}: {error.strerror}") from error
        yield process
    finally:
        if process is not None:
            with _uninterrupted():
                _kill_group(process)


def run(command, capture, cwd, env):
    """Runs a command; its exit code, and what it printed if that is captured.

    Interrupted, it is asked to stop in order, and is given some time for it.
    """
    into = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if capture else {}
    settings = {"cwd": cwd, "env": env, "stdin": subprocess.DEVNULL, "text": True}
    with started(command, **settings, **into) as process:
        try:
            output, _ = process.communicate()
        except Interrupted:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=STOP_SECONDS)
            raise
    return process.returncode, output or ""


@contextlib.contextmanager
def bench(tests):
    """The EC2 of tests/ec2 on a free port of loopback: its address."""
    command = [sys.executable, "-B", "-m", "ec2", "--until-stdin-closes"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(SCRUBBED)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with started(command, cwd=tests, env=environment, **pipes) as process:
        line = process.stdout.readline()
        if not line:
            raise Ended("the EC2 did not start")
        yield json.loads(line)["endpoint"]


def _kill_group(process):
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
