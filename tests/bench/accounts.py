"""Many groups that exist already: calls, seconds and memory of looking at them.

Their state isn't applied but written: one group is applied, and its entry multiplied.
"""

import statistics

from subjects import AWS_RULES, NONE_BUT_LINES, OWN, WITHOUT_PROVIDER, Groups, configuration
from terraform import Work


def refresh(setting, ec2):
    """By subject: calls, seconds and memory of a refresh of many groups with six rules each."""
    found = {}
    for subject in setting.subjects(short=True, without=(NONE_BUT_LINES,)):
        setting.say(f"refresh of {setting.many} groups, {subject}")
        with standing(setting, ec2, subject, setting.many, setting.many) as work:
            ec2.reset_counts()
            seconds = [work.plan()]
            calls = None if subject in WITHOUT_PROVIDER else ec2.calls()
            seconds += [work.plan() for _ in range(setting.runs - 1)]
            found[subject] = {
                "calls": calls,
                "seconds": statistics.median(seconds),
                "memory": None if subject in WITHOUT_PROVIDER
                else work.peak_memory(setting.program(subject), "plan"),
            }
    return found


def memory_by_groups(setting, ec2):
    """Managed groups, groups in the account, and the most bytes of the provider."""
    sizes = [(size, size) for size in setting.sizes]
    sizes.append((setting.sizes[1], setting.account))
    rows = []
    for managed, there in sizes:
        setting.say(f"memory with {managed} of {there} groups")
        with standing(setting, ec2, OWN, managed, there) as work:
            rows.append((managed, there, work.peak_memory(setting.binary, "plan")))
    return rows


def memory_by_rules(setting, ec2):
    """Rules of one group's blocks, and the most bytes of the provider in the plan that makes it."""
    rows = []
    for rules in (10, 100, 1000):
        setting.say(f"memory with {rules} rules in one plan")
        ec2.reset()
        groups = Groups(1, ports=rules // 10, cidrs=10)
        with Work(setting, configuration(OWN, ec2.endpoint, groups)) as work:
            rows.append((rules, work.peak_memory(setting.binary, "plan")))
    return rows


def standing(setting, ec2, subject, managed, there):
    """A work directory whose state holds groups that the EC2 holds too, among others."""
    assert subject != AWS_RULES, "a state of one resource"
    if subject in WITHOUT_PROVIDER:
        work = Work(setting, configuration(subject, ec2.endpoint, Groups(managed, 5)))
        work.apply()
        return work
    ec2.reset(**setting.settings)
    one, all_of_them = Groups(1, 5), Groups(there, 5)
    work = Work(setting, configuration(subject, ec2.endpoint, one))
    work.apply()
    ec2.reset(**setting.settings)
    ids = ec2.seed(all_of_them.names, all_of_them.rules)
    names = Groups(managed, 5).names
    work.multiply({name: ids[name] for name in names})
    work.write(configuration(subject, ec2.endpoint, Groups(managed, 5)))
    return work


