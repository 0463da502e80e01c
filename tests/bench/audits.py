"""A whole account looked at: `curated audit` over every region, beside Cloud Custodian where it is
installed (`pip install c7n`), which looks for rules that are open to the world alone."""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import threading
import time

from subjects import Groups
from terraform import clean_environment

REGIONS = (
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1",
    "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2",
    "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
)
CUSTODIAN = "custodian"
# The least that another tool can be asked for: one of the findings, and no interfaces.
POLICY = {
    "policies": [{
        "name": "open",
        "resource": "aws.security-group",
        "filters": [{"type": "ingress", "Cidr": {"value": "0.0.0.0/0"}}],
    }]
}
EVERY_SECONDS = 0.01


def measure(setting, ec2):
    """By subject: seconds, the most memory, calls and what was found."""
    ec2.reset()
    groups = Groups(setting.audited_groups, 5)
    for region in REGIONS:
        ec2.seed(groups.names, groups.rules, region, setting.audited_interfaces)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for subject, command in commands(setting, pathlib.Path(folder)).items():
            setting.say(f"audit of {len(REGIONS)} regions, {subject}")
            ec2.reset_counts()
            runs = [run(command, ec2, folder)]
            calls = ec2.calls()
            runs += [run(command, ec2, folder) for _ in range(setting.runs - 1)]
            found[subject] = {
                "seconds": statistics.median(seconds for seconds, _ in runs),
                "memory": max(memory for _, memory in runs),
                "calls": calls,
            }
    return found


def commands(setting, folder):
    """By subject, the command."""
    report = str(folder / "audit.json")
    found = {"curated": [str(setting.curated), "audit", "--all-regions", "--output", report]}
    if custodian := shutil.which(CUSTODIAN):
        policy = folder / "policy.json"
        policy.write_text(json.dumps(POLICY))
        regions = [word for region in REGIONS for word in ("--region", region)]
        found[CUSTODIAN] = [
            custodian, "run", "--output-dir", str(folder / "out"), "--cache-period", "0", *regions,
            str(policy),
        ]
    return found


def run(command, ec2, folder):
    """The seconds of a command, and the most memory of it and the processes that it starts."""
    environment = clean_environment() | {
        "HOME": folder, "AWS_ENDPOINT_URL": ec2.endpoint, "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench", "AWS_EC2_METADATA_DISABLED": "true",
    }
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )
    peak = Peak(process.pid)
    said = process.communicate()[1]
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}:\n{said[-2000:]}")
    return seconds, peak.stop()


class Peak:
    """The most memory that a process and its children ever held at one time."""

    def __init__(self, pid):
        self._pid, self._most, self._stopped = pid, 0, False
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self):
        self._stopped = True
        self._thread.join()
        return self._most

    def _watch(self):
        while not self._stopped:
            self._most = max(self._most, sum(resident(pid) for pid in family(self._pid)))
            time.sleep(EVERY_SECONDS)


def family(pid):
    """A process and all that it started, and these."""
    found = [pid]
    for parent in found:
        try:
            for task in os.listdir(f"/proc/{parent}/task"):
                children = pathlib.Path(f"/proc/{parent}/task/{task}/children").read_text()
                found += map(int, children.split())
        except OSError:
            continue
    return found


def resident(pid):
    """The bytes that a process holds; 0 when it is gone."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(lines[0].split()[1]) * 1024 if lines else 0
