"""What is to go wrong: faults that a test asks for, each for certain calls and a number of times.

A fault is a JSON object:

    action   name of the action, or its beginning and *; "*" for any, "writes" for any that writes
    region   only there (default: anywhere)
    has      only calls that have a parameter of this name, such as "TagSpecification.1.ResourceType"
    skip     so many fitting calls pass first (default 0)
    times    so many calls are hit (default 1)
    when     "before" the call is carried out (default), or "after"
    do       "error"   answer with `code`, `status` (default 400) and `message`, in which {Name} is
                       the call's parameter of that name
             "empty"   answer that all is well and nothing is there: the list of a Describe
             "reset"   cut the connection with a reset
             "close"   cut the connection in order, but without a reply
             "delay"   wait for `ms`
             "hold"    wait until the test releases the call (see control)
             "omit"    leave the element `tag` out of the reply (only "after")
             "reply"   send this `body` with `status`, whatever it is; {Action} in it is the action,
                       and {n} a number that no other reply has
             "endless" send `body` again and again, until the client hangs up
             "cut"     send only the first `share` (0 to 1) of the reply, as if it were all ("after")
             "put"     put `body` in the place of the first of what the regular expression `find`
                       finds in the reply, groups of it as \\1 ("after"); {n} as in "reply"
"""

import dataclasses
import threading

DEEDS = (
    "error",
    "empty",
    "reset",
    "close",
    "delay",
    "hold",
    "omit",
    "reply",
    "endless",
    "cut",
    "put",
)
LONGEST_HOLD_SECONDS = 120


@dataclasses.dataclass
class Fault:
    action: str
    do: str
    region: str | None = None
    has: str | None = None
    skip: int = 0
    times: int = 1
    when: str = "before"
    code: str = "InternalError"
    status: int = 400
    message: str = "Asked for by a test."
    ms: int = 0
    tag: str = ""
    body: str = ""
    share: float = 0.5
    find: str = ""

    def __post_init__(self):
        if self.do not in DEEDS:
            raise ValueError(f"do: {self.do!r} is none of {', '.join(DEEDS)}")
        if self.when not in ("before", "after"):
            raise ValueError(f'when: {self.when!r} is neither "before" nor "after"')
        if self.do == "omit" and (self.when != "after" or not self.tag.isalnum()):
            raise ValueError('"omit" is for a `tag` of the reply, "after" the call')
        if self.do in ("cut", "put") and self.when != "after":
            raise ValueError(f'"{self.do}" is for replies, "after" the call')

    def fits(self, call):
        if self.region not in (None, call.region):
            return False
        if self.has is not None and self.has not in call.parameters:
            return False
        if self.action == "writes":
            return call.is_write
        if self.action.endswith("*"):
            return call.action.startswith(self.action[:-1])
        return call.action == self.action

    def hits(self, call):
        """Whether this fault is for this call. Counts: to be asked once for a call."""
        if self.times <= 0 or not self.fits(call):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class Faults:
    """The faults that are still to come."""

    def __init__(self):
        self._lock = threading.Lock()
        self._faults = []

    def set(self, faults):
        faults = [Fault(**fault) for fault in faults]
        with self._lock:
            self._faults = faults

    def of(self, call, when):
        """Those for this call, in the order they were given."""
        with self._lock:
            return [f for f in self._faults if f.when == when and f.hits(call)]


class Holds:
    """The calls that are being held."""

    def __init__(self):
        self._changed = threading.Condition()
        self._held = {}
        self._next = 1

    def hold(self, call, when):
        """Waits until the call is released; whether it may go on."""
        with self._changed:
            number, self._next = self._next, self._next + 1
            held = self._held[number] = {"call": call, "when": when, "verdict": None}
            released = self._changed.wait_for(
                lambda: held["verdict"] is not None, LONGEST_HOLD_SECONDS
            )
            self._held.pop(number, None)
            return bool(released and held["verdict"])

    def release(self, go_on):
        """Lets all held calls go: on, or (go_on false) with their connection cut."""
        with self._changed:
            count = len(self._held)
            for held in self._held.values():
                held["verdict"] = bool(go_on)
            self._changed.notify_all()
            return count

    def shown(self):
        with self._changed:
            return [
                {"number": number, "when": held["when"], **held["call"].shown()}
                for number, held in sorted(self._held.items())
            ]
