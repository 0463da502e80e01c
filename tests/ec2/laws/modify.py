"""Changing rules in place: descriptions, and ModifySecurityGroupRules. All or nothing as well."""

import dataclasses

from moto.core.responses import ActionResult

from .common import (
    check_text,
    error,
    find_group,
    invalid,
    locked,
    missing,
    named_group,
    no_such_group,
    no_such_permission,
    no_such_prefix_list,
    no_such_rule,
    rules_of,
)
from .permissions import (
    Entry,
    entries,
    key_of,
    peer_of,
    reachable_group,
    read_cidr,
    read_ports,
    set_peer,
)
from .rules import duplicate, twice_in_one_call

SOURCE_OF_KIND = {
    "v4": "CidrIpv4",
    "v6": "CidrIpv6",
    "pl": "PrefixListId",
    "sg": "ReferencedGroupId",
}
KIND_OFFERED = {
    "v4": "CidrIpv4",
    "v6": "CidrIpv6",
    "pl": "a prefix list id",
    "sg": "a referenced group id",
}
KIND_PRESENT = {
    "v4": "IPv4 CIDR",
    "v6": "IPv6 CIDR",
    "pl": "prefix list",
    "sg": "referenced group id",
}


def update_descriptions(egress):
    """UpdateSecurityGroupRuleDescriptionsIngress or -Egress; no description removes one."""

    @locked
    def act(request):
        group = named_group(request)
        rules = rules_of(group, egress)
        by_id = request._get_param("SecurityGroupRuleDescriptions", [])
        if by_id:
            changes = [_described_by_id(rules, item) for item in by_id]
        else:
            wanted = entries(request, group)
            changes = [_described_by_permission(rules, entry) for entry in wanted]
        request.error_on_dryrun()
        for rule, description in changes:
            set_peer(rule, dataclasses.replace(entry_of(rule), description=description))
        return ActionResult({"Return": True})

    return act


def _described_by_id(rules, item):
    rule_id = item.get("SecurityGroupRuleId")
    rule = next((rule for rule in rules if rule.id == rule_id), None)
    if rule is None:
        raise no_such_rule(rule_id)
    return rule, check_text(item.get("Description"), "rule description")


def _described_by_permission(rules, entry):
    rule = next((rule for rule in rules if key_of(rule) == entry.key), None)
    if rule is None:
        raise no_such_permission()
    return rule, entry.description


def entry_of(rule):
    return Entry(
        *key_of(rule), account=rule.source_group.get("UserId"), description=rule.description
    )


@locked
def modify(request):
    """ModifySecurityGroupRules: a rule keeps its id and the kind of its peer."""
    group = find_group(request.ec2_backend, request._get_param("GroupId"))
    changes = [_change(group, item) for item in request._get_param("SecurityGroupRules", [])]
    check_distinct(group, changes)
    request.error_on_dryrun()
    for rule, entry in changes:
        rule.ip_protocol = entry.protocol
        rule.from_port, rule.to_port = entry.from_port, entry.to_port
        set_peer(rule, entry)
    return ActionResult({"Return": True})


def _change(group, item):
    """The rule that an item of the request names, and what it is to become."""
    rule_id, wanted = item["SecurityGroupRuleId"], item.get("SecurityGroupRule") or {}
    rule = group.get_rule(rule_id)
    if rule is None:
        raise no_such_rule(rule_id)
    kind, peer = _one_source(wanted)
    ports = read_ports(*(wanted.get(k) for k in ("IpProtocol", "FromPort", "ToPort")))
    present, _ = peer_of(rule)
    if kind != present:
        raise invalid(
            f"Invalid rule type for security group rule '{rule_id}'. You may not specify "
            f"{KIND_OFFERED[kind]} for an existing {KIND_PRESENT[present]} rule."
        )
    _check_peer(group, kind, peer)
    description = check_text(wanted.get("Description"), "rule description")
    return rule, Entry(*ports, kind, peer, description=description)


def _one_source(wanted):
    sources = [
        (kind, wanted[field])
        for kind, field in SOURCE_OF_KIND.items()
        if wanted.get(field) is not None
    ]
    if len(sources) > 1:
        raise error(
            "InvalidParameterCombination",
            "Only one of cidrIp, cidrIpv6, prefixListId, or referencedGroupId can be specified",
        )
    if not sources:
        raise missing("one of: cidrIp, cidrIpv6, prefixListId, or referencedGroupId")
    return sources[0]


def _check_peer(group, kind, peer):
    """Unlike Authorize, Modify refuses a CIDR with host bits."""
    backend = group.ec2_backend
    if kind in ("v4", "v6"):
        if read_cidr(peer, 4 if kind == "v4" else 6) != peer.lower():
            raise invalid(f"CIDR block {peer} is malformed")
    elif kind == "sg":
        find_group(backend, peer)
        if reachable_group(backend, peer, backend.account_id, group.vpc_id) is None:
            raise no_such_group(peer)
    elif peer not in backend.managed_prefix_lists:
        raise no_such_prefix_list(peer)


def check_distinct(group, changes):
    """No two rules of one direction may be the same afterwards."""
    future = {rule.id: entry.key for rule, entry in changes}
    wanted = list(future.values())
    for egress in (False, True):
        keys = [future.get(rule.id, key_of(rule)) for rule in rules_of(group, egress)]
        for key in keys:
            if keys.count(key) > 1:
                raise twice_in_one_call() if wanted.count(key) > 1 else duplicate(key)
