"""The EC2s to measure against: the quick one, and the strict one of the tests. Both are asked alike."""

import contextlib
import json
import pathlib
import subprocess
import sys
import urllib.parse
import urllib.request

TESTS = pathlib.Path(__file__).resolve().parents[1]
REGION = "eu-west-1"
# A question that isn't one about EC2.
NOT_EC2 = ("GetCallerIdentity",)
TIMEOUT_SECONDS = 120


@contextlib.contextmanager
def started(kind, quick_binary, environment):
    """An EC2 on a free port of loopback; `kind` is "quick" or "moto"."""
    command = {
        "quick": [quick_binary, "--until-stdin-closes"],
        "moto": [sys.executable, "-B", "-m", "ec2", "--until-stdin-closes"],
    }[kind]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=TESTS, env=environment, **pipes)
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the EC2 did not start: {command[0]}")
        yield Ec2(kind, json.loads(line)["endpoint"], quick_binary, environment)
    finally:
        process.kill()
        process.wait()


class Ec2:
    """One that runs."""

    def __init__(self, kind, endpoint, quick_binary, environment):
        self.kind, self.endpoint = kind, endpoint
        self._quick_binary, self._environment = quick_binary, environment

    def reset(self, **settings):
        """Empties it, and sets `latency_ms` and `buckets`."""
        self._control("reset", {})
        self._control("config", settings)

    def reset_counts(self):
        self._control("reset-counts", {})

    def calls(self):
        """How often EC2 was called since the last reset."""
        return self._sum("calls")

    def counts(self):
        """How often each action was called since the last reset."""
        counts = self._control("counts")["calls"]
        return {action: count for action, count in counts.items() if action not in NOT_EC2}

    def throttled(self):
        return self._sum("throttled")

    def log(self):
        """All calls since the last reset, in the form that `own_seconds` takes."""
        calls = self._control("log")
        if self.kind == "moto":
            # It keeps what was called, not what a creation made.
            made = {g["name"]: g["id"] for g in self._control(f"groups?region={REGION}")}
            for call in calls:
                parameters = call["parameters"]
                name = made.get(parameters.get("GroupName"))
                call["group"] = parameters.get("GroupId", name)
                call["body"] = form(call["action"], parameters)
        return calls

    def own_seconds(self, calls, ids):
        """What it takes for these calls by itself, asked by a client that does nothing else.

        `ids` leads from the ids of the calls to those of now; what the calls make is added.
        """
        command = [self._quick_binary, "replay", "--endpoint", self.endpoint]
        replayed = subprocess.run(
            command, input=json.dumps({"calls": calls, "ids": ids}), env=self._environment,
            check=True, capture_output=True, text=True,
        )
        told = json.loads(replayed.stdout)
        ids.update(told["ids"])
        return told["seconds"]

    def seed(self, names, rules, region=REGION, interfaces=0):
        """Makes groups with ingress rules, `(port, cidr)` each, and EC2's egress rule; ids by name.

        The quick EC2 makes interfaces, too, which have one of these groups each.
        """
        if self.kind == "moto":
            return {name: self._make(name, rules) for name in names}
        keys = {f"ingress tcp/{port} from {cidr}": "" for port, cidr in rules}
        keys["egress all to 0.0.0.0/0"] = ""
        wanted = {
            "region": region, "names": names, "rules": keys, "description": "bench",
            "interfaces": interfaces,
        }
        return self._control("seed", wanted)["ids"]

    def _make(self, name, rules):
        reply = self._ec2("CreateSecurityGroup", GroupName=name, GroupDescription="bench")
        group = reply.split("<groupId>")[1].split("<")[0]
        permissions = {}
        for at, (port, cidr) in enumerate(rules, 1):
            path = f"IpPermissions.{at}"
            permissions |= {
                f"{path}.IpProtocol": "tcp",
                f"{path}.FromPort": port,
                f"{path}.ToPort": port,
                f"{path}.IpRanges.1.CidrIp": cidr,
            }
        self._ec2("AuthorizeSecurityGroupIngress", GroupId=group, **permissions)
        return group

    def _ec2(self, action, **parameters):
        scope = f"Credential=bench/20260101/{REGION}/ec2/aws4_request"
        headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}"}
        return self._ask("", form(action, parameters), headers).decode()

    def _sum(self, kind):
        counts = self._control("counts")[kind]
        return sum(count for action, count in counts.items() if action not in NOT_EC2)

    def _control(self, what, body=None):
        data = None if body is None else json.dumps(body)
        return json.loads(self._ask(f"bench/{what}", data, {}))

    def _ask(self, path, data, headers):
        data = None if data is None else data.encode()
        request = urllib.request.Request(f"{self.endpoint}/{path}", data, headers)
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as reply:
            return reply.read()


def form(action, parameters):
    """A call in EC2's query protocol."""
    fields = {"Action": action, "Version": "2016-11-15", **parameters}
    return urllib.parse.urlencode(fields)
