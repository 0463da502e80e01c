"""Checks of security groups of the provider "curated" in a Terraform plan, for Checkov.

    checkov --file plan.json --external-checks-dir policies/checkov

They judge what policies/rego judges: the rules in `rules`, which lists what EC2 will hold; and while
`rules` isn't known, since a peer isn't, or has digests, what makes the rules: blocks, lines of the
short form, presets, and the arguments of single rules.
"""

import functools
import ipaddress
import json
import pathlib

from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

GROUPS = ("curated_security_group", "curated_default_security_group")
SINGLE_RULES = (
    "curated_security_group_rule",
    "curated_vpc_security_group_ingress_rule",
    "curated_vpc_security_group_egress_rule",
)
TYPES = (*GROUPS, "curated_security_group_rules", *SINGLE_RULES)

# JSON by another name: Checkov takes each file of a name in .json for a policy, and warns that it is none.
CATALOG = json.loads((pathlib.Path(__file__).parent / "catalog.txt").read_text())
PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "-1": "all"}
ANYWHERE = {"anywhere-ipv4": "0.0.0.0/0", "anywhere-ipv6": "::/0"}
# What isn't known yet.
UNKNOWN = "?"
ANY_TRAFFIC = (UNKNOWN, 0, 65535)


class Rule:
    """A rule of a plan. The traffic is protocol, first and last port."""

    def __init__(self, direction, traffic, peer, description, is_of_preset=False):
        self.direction, self.traffic, self.peer = direction, traffic, peer
        self.description, self.is_of_preset = description, is_of_preset

    def is_wide(self):
        """Whether the peer is the world, or more of it than anybody owns."""
        try:
            block = ipaddress.ip_network(self.peer, strict=False)
        except ValueError:
            return False
        return block.prefixlen < (8 if block.version == 4 else 16)

    def is_from_world(self):
        return self.direction == "ingress" and self.is_wide()

    def reaches(self, ports):
        protocol, first, last = self.traffic
        ranges = ports.get(protocol, [])
        return protocol == "all" or any(first <= end and start <= last for start, end in ranges)

    def is_nearly_all(self):
        protocol, first, last = self.traffic
        return protocol == "all" or (protocol in ("tcp", "udp") and last - first + 1 > 65000)

    def is_open_question(self):
        return self.peer == UNKNOWN or (self.traffic[0] == UNKNOWN and self.is_wide())


@functools.lru_cache(maxsize=4)
def changes(path):
    """The changes of a plan by address."""
    plan = json.loads(pathlib.Path(path).read_text())
    return {change["address"]: change for change in plan.get("resource_changes", [])}


def rules_of(kind, change):
    """The rules of a resource."""
    after = change.get("after") or {}
    unknown = change.get("after_unknown") or {}
    marks = unknown.get("rules", False)
    is_redacted = after.get("redact_rules") or is_marked(unknown.get("redact_rules"))
    presets = [after.get("preset"), *(after.get("presets") or [])]
    presets = [name for name in presets if isinstance(name, str)]
    of_presets = {key for name in presets for key in CATALOG["presets"].get(name, [])}
    if marks is not True and not is_redacted:
        marks, texts = marks or {}, after.get("rules") or {}
        for key in {**texts, **marks}:
            direction, traffic, _, peer = key.split(" ")
            text = UNKNOWN if marks.get(key) else texts.get(key) or ""
            yield Rule(direction, traffic_of(traffic), peer, text, key in of_presets)
        return
    if kind in SINGLE_RULES:
        is_egress = "egress" in kind or after.get("type") == "egress"
        yield from of_block("egress" if is_egress else "ingress", as_block(after), as_block(unknown))
        return
    for key in of_presets:
        direction, traffic, _, peer = key.split(" ")
        yield Rule(direction, traffic_of(traffic), peer, "", True)
    is_open = any(name not in CATALOG["presets"] for name in presets)
    if is_open or is_marked(unknown.get("preset")) or is_marked(unknown.get("presets")):
        yield Rule("ingress", ANY_TRAFFIC, UNKNOWN, UNKNOWN)
    for direction in ("ingress", "egress"):
        yield from of_blocks(direction, after.get(direction) or [], unknown.get(direction, False))
        name = f"{direction}_rules"
        yield from of_lines(direction, after.get(name) or {}, unknown.get(name, False))


def of_blocks(direction, blocks, marks):
    """The rules of blocks; one that isn't known where even their number isn't."""
    if marks is True or (marks and len(marks) != len(blocks)):
        yield Rule(direction, ANY_TRAFFIC, UNKNOWN, UNKNOWN)
        return
    for index, block in enumerate(blocks):
        mark = marks[index] if marks else {}
        if mark is True:
            yield Rule(direction, ANY_TRAFFIC, UNKNOWN, UNKNOWN)
        else:
            yield from of_block(direction, block or {}, mark)


def of_block(direction, block, mark):
    """The rules of one block. A group or a prefix list is no address: while it isn't known, what it
    opens to the world is nothing."""
    text = UNKNOWN if mark.get("description") is True else block.get("description") or ""
    lists = ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups")
    peers = [peer for name in lists for peer in block.get(name) or [] if peer]
    peers += ["self"] * (block.get("self") is True)
    unknown = dict(zip(lists, (UNKNOWN, UNKNOWN, "pl-?", "sg-?")))
    peers += {peer for name, peer in unknown.items() if is_marked(mark.get(name))}
    for traffic in traffic_of_block(block, mark):
        for peer in peers:
            yield Rule(direction, traffic, peer, text)


