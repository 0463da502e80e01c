"""What a test asks of the emulator, under /bench/. Replies are JSON; a mistake is a 400 that says so.

    GET  counts[?region=R]   calls by action: {"calls": {..}, "carried_out": {..}, "throttled": ..,
                             "refused": .., "cut": .., "lost": ..}
    GET  log[?region=R]      each call in order of arrival: its parameters, what became of it
    GET  writes              the group after each write to its rules, while `watch` is on
    GET  groups?region=R     all groups of a region with their rules, as plain data
    GET  held                the calls that are being held
    POST seed                makes many groups at once, without calls: {"region": R, "count": N,
                             "ingress": rules of each}; gives their ids in the order of their names
    POST hand-over           makes a group another account's, as in a VPC that is shared:
                             {"region": R, "id": "sg-..", "owner": "210987654321"}
    POST release             lets them go on; {"go_on": false} cuts them instead
    POST config              {"latency_ms": N, "watch": bool, "faults": [..] (see faults),
                              "buckets": {"Describe": [100, 20], "": [50, 5]} | "published" | null}
                             what is not named stays as it is; counters of faults start anew
    POST reset-counts        empties the log
    POST reset               empties everything: EC2, the log, all settings
"""

import json

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from werkzeug.wrappers import Request, Response

from . import seed, snapshot

PREFIX = "/bench/"


class Settings:
    """What `config` sets and no other part keeps."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.latency_ms, self.watch = 0, False

    def update(self, wanted):
        self.latency_ms = int(wanted.get("latency_ms", self.latency_ms))
        self.watch = bool(wanted.get("watch", self.watch))


class Control:
    """Answers /bench/… for the gate that it is given."""

    def __init__(self, gate):
        self.gate = gate
        self.answers = {
            ("GET", "counts"): lambda q: gate.ledger.counts(q.args.get("region")),
            ("GET", "log"): lambda q: gate.ledger.log(q.args.get("region")),
            ("GET", "writes"): lambda q: gate.ledger.writes(),
            ("GET", "groups"): self.groups,
            ("GET", "held"): lambda q: gate.holds.shown(),
            ("POST", "seed"): self.seed,
            ("POST", "hand-over"): self.hand_over,
            ("POST", "release"): self.release,
            ("POST", "config"): self.configure,
            ("POST", "reset-counts"): lambda q: gate.ledger.reset(),
            ("POST", "reset"): self.reset,
        }

    def __call__(self, environ, start_response):
        request = Request(environ)
        answer = self.answers.get((request.method, request.path.removeprefix(PREFIX)))
        try:
            if answer is None:
                raise LookupError(f"no such thing: {request.method} {request.path}")
            status, found = 200, answer(request)
        except (LookupError, TypeError, ValueError) as mistake:
            status, found = 400, {"error": str(mistake)}
        body = json.dumps({} if found is None else found)
        return Response(body, status, content_type="application/json")(environ, start_response)

    def groups(self, request):
        with self.gate.backend:
            return snapshot.groups(request.args["region"])

    def seed(self, request):
        with self.gate.backend:
            return seed.groups(**wanted(request))

    def hand_over(self, request):
        with self.gate.backend:
            return seed.hand_over(**wanted(request))

    def release(self, request):
        return {"released": self.gate.holds.release(wanted(request).get("go_on", True))}

    def configure(self, request):
        asked = wanted(request)
        unknown = set(asked) - {"latency_ms", "watch", "faults", "buckets"}
        if unknown:
            raise ValueError(f"unknown settings: {', '.join(sorted(unknown))}")
        self.gate.settings.update(asked)
        if "faults" in asked:
            self.gate.faults.set(asked["faults"])
        if "buckets" in asked:
            self.gate.throttle.set(asked["buckets"])

    def reset(self, request):
        gate = self.gate
        gate.settings.reset()
        gate.faults.set([])
        gate.throttle.set(None)
        gate.holds.release(go_on=False)
        with gate.backend:
            BackendDict.reset()
            reset_model_data()
        gate.ledger.reset()


def wanted(request):
    body = request.get_data()
    asked = json.loads(body) if body else {}
    if not isinstance(asked, dict):
        raise ValueError("the body must be a JSON object")
    return asked
