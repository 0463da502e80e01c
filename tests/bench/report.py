"""The figures as a page: docs/benchmarks.md."""

import json

import goals
from subjects import AWS, AWS_RULES, NONE, NONE_BUT_LINES, OURS, OWN, OWN_SHORT, WITHOUT_PROVIDER

HEAD = """# Benchmarks

Every figure here was measured by one run of `{command}`, the subjects taking turns, on
{machine}.
{build}Times are medians of {runs} ({start_runs} for starts) and drift from machine to machine;
calls don't. The EC2 is `tests/fast_ec2`, on loopback and in memory, unless said
otherwise. "{own}" is this provider.{aws}
"""
AWS_HERE = (
    ' "aws" is terraform-provider-aws 5.100.0 with the rules in the blocks of aws_security_group,'
    ' and "aws, rule resources" the same with a resource for each rule.'
)
NO_AWS = (
    " terraform-provider-aws 5.100.0 wasn't found there, so its columns are missing: name its"
    " folder with `make bench AWS_PROVIDER=…`."
)


# In the names of goals that are held against a flat list.
FLAT = f"({NONE} +"


def page(results, setting, machine, command):
    """The whole page."""
    build = "The provider was a debug build: quick figures, for development. " * setting.quick
    head = HEAD.format(
        command=command, machine=machine, build=build, runs=times(setting.runs),
        start_runs=setting.start_runs, own=OWN, aws=AWS_HERE if setting.aws else NO_AWS,
    )
    sections = [head]
    for part, section in SECTIONS.items():
        if part in results:
            sections.append(section(results[part], setting))
    sections.append(goals_table(results, setting))
    return "\n".join(section.strip() + "\n" for section in sections).replace(" \n", "\n")


def goals_table(results, setting):
    rows = [
        (goal.name, number(goal.measured, goal.unit), number(goal.at_most, goal.unit),
         "missed" if goal.missed else "yes")
        for goal in goals.goals(results, setting)
    ]
    about = """
"No provider" keeps a flat list. Blocks are sets of objects, on which Terraform itself spends most
of the time, whoever provides them: "no provider, same blocks" keeps these. See the seconds above.
""" if any(FLAT in name and missed == "missed" for name, _, _, missed in rows) else ""
    return "## Goals\n\n" + table(("", "measured", "at most", "reached"), rows) + about


def lifecycle(found, setting):
    count = setting.groups
    ratios, calls, seconds = [], [], []
    others = [s for s in (AWS, AWS_RULES) if s in found]
    for phase in found[OWN]:
        own = found[OWN][phase]
        row = [ratio(found[s][phase][unit], own[unit]) for unit in ("calls", "seconds")
               for s in others]
        ratios.append((phase, *row))
        calls.append((phase, *(number(found[s][phase]["calls"]) for s in (*OURS, *others))))
        parts = [own["seconds"], found[OWN_SHORT][phase]["seconds"], own["own"]]
        parts += [found[s][phase]["seconds"] for s in (*WITHOUT_PROVIDER, *others)]
        seconds.append((phase, *(number(p, "s") for p in parts)))
    names = [f"{unit}, {s} to {OWN}" for unit in ("calls", "seconds") for s in others]
    out = f"""## The life of {count} groups

Each with five ingress rules and one egress rule, parallelism 10. "Refresh" is a plan without
changes; "add a rule" adds one to every group. Creating, adding and destroying hold their refresh
and plan too.
"""
    if others:
        out += "\n" + table(("", *names), ratios)
    out += "\nCalls to EC2 in all:\n\n" + table(("", *OURS, *others), calls)
    out += f"""
Seconds. "The EC2's own" is what it takes for the calls of {OWN}, made once more by a plain client,
ten at a time. "{NONE.capitalize()}" is `terraform_data` with a name, a list of ports and one of
networks; with the same blocks it holds what a group's `ingress` and `egress` hold, as sets of
objects, and a rule that is added replaces it. The difference between these two is Terraform's own
work on such sets, whoever provides them: it puts each of them in order again whenever it looks at
it, comparing two blocks attribute by attribute. With the same lines it holds what a group in the short
form holds, in `ingress_rules` and `egress_rules`.

"""
    columns = ("", *OURS, "the EC2's own", *WITHOUT_PROVIDER, *others)
    out += table(columns, seconds)
    starts = [
        (phase, *(number(found[s][phase]["alone"], "s") for s in (OWN_SHORT, NONE_BUT_LINES)),
         number(found[OWN_SHORT][phase]["alone"] - found[NONE_BUT_LINES][phase]["alone"], "s"))
        for phase in found[OWN]
    ]
    return out + f"""
The same with one group. What it takes more than without a provider are starts: Terraform starts the
provider anew for each of its steps, and makes a key and a certificate for each start. See below where the
milliseconds of one go.

""" + table(("", OWN_SHORT, NONE_BUT_LINES, "starts"), starts)


def rules(found, setting):
    rows = [
        (f"{subject}, {form}", f"{parallelism}", number(f["writes"]), number(f["calls"]))
        for (subject, form, parallelism), f in found.items()
    ]
    return f"""## {setting.groups} groups with six rules, each rule a resource of its own

Created, a call taking 100 ms. "{AWS}" has aws_vpc_security_group_ingress_rule. A group that is made
needs two writes before its rules come. Terraform has so many resources in hand at a time as `-parallelism`
says: rules that are written one by one mostly come group by group and share calls, those of one `for_each`
come in any order, where only more at a time meet others of their group. A `curated_security_group_rules` of
six rules is one write whatever the order.

""" + table(("", "parallelism", "writes per group", "calls per group"), rows)


