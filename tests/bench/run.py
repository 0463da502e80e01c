"""Measures what a user pays for having the provider at all: time, memory, size.

Prints three figures, side by side with a configuration that has no provider where that makes
sense. Times drift from machine to machine, and are only reported. Run by `make bench`.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 11
COOKIE = {
    "TF_PLUGIN_MAGIC_COOKIE": "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    "PLUGIN_PROTOCOL_VERSIONS": "5",
}
CONFIGURATIONS = {
    "none": "",
    "curated": 'terraform {\n  required_providers {\n    curated = { source = "curated/curated" }\n  }\n}\n',
}
LIMITS = {"schema, ms more": 80, "idle memory, MB": 20, "binary, MB": 20}


def main():
    """Measures, prints, and fails where a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--terraform", required=True)
    parser.add_argument("--binary", required=True, type=pathlib.Path)
    options = parser.parse_args()

    binary = options.binary.resolve()
    times = schema_times(options.terraform, binary)
    more = statistics.median(times["curated"]) - statistics.median(times["none"])
    figures = {
        "schema, ms more": more * 1000,
        "idle memory, MB": idle_memory(binary) / 1e6,
        "binary, MB": binary.stat().st_size / 1e6,
    }
    for name, seconds in times.items():
        middle = statistics.median(seconds) * 1000
        print(f"terraform providers schema, provider {name}: {middle:.0f} ms (median of {RUNS})")
    print(f"{'':20}{'measured':>10}{'at most':>10}")
    for name, figure in figures.items():
        print(f"{name:20}{figure:10.1f}{LIMITS[name]:10}")
    too_much = [name for name, figure in figures.items() if figure > LIMITS[name]]
    if too_much:
        sys.exit(f"more than allowed: {', '.join(too_much)}")


def schema_times(terraform, binary):
    """Seconds of `terraform providers schema`, the two configurations taking turns."""
    times = {name: [] for name in CONFIGURATIONS}
    with tempfile.TemporaryDirectory() as top:
        top = pathlib.Path(top)
        settings = top / "cli.tfrc"
        folder = binary.parent
        settings.write_text(
            "provider_installation {\n  dev_overrides {\n"
            f'    "registry.terraform.io/curated/curated" = "{folder}"\n'
            f'    "registry.opentofu.org/curated/curated" = "{folder}"\n'
            "  }\n  direct {}\n}\n"
        )
        env = clean_environment() | {"TF_CLI_CONFIG_FILE": str(settings)}
        for name, text in CONFIGURATIONS.items():
            (top / name).mkdir()
            (top / name / "main.tf").write_text(text)
        for run in range(RUNS + 1):
            for name in CONFIGURATIONS:
                started = time.perf_counter()
                subprocess.run(
                    [terraform, "providers", "schema", "-json"],
                    cwd=top / name, env=env, check=True, stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                if run:  # the first warms the caches
                    times[name].append(time.perf_counter() - started)
    return times


def idle_memory(binary):
    """Bytes that a process holds which has shaken hands and waits."""
    process = subprocess.Popen(
        [binary], env=clean_environment() | COOKIE, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    try:
        process.stdout.readline()
        status = pathlib.Path(f"/proc/{process.pid}/status")
        if status.exists():
            line = next(li for li in status.read_text().splitlines() if li.startswith("VmRSS"))
            return int(line.split()[1]) * 1024
        shown = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(process.pid)], check=True, capture_output=True, text=True
        )
        return int(shown.stdout) * 1024
    finally:
        process.terminate()
        process.wait()


def clean_environment():
    """The environment without anything that would steer Terraform or AWS tools."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "TF_"))}


if __name__ == "__main__":
    main()
