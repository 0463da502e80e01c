"""Runs the cases and compares: the cases that differ must be those that are known to."""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.parse

from . import (  # noqa: F401 - each adds its cases to the list
    around,
    authorize,
    create,
    delete,
    describe,
    life,
    modify,
    refuse,
    revoke,
    tags,
    wire,
)
from .account import Account
from .case import ALL

# The bench knows no accounts but those of roles, and checks no signature.
KNOWN_TO_DIFFER = {"Z4", "Z8"}


def main():
    options = arguments()
    scrub_environment()
    with endpoint(options.endpoint) as address:
        results = probe(Account(address), options)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)
    sys.exit(verdict(results))


def arguments():
    parser = argparse.ArgumentParser(prog="python -m ec2.probe", description=__doc__)
    parser.add_argument("--endpoint", help="default: a bench that is started for this")
    parser.add_argument("--only", help="numbers of cases, with commas between")
    parser.add_argument("--all", action="store_true", help="also show the cases that are as EC2")
    parser.add_argument("--json", help="a file to write the results to")
    options = parser.parse_args()
    options.only = set(options.only.split(",")) if options.only else None
    return options


def scrub_environment():
    """No one's settings or credentials, and nothing but loopback, are used."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull


@contextlib.contextmanager
def endpoint(given):
    if given:
        host = urllib.parse.urlsplit(given).hostname or ""
        if host not in ("localhost", "::1") and not host.startswith("127."):
            sys.exit("only loopback endpoints are probed")
        yield given.rstrip("/") + "/"
        return
    command = [sys.executable, "-B", "-m", "ec2", "--until-stdin-closes"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as bench:
        try:
            yield json.loads(bench.stdout.readline())["endpoint"] + "/"
        finally:
            bench.kill()


def probe(account, options):
    results = []
    for one in ALL:
        if options.only and one.number not in options.only:
            continue
        began = time.monotonic()
        as_ec2, got = one.judge(account)
        results.append({
            "number": one.number,
            "title": one.title,
            "wanted": one.wanted,
            "source": one.source,
            "as_ec2": bool(as_ec2),
            "got": str(got),
            "seconds": round(time.monotonic() - began, 3),
        })
        if options.all or not as_ec2:
            word = "as EC2 " if as_ec2 else "differs"
            print(f"{word} {one.number:<4} {one.title} | wanted: {one.wanted} | got: {got}")
    return results


def verdict(results):
    """The exit code: 0 when just the known cases differ."""
    tried = {result["number"] for result in results}
    differ = {result["number"] for result in results if not result["as_ec2"]}
    known = KNOWN_TO_DIFFER & tried
    print(f"{len(tried) - len(differ)} of {len(tried)} cases as EC2, {len(known)} known to differ")
    for number in sorted(differ - known):
        print(f"{number} is not known to differ")
    for number in sorted(known - differ):
        print(f"{number} is as EC2 now: take it off the list of those known to differ")
    return 0 if differ == known else 1


if __name__ == "__main__":
    main()
