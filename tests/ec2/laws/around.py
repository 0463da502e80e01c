"""What groups touch: default groups, interfaces, VPCs, tags, and how moto shows rules."""

import functools
import traceback

from moto.ec2.models.security_groups import (
    SecurityGroup,
    SecurityGroupBackend,
    SecurityGroupRule,
)
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.responses import EC2Response
from moto.ec2.responses.elastic_network_interfaces import ElasticNetworkInterfaces
from moto.ec2.responses.tags import TagResponse

from .common import check_tags, error, find_group, locked
from .peering import shown
from .permissions import Entry
from .rules import given, new_rule

MOST_GROUPS_ON_AN_INTERFACE = 5
FAILURE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Response><Errors><Error><Code>{code}</Code><Message>moto: {reason}</Message></Error>"
    "</Errors><RequestID>00000000-0000-0000-0000-000000000000</RequestID></Response>"
)


def wrap(owner, name, law):
    """Puts a law around one of moto's methods; the law gets that method as its first argument."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def under_law(*args, **kwargs):
        return law(original, *args, **kwargs)

    setattr(owner, name, under_law)


def install():
    wrap(SecurityGroupBackend, "create_security_group", with_default_rule)
    wrap(VPCBackend, "delete_vpc", unless_it_has_groups)
    wrap(ElasticNetworkInterfaces, "create_network_interface", with_known_groups)
    wrap(TagResponse, "create_tags", with_valid_tags)
    wrap(EC2Response, "_dispatch", with_errors_in_xml)
    show_rules_in_full()


def with_default_rule(create, backend, *args, **kwargs):
    """A VPC's default group lets its own members in."""
    group = create(backend, *args, **kwargs)
    if group.is_default:
        from_itself = Entry("-1", None, None, "sg", group.id)
        group.ingress_rules.append(new_rule(group, False, from_itself))
    return group


def unless_it_has_groups(delete_vpc, backend, vpc_id):
    if any(not group.is_default for group in backend.groups.get(vpc_id, {}).values()):
        raise error(
            "DependencyViolation",
            f"The vpc '{vpc_id}' has dependencies and cannot be deleted.",
        )
    return delete_vpc(backend, vpc_id)


@locked
def with_known_groups(create_interface, request):
    """moto would make a group of any id that an interface names."""
    group_ids = request._get_param("Groups", [])
    for group_id in group_ids:
        find_group(request.ec2_backend, group_id)
    if len(group_ids) > MOST_GROUPS_ON_AN_INTERFACE:
        raise error(
            "SecurityGroupsPerInterfaceLimitExceeded",
            "The maximum number of security groups per interface has been reached.",
        )
    return create_interface(request)


def with_valid_tags(create_tags, request):
    check_tags({tag["Key"]: tag.get("Value", "") for tag in request._get_param("Tags", [])})
    return create_tags(request)


def with_errors_in_xml(dispatch, request, http_request, full_url=None, headers=None):
    """What moto lets out as an HTML page, clients would take for a server that is down."""
    try:
        return dispatch(request, http_request, full_url, headers)
    except Exception as failure:  # noqa: BLE001 - whatever it is, it must reach the client as XML
        reason = type(failure).__name__
        unknown = reason in ("NotImplementedError", "OperationNotFoundError")
        if not unknown:
            traceback.print_exception(failure)
        status, code = (400, "InvalidAction") if unknown else (500, "InternalError")
        reply = {"status": status, "content-type": "text/xml;charset=UTF-8"}
        return status, reply, FAILURE.format(code=code, reason=reason)


# ---- how rules are shown


def show_rules_in_full():
    rule = SecurityGroupRule
    rule.description = property(description)
    rule.referenced_group_info = property(referenced_group)
    rule.group_owner_id = property(lambda rule: rule.ec2_backend.account_id)
    rule.security_group_rule_arn = property(rule_arn)
    # moto looks through the tags of everything for those of one rule.
    rule.get_tags = tags_of_rule
    SecurityGroup._flattened_rules = permissions_of


def description(rule):
    return (
        rule.ip_range.get("Description")
        or rule.source_group.get("Description")
        or getattr(rule, "prefix_list_description", None)
    )


def referenced_group(rule):
    if not rule.source_group:
        return None
    reference = shown(rule.ec2_backend, rule.source_group)
    reference.pop("Description", None)
    return reference


def tags_of_rule(rule):
    tags = rule.ec2_backend.tags.get(rule.id, {})
    return [
        {
            "resource_id": rule.id,
            "key": key,
            "value": value,
            "resource_type": "security-group-rule",
        }
        for key, value in tags.items()
    ]


def rule_arn(rule):
    backend = rule.ec2_backend
    place = f"{backend.region_name}:{backend.account_id}"
    return f"arn:aws:ec2:{place}:security-group-rule/{rule.id}"


def permissions_of(group, rules):
    """Rules as DescribeSecurityGroups merges them: one permission for a protocol and ports."""
    merged = {}
    for rule in rules:
        ports = (rule.ip_protocol, rule.from_port, rule.to_port)
        permission = merged.setdefault(ports, _no_sources(*ports))
        name, source = _source(rule)
        permission[name].append(source)
    return [given(permission) for permission in merged.values()]


def _no_sources(protocol, from_port, to_port):
    return {
        "IpProtocol": protocol,
        "FromPort": from_port,
        "ToPort": to_port,
        "IpRanges": [],
        "Ipv6Ranges": [],
        "UserIdGroupPairs": [],
        "PrefixListIds": [],
    }


def _source(rule):
    """The list of a permission that the rule's peer belongs in, and its entry there."""
    if rule.ip_range.get("CidrIp"):
        return "IpRanges", rule.ip_range
    if rule.ip_range.get("CidrIpv6"):
        return "Ipv6Ranges", rule.ip_range
    if rule.source_group:
        return "UserIdGroupPairs", shown(rule.ec2_backend, rule.source_group)
    listed = {"PrefixListId": rule.prefix_list_id, "Description": rule.description}
    return "PrefixListIds", given(listed)
