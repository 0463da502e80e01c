"""Authorize and Revoke. Both are all or nothing: every check comes before the first change."""

import copy

from moto.core.responses import ActionResult
from moto.ec2.models.security_groups import SecurityGroupRule

from .common import (
    check_rule_ids,
    check_tags,
    error,
    invalid,
    locked,
    named_group,
    no_such_permission,
    no_such_rule,
    rules_of,
)
from .permissions import entries, key_of, peer_of, set_peer

MOST_RULES = 60
SOURCES = {
    "v4": ("IpRanges", "CidrIp"),
    "v6": ("Ipv6Ranges", "CidrIpv6"),
    "sg": ("UserIdGroupPairs", "GroupId"),
    "pl": ("PrefixListIds", "PrefixListId"),
}


def authorize(egress):
    """AuthorizeSecurityGroupIngress or -Egress."""

    @locked
    def act(request):
        group = named_group(request)
        wanted = entries(request, group)
        check_new(group, egress, wanted)
        check_quota(group, egress, wanted)
        tags = request._parse_tag_specification().get("security-group-rule", {})
        check_tags(tags)
        request.error_on_dryrun()
        added = [new_rule(group, egress, entry, tags) for entry in wanted]
        rules_of(group, egress).extend(added)
        return ActionResult({"Return": True, "SecurityGroupRules": [_reply(r) for r in added]})

    return act


def new_rule(group, egress, entry, tags=None):
    rule = SecurityGroupRule(
        group.ec2_backend, "-1", group.id, None, None, {}, is_egress=egress, tags=tags
    )
    rule.ip_protocol = entry.protocol
    rule.from_port, rule.to_port = entry.from_port, entry.to_port
    set_peer(rule, entry)
    return rule


def _reply(rule):
    """As Authorize's reply has it: -1 where no port counts."""
    shown = copy.copy(rule)
    if shown.from_port is None:
        shown.from_port = shown.to_port = -1
    return shown


def check_new(group, egress, wanted):
    keys = [entry.key for entry in wanted]
    if len(set(keys)) != len(keys):
        raise twice_in_one_call()
    present = {key_of(rule) for rule in rules_of(group, egress)}
    for key in keys:
        if key in present:
            raise duplicate(key)


def twice_in_one_call():
    return invalid("The same permission must not appear multiple times")


def duplicate(key):
    protocol, first, last, _, peer = key
    what = "ALL" if protocol == "-1" else protocol.upper()
    ports = "" if first is None else f", from port: {first}, to port: {last}"
    return error(
        "InvalidPermission.Duplicate",
        f'the specified rule "peer: {peer}, {what}{ports}, ALLOW" already exists',
    )


def check_quota(group, egress, wanted):
    """Rules count for each address family apart; a group counts in both, a list by its size."""
    peers = [peer_of(rule) for rule in rules_of(group, egress)]
    peers += [(entry.kind, entry.peer) for entry in wanted]
    for family in ("v4", "v6"):
        if sum(weight(group.ec2_backend, peer, family) for peer in peers) > MOST_RULES:
            raise error(
                "RulesPerSecurityGroupLimitExceeded",
                "The maximum number of rules per security group has been reached.",
            )


def weight(backend, peer, family):
    kind, value = peer
    if kind == "pl":
        prefix_list = backend.managed_prefix_lists.get(value)
        return int(prefix_list.max_entries or 1) if prefix_list else 1
    return 1 if kind in (family, "sg") else 0


def revoke(egress):
    """RevokeSecurityGroupIngress or -Egress: by rule ids, or by permissions."""

    @locked
    def act(request):
        group = named_group(request)
        rule_ids = request._get_param("SecurityGroupRuleIds", [])
        check_rule_ids(rule_ids)
        rules, unknown = rules_of(group, egress), []
        if rule_ids:
            leaving = _by_ids(rules, rule_ids)
        else:
            leaving, unknown = _by_permissions(rules, entries(request, group, revoking=True))
            # In the default VPC, EC2 lists what it did not find and revokes the rest.
            if unknown and group.vpc_id != request.ec2_backend.default_vpc.id:
                raise no_such_permission()
        request.error_on_dryrun()
        ids = {rule.id for rule in leaving}
        rules[:] = [rule for rule in rules if rule.id not in ids]
        return ActionResult({
            "Return": True,
            "RevokedSecurityGroupRules": [_revoked(rule) for rule in leaving],
            "UnknownIpPermissions": [_unknown(entry) for entry in unknown],
        })

    return act


def _by_ids(rules, rule_ids):
    known = {rule.id: rule for rule in rules}
    for rule_id in rule_ids:
        if rule_id not in known:
            raise no_such_rule(rule_id)
    return [known[rule_id] for rule_id in rule_ids]


def _by_permissions(rules, wanted):
    """The rules that are meant, and the entries that no rule answers to."""
    present = {key_of(rule): rule for rule in rules}
    found = [present[entry.key] for entry in wanted if entry.key in present]
    unknown = [entry for entry in wanted if entry.key not in present]
    return found, unknown


def _revoked(rule):
    return given({
        "SecurityGroupRuleId": rule.id,
        "GroupId": rule.group_id,
        "IsEgress": rule.is_egress,
        "IpProtocol": rule.ip_protocol,
        "FromPort": -1 if rule.from_port is None else rule.from_port,
        "ToPort": -1 if rule.to_port is None else rule.to_port,
        "CidrIpv4": rule.cidr_ipv4,
        "CidrIpv6": rule.cidr_ipv6,
        "PrefixListId": rule.prefix_list_id,
        "ReferencedGroupId": rule.source_group.get("GroupId"),
        "Description": rule.description,
    })


def _unknown(entry):
    sources, name = SOURCES[entry.kind]
    return given({
        "IpProtocol": entry.protocol,
        "FromPort": entry.from_port,
        "ToPort": entry.to_port,
        sources: [{name: entry.peer}],
    })


def given(fields):
    """Without the fields that have no value."""
    return {name: value for name, value in fields.items() if value is not None}
