"""What EC2 holds, as plain data: what a test compares with, free of any reply's shape."""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends

from .laws.common import all_groups
from .laws.permissions import peer_of

PEER_NAMES = {"v4": "cidr_ipv4", "v6": "cidr_ipv6", "sg": "group_id", "pl": "prefix_list_id"}


def groups(region, account=DEFAULT_ACCOUNT_ID):
    """All groups of a region, by id."""
    found = all_groups(ec2_backends[account][region])
    return [group(one) for one in sorted(found, key=lambda one: one.id)]


def group(one):
    return {
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "vpc_id": one.vpc_id,
        "owner_id": one.owner_id,
        "is_default": one.is_default,
        "tags": tags(one),
        "ingress": [rule(item) for item in one.ingress_rules],
        "egress": [rule(item) for item in one.egress_rules],
    }


def rule(item):
    kind, peer = peer_of(item)
    return {
        "id": item.id,
        "protocol": item.ip_protocol,
        "from_port": item.from_port,
        "to_port": item.to_port,
        "peer_kind": PEER_NAMES[kind],
        "peer": peer,
        "peer_account": item.source_group.get("UserId"),
        "description": item.description or "",
        "tags": tags(item),
    }


def tags(resource):
    return {tag["key"]: tag["value"] for tag in resource.get_tags()}


def group_after(call):
    """The group that a call has just changed, or None where that is not one group."""
    group_id = call.parameters.get("GroupId")
    found = all_groups(ec2_backends[DEFAULT_ACCOUNT_ID][call.region])
    return next((group(one) for one in found if one.id == group_id), None)
