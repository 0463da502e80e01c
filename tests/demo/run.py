"""`make demo`: from a messy account to a curated one, with a real Terraform and an EC2 on loopback.

First a messy account: `curated audit` says what is wrong with it, `curated adopt` writes its groups as
configuration, Terraform imports them without a change, and `curated prune` deletes what nothing uses.
Then a clean start: it applies examples/collection in two regions, shows what EC2 then holds, plans
again (no changes), destroys, and shows that nothing of it is left. Whatever happens, all that was
started is stopped, and nothing is written outside target. boto3 does the looking, so that it isn't the
provider that says so.
"""

import argparse
import contextlib
import copy
import json
import os
import pathlib
import shutil
import sys

import ec2_view
import messy
import processes

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "collection"
SCRATCH = ROOT / "target" / "demo"
REPORT = ROOT / "target" / "demo-audit.html"
HOSTS = ("registry.terraform.io", "registry.opentofu.org")
REGIONS = ["eu-west-1", "us-east-1"]


class Failed(Exception):
    """The demo did not show what it is to show."""


def main():
    options = arguments()
    processes.interrupt_on_signals()
    try:
        with contextlib.ExitStack() as stack:
            stack.callback(shutil.rmtree, SCRATCH, ignore_errors=True)
            demo(stack, options)
    except processes.Interrupted as interrupted:
        sys.exit(interrupted.exit_code)
    except (Failed, processes.Ended) as failure:
        sys.exit(f"\nThe demo failed: {failure}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--terraform", required=True, help="a terraform or tofu")
    parser.add_argument("--binary", required=True, help="the provider")
    parser.add_argument("--place", required=True, help="NAMESPACE/TYPE/VERSION/OS_ARCH")
    return parser.parse_args()


def demo(stack, options):
    say("Starting an EC2 on loopback")
    endpoint = stack.enter_context(processes.bench(ROOT / "tests"))
    print(f"    {endpoint}")

    terraform = prepare(options, endpoint)
    from_a_mess(options, terraform, endpoint)
    before = {region: ec2_view.own_groups(endpoint, region) for region in REGIONS}

    say(f"A clean start with examples/collection. {terraform.version()}: init")
    terraform.run("init", "-input=false", quiet=True)

    say(f"plan and apply examples/collection for {' and '.join(REGIONS)}")
    terraform.run("plan", "-input=false", "-out=plan", quiet=True)
    terraform.run("apply", "-input=false", "plan")
    ids = terraform.output("security_group_ids")

    for region in REGIONS:
        say(f"What EC2 holds now: aws ec2 describe-security-groups --region {region}")
        found = ec2_view.groups(endpoint, region, ids[region].values())
        print(ec2_view.shown(found))
        if len(found) != len(ids[region]):
            raise Failed(f"{len(found)} groups in {region} instead of {len(ids[region])}")

    say("plan again: nothing is to change")
    if terraform.run("plan", "-input=false", "-detailed-exitcode", codes=(0, 2)) == 2:
        raise Failed("the plan after the apply has changes")

    say("destroy")
    terraform.run("plan", "-destroy", "-input=false", "-out=plan", quiet=True)
    terraform.run("apply", "-input=false", "plan")

    for region in REGIONS:
        left = ec2_view.own_groups(endpoint, region)
        if left != before[region]:
            raise Failed(f"there are other groups than before in {region}: {', '.join(left)}")
    say(f"Nothing of it is left in {' and '.join(REGIONS)}; stopping the EC2")


