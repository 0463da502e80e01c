"""What was called, and what became of it. Only the ledger knows; everything else asks it."""

import collections
import re
import threading
import time
from urllib.parse import parse_qs

CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/[0-9]+/([^/]+)/([^/]+)/aws4_request")
HOME_REGION = "us-east-1"
READS = ("Describe", "Get", "List", "Search", "Decode")

# What can become of a call. The last two were carried out, the others were not.
ARRIVED, THROTTLED, REFUSED, CUT = "arrived", "throttled", "refused", "cut"
ANSWERED, LOST = "answered", "lost"


class Call:
    """One API call, as far as the emulator cares: no header of it is kept."""

    def __init__(self, body, authorization):
        found = CREDENTIAL.search(authorization or "")
        parameters = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        self.parameters = {name: values[0] for name, values in parameters.items()}
        self.action = self.parameters.pop("Action", None)
        self.parameters.pop("Version", None)
        self.region = found[2] if found else HOME_REGION
        self.at = time.time()
        self.outcome = ARRIVED
        self.code = None

    @property
    def is_write(self):
        return not self.action.startswith(READS)

    def shown(self):
        return {
            "at": round(self.at, 3),
            "region": self.region,
            "action": self.action,
            "parameters": self.parameters,
            "outcome": self.outcome,
            "code": self.code,
        }


class Ledger:
    """All calls since the last reset, in order of arrival."""

    def __init__(self):
        self._lock = threading.Lock()
        self._calls = []
        self._writes = []

    def arrived(self, call):
        with self._lock:
            self._calls.append(call)

    def wrote(self, call, group):
        """Keeps what a group's rules were right after a write."""
        with self._lock:
            self._writes.append({"action": call.action, "region": call.region, "group": group})

    def reset(self):
        with self._lock:
            self._calls, self._writes = [], []

    def log(self, region=None):
        return [call.shown() for call in self._of(region)]

    def writes(self):
        with self._lock:
            return list(self._writes)

    def counts(self, region=None):
        """By action: `calls` that arrived, those `carried_out`, `throttled`, `refused`, …"""
        kinds = collections.defaultdict(collections.Counter)
        for call in self._of(region):
            kinds["calls"][call.action] += 1
            if call.outcome in (ANSWERED, LOST):
                kinds["carried_out"][call.action] += 1
            if call.outcome != ANSWERED:
                kinds[call.outcome][call.action] += 1
        for kind in ("calls", "carried_out", THROTTLED, REFUSED, CUT, LOST):
            kinds[kind].update()
        return kinds

    def _of(self, region):
        with self._lock:
            return [call for call in self._calls if region in (None, call.region)]
