"""Groups and other VPCs: associations, what may be used in a VPC, references, stale rules.

moto has none of these; an association is kept here and takes effect at once.
"""

from moto.core.responses import ActionResult

from .common import all_groups, error, find_group, find_vpc, invalid, locked
from .describe import paged

FIELD_OF_FILTER = {
    "group-id": "GroupId",
    "vpc-id": "VpcId",
    "vpc-owner-id": "VpcOwnerId",
    "group-owner-id": "GroupOwnerId",
    "state": "State",
}


def associated_vpcs(backend):
    """Group id to the set of further VPCs that it is associated with."""
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
    associated_vpcs(backend).setdefault(group.id, set()).add(vpc_id)
    return ActionResult({"State": "associating"})


@locked
def disassociate(request):
    """DisassociateSecurityGroupVpc."""
    backend, group, vpc_id = _named(request)
    if vpc_id not in associated_vpcs(backend).get(group.id, ()):
        raise error(
            "InvalidSecurityGroupVpcAssociation.NotFound", "The association does not exist"
        )
    request.error_on_dryrun()
    associated_vpcs(backend)[group.id].discard(vpc_id)
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
            "State": "associated",
        }
        for group_id, vpc_ids in associated_vpcs(backend).items()
        for vpc_id in sorted(vpc_ids)
    ]
    asked = [(FIELD_OF_FILTER[n], v) for n, v in filters.items() if n in FIELD_OF_FILTER]
    found = [item for item in every if all(item[field] in values for field, values in asked)]
    return paged(request, "SecurityGroupVpcAssociations", found)


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
        if group.vpc_id == vpc_id or vpc_id in associated_vpcs(backend).get(group.id, ())
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
    """DescribeStaleSecurityGroups: none ever are here."""
    find_vpc(request.ec2_backend, request._get_param("VpcId"))
    request.error_on_dryrun()
    return ActionResult({"StaleSecurityGroupSet": []})
