"""Many groups created while EC2 throttles at the rates that it publishes."""

import sys

from emulator import TESTS
from subjects import Groups, configuration
from terraform import Work

sys.path.append(str(TESTS))
from ec2.throttle import PUBLISHED  # noqa: E402  (the tests' own list of rates)

LATENCY_MS = 40
# A group needs one call of each, and EC2's own rule for what goes out is the one that is wanted.
NEEDED = ("CreateSecurityGroup", "AuthorizeSecurityGroupIngress")


def measure(setting, ec2):
    """By subject: seconds, calls, and how many of those were throttled."""
    found = {}
    groups = Groups(setting.throttled, 5)
    for subject in setting.subjects():
        setting.say(f"{groups.count} groups while EC2 throttles, {subject}")
        ec2.reset(latency_ms=LATENCY_MS, buckets=PUBLISHED)
        with Work(setting, configuration(subject, ec2.endpoint, groups)) as work:
            seconds = work.apply()
        found[subject] = {
            "seconds": seconds,
            "calls": ec2.calls(),
            "throttled": ec2.throttled(),
        }
    return {"buckets alone": buckets_alone(groups.count), "subjects": found}


def buckets_alone(groups):
    """The seconds that even the cleverest caller must take."""
    return max(seconds_for(action, groups) for action in NEEDED)


def seconds_for(action, calls):
    """Until there has been a token for each of so many calls of one action."""
    beginning = max((name for name in PUBLISHED if action.startswith(name)), key=len)
    at_once, each_second = PUBLISHED[beginning]
    return max(0, calls - at_once) / each_second