def refresh(found, setting):
    other = found.get(AWS)
    rows = []
    for name, unit in (("calls", ""), ("seconds", "s"), ("memory", "MB")):
        scale = 1e6 if unit == "MB" else 1
        figures = [number(f[name] and f[name] / scale, unit) for f in found.values()]
        rows.append((name, *figures, *([ratio(other[name], found[OWN][name])] if other else [])))
    columns = ("", *found, *(["aws to curated"] if other else []))
    out = f"## A plan over {setting.many} groups of 6 rules that have not changed\n\n"
    return out + table(columns, rows) + "\nMemory is the most that one process of the provider held.\n"


def throttled(found, setting):
    own = found["subjects"][OWN]
    rows = [
        (subject, ratio(f["seconds"], own["seconds"]), number(f["seconds"], "s"),
         number(f["throttled"]), number(f["calls"]))
        for subject, f in found["subjects"].items()
    ]
    return f"""## {setting.throttled} groups created while EC2 throttles

At the rates that EC2 publishes, a call taking 40 ms. The buckets alone dictate
{number(found["buckets alone"], "s")}. One run.

""" + table(("", f"to {OWN}", "seconds", "throttled replies", "calls"), rows)


def schema(found, _setting):
    none = found[NONE]
    rows = [(s, number(f, "s"), number(f - none, "s")) for s, f in found.items()]
    return "## Loading the schema\n\n`terraform providers schema -json`:\n\n" + table(
        ("", "seconds", "over none"), rows)


def start(found, _setting):
    stages = [(name, number(ms, "ms")) for name, ms in found["stages"]]
    stages.append(("all of it", number(sum(ms for _, ms in found["stages"]), "ms")))
    names = list(next(iter(found["process"].values())))
    rows = [(n, *(number(f[n]) for f in found["process"].values())) for n in names]
    return f"""## Where the milliseconds of a start go

Between the lines of Terraform's own trace, while it loads the schema of {OWN}:

{table(("", "ms"), stages)}
The process by itself, from its start until its handshake line is read:

{table(("", *found["process"]), rows)}"""


def memory(found, _setting):
    groups = [(m, t, number(b / 1e6, "MB")) for m, t, b in found["groups"]]
    rules = [(r, number(b / 1e6, "MB")) for r, b in found["rules"]]
    return f"""## Memory

The most that one process of the provider held during a plan, with groups of six rules:

{table(("groups managed", "groups in the account", "memory"), groups)}
{per_step(found["groups"][:3], "group managed")}

With rules in the blocks of one group that is to be created:

{table(("rules", "memory"), rules)}
{per_step(found["rules"], "rule")}
"""


def per_step(rows, what):
    """How much each one more costs, between one size and the next."""
    steps = [
        f"{(b[-1] - a[-1]) / (b[0] - a[0]) / 1e3:.1f} kB" for a, b in zip(rows, rows[1:])
    ]
    return f"One more {what} costs {' and then '.join(steps)}."


def binary(found, _setting):
    rows = [(s, ratio(size, found[OWN]), number(size / 1e6, "MB")) for s, size in found.items()]
    return "## The binaries\n\n" + table(("", f"to {OWN}", "size"), rows)


def audit(found, setting):
    count, interfaces = f"{setting.audited_groups:,}", f"{setting.audited_interfaces:,}"
    rows = [
        (subject, number(f["seconds"], "s"), number(f["memory"] / 1e6, "MB"), number(f["calls"]))
        for subject, f in found.items()
    ]
    about = "" if len(found) > 1 else "\nCloud Custodian wasn't found there (`pip install c7n`).\n"
    return f"""## An audit of 17 regions

Each with {count} groups of six rules and {interfaces} interfaces. `curated audit` looks for
all of its findings; Cloud Custodian, where it is installed, for groups that let in 0.0.0.0/0 alone.
The seconds hold the EC2's own. Memory is the most that the processes of the command held together.

""" + table(("", "seconds", "memory", "calls"), rows) + about


def core(found, _setting):
    sizes = sorted({size for figures in found.values() for size in figures})
    rows = [
        (name, *(f"{figures[s] / s:,.0f}" if s in figures else "" for s in sizes))
        for name, figures in found.items()
    ]
    return """## The pure core

From criterion (`cargo bench`): nanoseconds for each rule, by the number of rules. As long as a row
stays level, its cost grows with the number of rules and no faster; sorted sets add a logarithm.

""" + table(("", *(f"{s:,}" for s in sizes)), rows)


SECTIONS = {
    "lifecycle": lifecycle, "rules": rules, "refresh": refresh, "throttled": throttled, "schema": schema,
    "start": start, "memory": memory, "binary": binary, "audit": audit, "core": core,
}


def criterion(folder):
    """By benchmark and number of elements, criterion's nanoseconds of one iteration."""
    found = {}
    for path in sorted(folder.glob("*/*/new/benchmark.json")):
        about = json.loads(path.read_text())
        estimates = json.loads((path.parent / "estimates.json").read_text())
        size = about["throughput"]["Elements"]
        found.setdefault(about["group_id"], {})[size] = estimates["median"]["point_estimate"]
    return {name: dict(sorted(figures.items())) for name, figures in found.items()}


def table(columns, rows):
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def number(figure, unit=""):
    """With as many digits as say something."""
    if figure is None:
        return ""
    text = f"{figure:,.0f}" if figure >= 100 or figure == int(figure) else f"{figure:.3g}"
    return f"{text} {unit}".strip()


def times(runs):
    return f"{runs} run{'s' * (runs != 1)}"


def ratio(other, own):
    return f"{other / own:.3g} ×" if own else ""