def traffic_of_block(block, mark):
    names = ("service", "services", "protocol", "from_port", "to_port")
    if any(is_marked(mark.get(name)) for name in names):
        return [ANY_TRAFFIC]
    if block.get("services"):
        return [traffic for text in block["services"] for traffic in items_of(text)]
    if block.get("service"):
        return items_of(block["service"])
    protocol = protocol_of(str(block.get("protocol")))
    first, last = block.get("from_port"), block.get("to_port")
    if protocol in ("tcp", "udp") and first is not None:
        return [(protocol, first, first if last is None else last)]
    return [(protocol, 0, 65535)]


def of_lines(direction, lines, marks):
    """The rules of lines of the short form."""
    if marks is True:
        yield Rule(direction, ANY_TRAFFIC, UNKNOWN, UNKNOWN)
        return
    for label in {**lines, **(marks or {})}:
        if (marks or {}).get(label):
            yield Rule(direction, ANY_TRAFFIC, UNKNOWN, UNKNOWN)
        elif lines[label]:
            said, _, text = lines[label].partition(" #")
            word = " from " if direction == "ingress" else " to "
            traffic, _, peers = said.lower().partition(word)
            for item in [one for part in traffic.split(",") for one in items_of(part.strip())]:
                for peer in peers.split(","):
                    name = peer.strip()
                    yield Rule(direction, item, ANYWHERE.get(name, name), text.strip())


def as_block(values):
    """A single rule's arguments, or what of them isn't known, as those of a block."""
    def listed(*names):
        found = [values.get(name) for name in names if values.get(name)]
        return next((one if isinstance(one, (list, bool)) else [one] for one in found), None)

    return {
        "protocol": values.get("protocol") or values.get("ip_protocol"),
        "from_port": values.get("from_port"),
        "to_port": values.get("to_port"),
        "cidr_blocks": listed("cidr_blocks", "cidr_ipv4"),
        "ipv6_cidr_blocks": listed("ipv6_cidr_blocks", "cidr_ipv6"),
        "security_groups": listed("source_security_group_id", "referenced_security_group_id"),
        "description": values.get("description"),
    }


def items_of(text):
    """What a service of the catalog lets through, or traffic. The provider block's own services
    aren't known here."""
    if text.lower() in CATALOG["services"]:
        return [traffic_of(key) for key in CATALOG["services"][text.lower()]]
    text = text.removeprefix("protocol/")
    protocol = protocol_of(text.split("/")[0])
    return [traffic_of(text)] if protocol.isdigit() or protocol in CATALOG["protocols"] else [ANY_TRAFFIC]


def traffic_of(text):
    """Traffic as in keys: "tcp/22", "TCP/20-30", "6/22", "icmp/8/0", "all", "50"."""
    words = text.split("/")
    protocol = protocol_of(words[0])
    if protocol in ("tcp", "udp") and len(words) == 2:
        first, _, last = words[1].partition("-")
        return protocol, int(first), int(last or first)
    return protocol, 0, 65535


def protocol_of(text):
    return PROTOCOLS.get(text.lower(), text.lower())


def is_marked(mark):
    """Whether something is marked in a part of `after_unknown`."""
    return any(map(is_marked, mark)) if isinstance(mark, list) else mark is True


class Check(BaseResourceCheck):
    """Fails a resource that has a rule of some kind."""

    def __init__(self, number, name, is_wrong, types=TYPES):
        self.is_wrong = is_wrong
        super().__init__(
            name=name,
            id=f"CKV_CURATED_{number}",
            categories=[CheckCategories.NETWORKING],
            supported_resources=list(types),
        )

    def scan_resource_conf(self, conf):
        path, address = conf["__file__"], conf["__address__"]
        change = changes(path[0] if isinstance(path, list) else path)[address]
        return self.judged(change["type"], change["change"])

    def judged(self, kind, change):
        wrong = any(map(self.is_wrong, rules_of(kind, change)))
        return CheckResult.FAILED if wrong else CheckResult.PASSED


class Described(Check):
    """Wants a description of each rule that no preset makes, and of each group."""

    def judged(self, kind, change):
        is_default = (change.get("after") or {}).get("description") == "Managed by Terraform"
        if kind == "curated_security_group" and is_default:
            return CheckResult.FAILED
        return super().judged(kind, change)


checks = [
    Check(
        1,
        "No port of administration is open to the world",
        lambda rule: rule.is_from_world() and rule.reaches(CATALOG["admin_ports"]),
    ),
    Check(
        2,
        "No port of data is open to the world",
        lambda rule: rule.is_from_world() and rule.reaches(CATALOG["data_ports"]),
    ),
    Check(
        3,
        "Nothing is open to the world by all traffic, or nearly all ports",
        lambda rule: rule.is_from_world() and rule.is_nearly_all(),
    ),
    Check(
        4,
        "Not everything is let out to the world",
        lambda rule: rule.direction == "egress" and rule.is_wide() and rule.is_nearly_all(),
    ),
    Check(
        5,
        "A VPC's default group has no rules",
        lambda rule: True,
        types=["curated_default_security_group"],
    ),
    Described(
        6,
        "Groups and rules have a description",
        lambda rule: not rule.is_of_preset and not rule.description.strip(),
    ),
    Check(7, "All rules can be judged before they are made", Rule.is_open_question),
]
