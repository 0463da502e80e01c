"""What a start costs: schema loads over none at all, and where their milliseconds go."""

import os
import re
import resource
import statistics
import subprocess
import time
from datetime import datetime

from subjects import NONE, OWN, SOURCES
from terraform import Work, clean_environment

COOKIE = {
    "TF_PLUGIN_MAGIC_COOKIE": "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    "PLUGIN_PROTOCOL_VERSIONS": "5",
}
REQUIRED = 'terraform {{\n  required_providers {{\n    {label} = {{ source = "{source}" }}\n  }}\n}}\n'
STAMP = re.compile(r"^(\d{4}-\d\d-\d\dT[\d:.]+)Z? ")
# What ends with each of these lines of Terraform's trace, which begins with the one before.
STAGES = (
    ("configuring client automatic mTLS", None),
    ("starting plugin", "Terraform makes a key and certificate"),
    ("plugin started", "Terraform starts the process"),
    ("using plugin", "the provider starts, up to the handshake line"),
    ("GRPCProvider: GetProviderSchema", "connection, mutual TLS, first calls"),
    ("GRPCProvider: Close", "the schema is asked for, sent and decoded"),
    ("plugin process exited", "the provider ends"),
)


def schema_loads(setting):
    """Seconds of `terraform providers schema`, the subjects taking turns."""
    setting.say("schema loads")
    works = {subject: schema_work(setting, subject) for subject in (NONE, *setting.subjects())}
    times = {subject: [] for subject in works}
    for run in range(setting.start_runs + 1):
        for subject, work in works.items():
            seconds = work.timed("providers", "schema", "-json")
            if run:  # the first warms the caches
                times[subject].append(seconds)
    return {subject: statistics.median(seconds) for subject, seconds in times.items()}


def schema_work(setting, subject):
    if subject == NONE:
        return Work(setting)
    source = SOURCES[subject]
    return Work(setting, REQUIRED.format(label=source.split("/")[1], source=source))


def profile(setting):
    """By stage, the median milliseconds of a schema load; and the process by itself."""
    setting.say("where the milliseconds of a start go")
    with schema_work(setting, OWN) as work:
        runs = [stages(traced(work)) for _ in range(setting.start_runs)]
    found = [(name, statistics.median(run[name] for run in runs)) for name in runs[0]]
    return {"stages": found, "process": handshakes(setting)}


def traced(work):
    return work.run("providers", "schema", "-json", TF_LOG="TRACE")


def stages(log):
    """Milliseconds by stage, as the trace's times have it."""
    at, found, rest = None, {}, iter(log.splitlines())
    for words, stage in STAGES:
        line = next((line for line in rest if words in line and STAMP.match(line)), None)
        if line is None:
            raise RuntimeError(f"Terraform's trace has no line with {words!r}")
        now = datetime.fromisoformat(STAMP.match(line)[1])
        if stage:
            found[stage] = (now - at).total_seconds() * 1000
        at = now
    return found


def handshakes(setting):
    """The process by itself, from its start to its handshake line: by program, medians."""
    found = {}
    for subject in setting.subjects():
        runs = [handshake(setting.program(subject)) for _ in range(setting.start_runs)]
        found[subject] = {
            name: statistics.median(run[name] for run in runs) for name in runs[0]
        }
    return found


def handshake(binary):
    """Milliseconds until the handshake line, CPU milliseconds, faults of pages."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(
        [binary], env=clean_environment() | COOKIE, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )
    process.stdout.readline()
    until = time.perf_counter() - started
    held = resident(process.pid)
    process.kill()
    process.communicate()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "ms to the handshake": until * 1000,
        "ms of CPU for us": (used.ru_utime - before.ru_utime) * 1000,
        "ms of CPU in the kernel": (used.ru_stime - before.ru_stime) * 1000,
        "page faults": used.ru_minflt - before.ru_minflt,
        "MB held": held / 1e6,
    }


def resident(pid):
    pages = int(open(f"/proc/{pid}/statm").read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


