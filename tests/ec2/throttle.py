"""EC2's token buckets: one for each region and action, filled again at a steady rate.

A listing of everything, neither filtered nor in pages, has a bucket of its own where EC2 lists much.
"""

import threading
import time

# What EC2 publishes, as (tokens at most, tokens a second). The longest name that an action
# begins with counts; "" is for all others.
PUBLISHED = {
    "": (50, 5),
    "Describe": (100, 20),
    "Get": (100, 20),
    "List": (100, 20),
    "Search": (100, 20),
    "DescribeNetworkInterfaces unfiltered": (50, 10),
    "DescribeSecurityGroups unfiltered": (50, 10),
    "DescribeSecurityGroupReferences": (20, 5),
    "DescribeStaleSecurityGroups": (20, 5),
    "CreateTags": (100, 10),
    "DeleteTags": (100, 10),
}
NARROWING = ("Filter.", "MaxResults", "NextToken")


class Throttle:
    """Lets calls pass while there are tokens. Without rates, lets all pass."""

    def __init__(self):
        self._lock = threading.Lock()
        self.set(None)

    def set(self, rates):
        """Rates by the beginning of an action's name, or "published", or None."""
        rates = PUBLISHED if rates == "published" else rates
        with self._lock:
            self._rates = rates and {name: tuple(rate) for name, rate in rates.items()}
            self._buckets = {}

    def lets_pass(self, call):
        with self._lock:
            name = kind_of(call)
            rate = self._rates and self._rate(name)
            return rate is None or self._take((call.region, name), *rate)

    def _rate(self, name):
        fitting = [beginning for beginning in self._rates if name.startswith(beginning)]
        return self._rates[max(fitting, key=len)] if fitting else None

    def _take(self, bucket, most, rate):
        now = time.monotonic()
        tokens, last = self._buckets.get(bucket, (most, now))
        tokens = min(most, tokens + (now - last) * rate)
        passes = tokens >= 1
        self._buckets[bucket] = (tokens - 1 if passes else tokens, now)
        return passes


def kind_of(call):
    """The action; a listing of everything is a kind of its own, where it has a rate of its own."""
    narrowed = any(name.startswith(NARROWING) for name in call.parameters)
    unfiltered = f"{call.action} unfiltered"
    return unfiltered if unfiltered in PUBLISHED and not narrowed else call.action