def from_a_mess(options, terraform, endpoint):
    """Audit, adopt, apply and prune of a small messy account."""
    region = REGIONS[0]
    messy.make(endpoint, region)
    curated = Curated(options, terraform.environment | {"AWS_REGION": region})

    say("A messy account. curated audit: what is wrong with it?")
    curated.run("audit")
    curated.run("audit", "--format", "html", "--output", str(REPORT))
    print(f"    The same as a page: {REPORT.relative_to(ROOT)}")

    say("curated adopt: its groups as configuration")
    curated.run("adopt", "--out", "adopted")
    print((SCRATCH / "adopted" / "vpc-main.tf").read_text())

    say("init, and apply: everything is imported, and nothing changes")
    adopted = terraform.at(SCRATCH / "adopted")
    adopted.run("init", "-input=false", quiet=True)
    adopted.run("plan", "-input=false", "-out=plan", quiet=True)
    adopted.run("apply", "-input=false", "plan")
    if adopted.run("plan", "-input=false", "-detailed-exitcode", codes=(0, 2)) == 2:
        raise Failed("the plan after the adoption has changes")

    say("curated prune: what nothing uses, as a plan; then the plan is carried out")
    state = str(SCRATCH / "adopted" / "terraform.tfstate")
    curated.run("prune", "--min-age", "0", "--state", state)
    curated.run("prune", "--apply", "prune-plan.json", "--state", state)
    left = ec2_view.own_groups(endpoint, region)
    if sorted(left) != ["app", "launch-wizard-1", "web"]:
        raise Failed(f"other groups are left than those in use: {', '.join(left)}")
    print(f"    What is left: {', '.join(sorted(left))}")


class Curated:
    """Runs of the command beside the provider, in target/demo."""

    def __init__(self, options, environment):
        self.program = str(pathlib.Path(options.binary).resolve().with_name("curated"))
        self.environment = environment

    def run(self, *words):
        code, _ = processes.run(
            [self.program, *words], capture=False, cwd=SCRATCH, env=self.environment
        )
        if code != 0:
            raise Failed(f"curated {words[0]} ended with {code}")


def prepare(options, endpoint):
    """A working copy of the example, and a Terraform that finds the provider as installed."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    shutil.copytree(
        EXAMPLE, SCRATCH / "collection", ignore=shutil.ignore_patterns(".*", "*.tfstate*")
    )
    values = {"regions": REGIONS}
    (SCRATCH / "collection" / "demo.auto.tfvars.json").write_text(json.dumps(values))
    install(options)
    # JSON's form of a string is HCL's too.
    config = SCRATCH / "cli.tfrc"
    mirror = json.dumps(str(SCRATCH / "plugins"))
    config.write_text(
        f"provider_installation {{\n  filesystem_mirror {{ path = {mirror} }}\n}}\n"
    )
    return Terraform(options.terraform, SCRATCH / "collection", config, endpoint)


def install(options):
    """Puts the provider where `make install` puts it, but under target/demo."""
    binary = pathlib.Path(options.binary).resolve()
    if not binary.exists():
        raise Failed(f"{binary} is missing: cargo build makes it")
    version = options.place.split("/")[2]
    for host in HOSTS:
        place = SCRATCH / "plugins" / host / options.place
        place.mkdir(parents=True)
        (place / f"{binary.name}_v{version}").symlink_to(binary)


class Terraform:
    """Commands of a terraform or tofu in one directory, in an environment of their own."""

    def __init__(self, program, directory, config, endpoint):
        self.program = os.path.abspath(program)
        self.directory = directory
        kept = {
            name: os.environ[name] for name in ("PATH", "TERM", "LANG") if name in os.environ
        }
        self.environment = kept | {
            "HOME": str(SCRATCH),
            "TF_CLI_CONFIG_FILE": str(config),
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            # The EC2 on loopback takes any key.
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "demo",
            "AWS_SECRET_ACCESS_KEY": "demo",
        }

    def at(self, directory):
        """The same in another directory."""
        other = copy.copy(self)
        other.directory = directory
        return other

    def run(self, *words, quiet=False, codes=(0,)):
        """Runs a command to its end. A quiet one's output is only shown when it fails."""
        code, output = processes.run(
            [self.program, *words, *self._colour(words)],
            capture=quiet,
            cwd=self.directory,
            env=self.environment,
        )
        if code not in codes:
            print(output)
            raise Failed(f"terraform {words[0]} ended with {code}")
        return code

    def output(self, name):
        return json.loads(self._captured("output", "-json", name))

    def version(self):
        return self._captured("version").splitlines()[0]

    def _captured(self, *words):
        command = [self.program, *words]
        code, output = processes.run(
            command, capture=True, cwd=self.directory, env=self.environment
        )
        if code != 0:
            raise Failed(f"terraform {words[0]} ended with {code}: {output}")
        return output

    @staticmethod
    def _colour(words):
        return [] if sys.stdout.isatty() else ["-no-color"]


def say(what):
    print(f"\n==> {what}", flush=True)


if __name__ == "__main__":
    main()
