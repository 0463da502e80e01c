"""`make bench`: what the provider costs, side by side with others, in one run.

Calls to EC2, seconds, memory, size: of this provider, of terraform-provider-aws where it is
installed, and of no provider at all. Writes docs/benchmarks.md. Fails where a hard goal is missed
(see goals.py): calls, memory, size, and the time of a schema load. Other times drift from machine
to machine, and are only reported.

    python -B tests/bench/run.py --terraform T --binary B --quick-ec2 E [--only lifecycle,start]
"""

import argparse
import dataclasses
import pathlib
import sys

import accounts
import audits
import emulator
import goals
import lifecycle
import machine
import report
import single_rules
import start
import throttled
from subjects import AWS, AWS_RULES, COMMAND, OURS, OWN, OWN_SHORT
from terraform import clean_environment

ROOT = pathlib.Path(__file__).resolve().parents[2]
AWS_VERSION = "5.100.0"
AWS_PLACES = (
    pathlib.Path.home() / ".terraform.d" / "plugins",
    *sorted(pathlib.Path("/opt").glob("*plugins*")),
)
PARTS = (
    "lifecycle", "rules", "refresh", "throttled", "schema", "start", "memory", "binary", "audit", "core",
)


@dataclasses.dataclass
class Setting:
    """What is measured, and how much of it."""

    terraform: str
    binary: pathlib.Path
    aws: pathlib.Path | None
    target: pathlib.Path
    quick: bool
    settings: dict
    groups: int = 50
    many: int = 1000
    throttled: int = 200
    # Terraform itself takes a quarter of an hour to plan 10,000 resources of this kind.
    sizes: tuple = (100, 1000, 2500)
    account: int = 10_000
    audited_groups: int = 2500
    audited_interfaces: int = 10_000
    runs: int = 3
    start_runs: int = 11

    def subjects(self, rule_resources=False, without=(), short=False):
        """Those that can be measured here, ours first."""
        ours = OURS if short else (OWN,)
        rest = [AWS] * bool(self.aws) + [AWS_RULES] * bool(self.aws and rule_resources)
        return [*ours, *without, *rest]

    def program(self, subject):
        return self.binary if subject in OURS else self.aws

    @property
    def curated(self):
        """The command, which is built beside the provider."""
        return self.binary.with_name("curated")

    @staticmethod
    def say(what):
        print(f"==> {what}", flush=True)


def main():
    options = arguments()
    setting = setting_of(options)
    if setting.aws is None:
        setting.say(f"terraform-provider-aws {AWS_VERSION} isn't here: measuring without it")
    environment = clean_environment()
    quick = options.quick_ec2.resolve()
    with emulator.started(options.ec2, quick, environment) as ec2:
        results = measured(setting, ec2, options.only)
    command = options.command or "make bench" + f" RUNS={options.runs}" * bool(options.runs)
    page = report.page(results, setting, machine.described(setting.terraform), command)
    options.write.parent.mkdir(parents=True, exist_ok=True)
    options.write.write_text(page)
    print(f"\n{page}\nwritten to {options.write}")
    missed = [g for g in goals.goals(results, setting) if g.hard and g.missed]
    if missed and not setting.quick:
        sys.exit("more than allowed: " + ", ".join(goal.name for goal in missed))


def measured(setting, ec2, only):
    """The figures of each part that is asked for."""
    acts = {
        "lifecycle": lambda: lifecycle.measure(setting, ec2),
        "rules": lambda: single_rules.measure(setting, ec2),
        "refresh": lambda: accounts.refresh(setting, ec2),
        "throttled": lambda: throttled.measure(setting, ec2),
        "schema": lambda: start.schema_loads(setting),
        "start": lambda: start.profile(setting),
        "memory": lambda: {
            "groups": accounts.memory_by_groups(setting, ec2),
            "rules": accounts.memory_by_rules(setting, ec2),
        },
        "binary": lambda: {
            **{s: setting.program(s).stat().st_size for s in setting.subjects()},
            COMMAND: setting.curated.stat().st_size,
        },
        "audit": lambda: audits.measure(setting, ec2),
        "core": lambda: report.criterion(setting.target / "criterion"),
    }
    return {part: acts[part]() for part in PARTS if part in only}


def setting_of(options):
    smaller = {
        "groups": 10, "many": 100, "throttled": 60, "sizes": (10, 100, 500),
        "account": 500, "start_runs": 3, "audited_groups": 100, "audited_interfaces": 400,
    }
    return Setting(
        terraform=options.terraform,
        binary=options.binary.resolve(),
        aws=aws_provider(options.aws),
        target=options.target.resolve(),
        quick=options.quick,
        settings={"latency_ms": options.latency_ms},
        runs=options.runs or (1 if options.quick else 3),
        **(smaller if options.quick else {}),
    )


def aws_provider(folder):
    """The program of terraform-provider-aws in this folder of plugins, or in the usual ones."""
    if folder == "none":
        return None
    pattern = f"**/hashicorp/aws/{AWS_VERSION}/*/terraform-provider-aws_v{AWS_VERSION}*"
    for place in [pathlib.Path(folder)] if folder else AWS_PLACES:
        found = sorted(place.glob(pattern)) if place.is_dir() else []
        if found:
            return found[0]
    if folder:
        sys.exit(f"{folder} has no terraform-provider-aws {AWS_VERSION}")
    return None


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--terraform", required=True, help="a terraform or tofu")
    parser.add_argument("--binary", required=True, type=pathlib.Path, help="the provider")
    parser.add_argument("--quick-ec2", required=True, type=pathlib.Path, help="fast_ec2, built")
    parser.add_argument("--target", type=pathlib.Path, default=ROOT / "target", help="cargo's")
    parser.add_argument("--ec2", choices=("quick", "moto"), default="quick", help="which to ask")
    parser.add_argument("--aws", default="", help="a folder of plugins, or none")
    parser.add_argument("--latency-ms", type=int, default=0, help="what each call takes longer")
    parser.add_argument("--only", type=parts, default=PARTS, help=",".join(PARTS))
    parser.add_argument("--runs", type=int, help="of which the median counts (3)")
    parser.add_argument("--quick", action="store_true", help="few of all, no goals: for trying")
    parser.add_argument("--write", type=pathlib.Path, help="the page (docs/benchmarks.md)")
    parser.add_argument("--command", help="what the page says it came from")
    options = parser.parse_args()
    quick_page = options.target / "bench" / "benchmarks.md"
    usual = quick_page if options.quick else ROOT / "docs" / "benchmarks.md"
    options.write = options.write or usual
    return options


def parts(text):
    wanted = text.split(",")
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such part: {', '.join(unknown)}")
    return wanted


if __name__ == "__main__":
    main()
