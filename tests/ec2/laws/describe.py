"""Reading groups and rules: ids are checked, filters must be known, replies come in pages."""

from moto.core.responses import ActionResult
from moto.ec2.exceptions import DryRunClientError

from .common import check_group_id, check_rule_ids, find_group, invalid, locked, page
from .rules import given

DIRECTIONS = ("", "egress.")
PERMISSION_FILTERS = (
    "cidr",
    "from-port",
    "to-port",
    "protocol",
    "group-id",
    "group-name",
    "ipv6-cidr",
    "prefix-list-id",
    "user-id",
)
GROUP_FILTERS = {
    "description",
    "group-id",
    "group-name",
    "owner-id",
    "vpc-id",
    "tag-key",
} | {f"{way}ip-permission.{name}" for way in DIRECTIONS for name in PERMISSION_FILTERS}
RULE_FILTERS = {"group-id", "security-group-rule-id", "tag-key"}


@locked
def describe_groups(request):
    """DescribeSecurityGroups."""
    backend, group_ids = request.ec2_backend, request._get_param("GroupIds", [])
    for group_id in group_ids:
        find_group(backend, group_id)
    wanted = known_filters(request, GROUP_FILTERS)
    page(request, [])
    # Not error_on_dryrun: moto reads the flag for this operation in another way.
    if str(request._get_param("DryRun")).lower() == "true":
        raise DryRunClientError
    names = request._get_param("GroupNames", [])
    found = backend.describe_security_groups(
        group_ids=group_ids, groupnames=names, filters=wanted
    )
    return paged(request, "SecurityGroups", found)


@locked
def describe_rules(request):
    """DescribeSecurityGroupRules."""
    rule_ids = request._get_param("SecurityGroupRuleIds", [])
    wanted = known_filters(request, RULE_FILTERS)
    for group_id in wanted.get("group-id", []):
        check_group_id(group_id)
    page(request, [])
    check_rule_ids(rule_ids)
    request.error_on_dryrun()
    found = request.ec2_backend.describe_security_group_rules(rule_ids, wanted)
    return paged(request, "SecurityGroupRules", found)


def known_filters(request, known):
    filters = request._filters_from_querystring()
    for name in filters:
        if name not in known and not name.startswith("tag:"):
            raise invalid(f"The filter '{name}' is invalid")
    return filters


def paged(request, name, items):
    """A reply with the page of items that the request asks for."""
    items, token = page(request, items)
    return ActionResult(given({name: items, "NextToken": token}))
