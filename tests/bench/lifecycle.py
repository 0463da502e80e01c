"""The life of some groups: created, looked at, given a rule, destroyed. Calls and seconds of each."""

import statistics

from subjects import (
    AWS_RULES, NONE_BUT_LINES, OURS, OWN_SHORT, WITHOUT_PROVIDER, Groups, configuration,
)
from terraform import Work

PHASES = ("create", "refresh", "add a rule", "destroy")
# A plan that is looked at for half an hour says no more than one that is looked at once.
ONCE = (AWS_RULES,)


def measure(setting, ec2):
    """By subject and phase: calls, and the median of the seconds; and what the EC2 took itself. Of
    the short form, "alone" is the seconds with one group: what Terraform's own start takes, and that
    of the provider's processes."""
    found = {}
    for run in range(setting.runs):
        for subject in setting.subjects(rule_resources=True, without=WITHOUT_PROVIDER, short=True):
            if run == 0 or subject not in ONCE:
                setting.say(f"{setting.groups} groups, {subject}, run {run + 1}")
                phases = one_life(setting, ec2, subject, setting.groups)
                if subject in (OWN_SHORT, NONE_BUT_LINES):
                    alone = one_life(setting, ec2, subject, 1)
                    for phase, figures in phases.items():
                        figures["alone"] = alone[phase]["seconds"]
                for phase, figures in phases.items():
                    found.setdefault(subject, {}).setdefault(phase, []).append(figures)
    return {
        subject: {phase: middle(runs) for phase, runs in phases.items()}
        for subject, phases in found.items()
    }


def middle(runs):
    """The median of the runs, for each figure that every run has."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def one_life(setting, ec2, subject, count):
    ec2.reset(**setting.settings)
    before, after = Groups(count, 5), Groups(count, 6)
    phases, logs = {}, {}
    with Work(setting, configuration(subject, ec2.endpoint, before)) as work:
        for phase in PHASES:
            ec2.reset_counts()
            if phase == "add a rule":
                work.write(configuration(subject, ec2.endpoint, after))
            act = {"refresh": work.plan, "destroy": work.destroy}.get(phase, work.apply)
            phases[phase] = {"seconds": act()}
            if subject not in WITHOUT_PROVIDER:
                phases[phase]["calls"] = ec2.calls()
            if subject in OURS:
                logs[phase] = ec2.log()
    ec2.reset(**setting.settings)
    ids = {}
    for phase, log in logs.items():
        phases[phase]["own"] = ec2.own_seconds(log, ids)
    return phases
