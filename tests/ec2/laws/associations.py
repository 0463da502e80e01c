"""Groups and other VPCs: associations, what may be used in a VPC, references, stale rules.

moto has none of these. An association is kept here, with its state: it is "associating" until it has
been described once, and "disassociating" likewise before it is gone. One with a VPC that has the tag
`associations` = `fail` ends as "association-failed".
"""

from moto.core.responses import ActionResult

from .common import all_groups, error, find_group, find_vpc, invalid, locked
from .describe import paged
from .peering import is_stale
from .rules import given

FIELD_OF_FILTER = {
    "group-id": "GroupId",
    "vpc-id": "VpcId",
    "vpc-owner-id": "VpcOwnerId",
    "group-owner-id": "GroupOwnerId",
    "state": "State",
}


# The state that follows one that was described; None where the association is gone.
NEXT = {"associating": "associated", "disassociating": None}
# What EC2 says of an association that came to nothing.
REASON = "The security group can't be associated with the VPC"


def associated_vpcs(backend):
    """Group id to the further VPCs that it is associated with, each with its state."""
    return backend.__dict__.setdefault("_associated_vpcs", {})


def _named(request):
    backend = request.ec2_backend
    group = find_group(backend, request._get_param("GroupId"))
    return backend, group, find_vpc(backend, request._get_param("VpcId"))


@locked
def associate(request):
    """AssociateSecurityGroupVpc."""
    backend, group, vpc_id = _named(request)
    if group.is_default or vpc_id in (backend.default_vpc.id, group.vpc_id):
        raise invalid("The security group cannot be associated with this VPC")
    request.error_on_dryrun()
    of_group = associated_vpcs(backend).setdefault(group.id, {})
    if of_group.get(vpc_id) in ("associating", "associated"):
        raise error(
            "InvalidSecurityGroupVpcAssociation.Duplicate", "The association exists already"
        )
    of_group[vpc_id] = "associating"
    return ActionResult({"State": "associating"})


@locked
def disassociate(request):
    """DisassociateSecurityGroupVpc."""
    backend, group, vpc_id = _named(request)
    if vpc_id not in associated_vpcs(backend).get(group.id, ()):
        raise error(
            "InvalidSecurityGroupVpcAssociation.NotFound", "The association does not exist"
        )
    in_use = any(
        attached.id == group.id
        for interface in backend.enis.values()
        if interface.subnet.vpc_id == vpc_id
        for attached in interface.group_set
    )
    if in_use:
        raise error("DependencyViolation", f"resource {group.id} has a dependent object")
    request.error_on_dryrun()
    associated_vpcs(backend)[group.id][vpc_id] = "disassociating"
    return ActionResult({"State": "disassociating"})


@locked
def describe_associations(request):
    """DescribeSecurityGroupVpcAssociations."""
    backend, filters = request.ec2_backend, request._filters_from_querystring()
    request.error_on_dryrun()
    every = [
        {
            "GroupId": group_id,
            "VpcId": vpc_id,
            "VpcOwnerId": backend.account_id,
            "GroupOwnerId": backend.account_id,
            "State": state,
            "StateReason": REASON if state == "association-failed" else None,
        }
        for group_id, states in associated_vpcs(backend).items()
        for vpc_id, state in sorted(states.items())
    ]
    asked = [(FIELD_OF_FILTER[n], v) for n, v in filters.items() if n in FIELD_OF_FILTER]
    found = [item for item in every if all(item[field] in values for field, values in asked)]
    for item in found:
        _go_on(backend, item["GroupId"], item["VpcId"])
    return paged(request, "SecurityGroupVpcAssociations", [given(item) for item in found])


def _go_on(backend, group_id, vpc_id):
    """Lets an association that was described come to its next state."""
    states = associated_vpcs(backend)[group_id]
    state = NEXT.get(states[vpc_id], states[vpc_id])
    vpc = backend.vpcs.get(vpc_id)
    tags = {tag["key"]: tag["value"] for tag in vpc.get_tags()} if vpc else {}
    if state == "associated" and tags.get("associations") == "fail":
        state = "association-failed"
    if state is None:
        del states[vpc_id]
    else:
        states[vpc_id] = state


@locked
def groups_for_vpc(request):
    """GetSecurityGroupsForVpc: the VPC's own groups and those associated with it."""
    backend = request.ec2_backend
    vpc_id = find_vpc(backend, request._get_param("VpcId"))
    request.error_on_dryrun()
    found = [
        {
            "GroupId": group.id,
            "GroupName": group.name,
            "Description": group.description,
            "OwnerId": group.owner_id,
            "PrimaryVpcId": group.vpc_id,
            "Tags": group.get_tags(),
        }
        for group in all_groups(backend)
        if group.vpc_id == vpc_id
        or associated_vpcs(backend).get(group.id, {}).get(vpc_id) == "associated"
    ]
    return paged(request, "SecurityGroupForVpcs", found)


@locked
def references(request):
    """DescribeSecurityGroupReferences: VPCs whose groups refer to the given ones over a peering."""
    backend = request.ec2_backend
    asked = {find_group(backend, i).id: find_group(backend, i) for i in _group_ids(request)}
    request.error_on_dryrun()
    found = [
        {"GroupId": group_id, "ReferencingVpcId": other.vpc_id}
        for other in all_groups(backend)
        for rule in other.ingress_rules + other.egress_rules
        if (group_id := rule.source_group.get("GroupId")) in asked
        and asked[group_id].vpc_id != other.vpc_id
    ]
    return ActionResult({"SecurityGroupReferenceSet": found})


def _group_ids(request):
    return request._get_param("GroupId", [])


@locked
def stale(request):
    """DescribeStaleSecurityGroups: rules of a VPC's groups that reference what is gone elsewhere."""
    backend = request.ec2_backend
    vpc_id = find_vpc(backend, request._get_param("VpcId"))
    request.error_on_dryrun()
    found = [
        {
            "GroupId": group.id,
            "GroupName": group.name,
            "Description": group.description,
            "VpcId": vpc_id,
            "StaleIpPermissions": ingress,
            "StaleIpPermissionsEgress": egress,
        }
        for group in all_groups(backend)
        if group.vpc_id == vpc_id
        for ingress, egress in [[_stale(group, r) for r in (group.ingress_rules, group.egress_rules)]]
        if ingress or egress
    ]
    return paged(request, "StaleSecurityGroupSet", found)


def _stale(group, rules):
    """The stale ones of some rules, as permissions."""
    return group._flattened_rules(
        [rule for rule in rules if is_stale(group.ec2_backend, rule.source_group)]
    )
