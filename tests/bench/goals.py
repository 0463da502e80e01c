"""What must be reached. A hard goal that is missed fails `make bench`; times are only reported."""

import dataclasses

from subjects import COMMAND, NONE, NONE_BUT_BLOCKS, NONE_BUT_LINES, OWN, OWN_SHORT

APPLY_RATIO = 1.3
CALLS_PER_GROUP = {"create": 2.2, "add a rule": 1.1, "destroy": 1.1}
REFRESH_CALLS, MANY_REFRESH_CALLS = 3, 12
SCHEMA_SECONDS = 0.05
MEMORY_MB, BINARY_MB = 20, 20
THROTTLED_SHARE, THROTTLED_RATIO = 0.01, 1.15
AUDIT_SECONDS, AUDIT_MB = 10, 150


@dataclasses.dataclass
class Goal:
    """A figure and the most that it may be."""

    name: str
    measured: float
    at_most: float
    hard: bool
    unit: str = ""

    @property
    def missed(self):
        return self.measured > self.at_most


def goals(results, setting):
    """All goals that the measured parts can be held against."""
    found = []
    for part, judge in (
        ("lifecycle", lifecycle), ("refresh", refresh), ("throttled", throttled),
        ("schema", schema), ("binary", binary), ("audit", audit),
    ):
        if part in results:
            found += judge(results[part], setting)
    return found


def lifecycle(found, setting):
    own = found[OWN]
    yield Goal(f"refresh of {setting.groups} groups, calls", own["refresh"]["calls"],
               REFRESH_CALLS, True)
    for phase, at_most in CALLS_PER_GROUP.items():
        calls = own[phase]["calls"] / setting.groups
        yield Goal(f"{phase}, calls per group", calls, at_most, True)
    for subject, without in (
        (OWN, NONE), (OWN, NONE_BUT_BLOCKS), (OWN_SHORT, NONE_BUT_LINES),
    ):
        own = found[subject]
        for phase, name in (("create", "apply"), ("refresh", "plan"), ("destroy", "destroy")):
            floor = found[without][phase]["seconds"] + own[phase]["own"]
            yield Goal(f"{subject}: seconds of {name}, as a multiple of ({without} + the EC2's own)",
                       own[phase]["seconds"] / floor, APPLY_RATIO, False)
            if subject == OWN_SHORT:
                starts = own[phase]["alone"] - found[without][phase]["alone"]
                yield Goal(f"{subject}: the same of {name}, less what starts take with one group",
                           (own[phase]["seconds"] - starts) / floor, APPLY_RATIO, False)


def refresh(found, setting):
    own = found[OWN]
    yield Goal(f"refresh of {setting.many} groups of 6 rules, calls", own["calls"],
               MANY_REFRESH_CALLS, True)
    yield Goal(f"memory at {setting.many} groups", own["memory"] / 1e6, MEMORY_MB, True, "MB")
    short = found[OWN_SHORT]["seconds"] / found[NONE_BUT_LINES]["seconds"]
    yield Goal(f"{OWN_SHORT}: seconds of a plan over {setting.many} groups, as a multiple of"
               f" ({NONE_BUT_LINES})", short, APPLY_RATIO, False)


def throttled(found, _setting):
    own, alone = found["subjects"][OWN], found["buckets alone"]
    yield Goal("throttled replies, share of all calls", own["throttled"] / own["calls"],
               THROTTLED_SHARE, False)
    if alone:
        yield Goal("throttled creation, times what the buckets alone dictate",
                   own["seconds"] / alone, THROTTLED_RATIO, False)


def schema(found, _setting):
    more = found[OWN] - found["no provider"]
    yield Goal("loading the schema, over none", more, SCHEMA_SECONDS, True, "s")


def binary(found, _setting):
    for name, program in (("provider", OWN), (COMMAND, COMMAND)):
        yield Goal(f"size of the {name}", found[program] / 1e6, BINARY_MB, True, "MB")


def audit(found, _setting):
    own = found["curated"]
    yield Goal("audit of 17 regions", own["seconds"], AUDIT_SECONDS, False, "s")
    yield Goal("memory of that audit", own["memory"] / 1e6, AUDIT_MB, True, "MB")
