"""Rules that reference a group of another VPC: over what connection, and whether that is still there.

A group that is referenced from another VPC may be deleted, and so may the connection: the rule
stays, and is stale.
"""

from moto.ec2.models import ec2_backends

GONE = ("deleted", "rejected", "expired", "failed")


def across(backend, vpc_id, group_id, account):
    """What a reference to a group of another VPC holds beside its id; nothing within the VPC."""
    there = ec2_backends[account][backend.region_name]
    group = there.get_security_group_from_id(group_id)
    if group is None or group.vpc_id == vpc_id:
        return {}
    peering = connection(backend, vpc_id, group.vpc_id) or connection(there, vpc_id, group.vpc_id)
    return {
        "VpcId": group.vpc_id,
        "VpcPeeringConnectionId": peering.id if peering else None,
    }


def connection(backend, one, other):
    """The active peering of two VPCs."""
    for peering in backend.vpc_pcxs.values():
        if {peering.vpc.id, peering.peer_vpc.id} == {one, other}:
            if peering._status.code == "active":
                return peering
    return None


def status(backend, reference):
    """PeeringStatus of a reference: None where its group is in the same VPC."""
    if "VpcId" not in reference:
        return None
    peering_id = reference.get("VpcPeeringConnectionId")
    account = reference["UserId"]
    for side in (backend, ec2_backends[account][backend.region_name]):
        peering = side.vpc_pcxs.get(peering_id)
        if peering is not None:
            return peering._status.code
    return "deleted"


def shown(backend, reference):
    """A reference as EC2 shows it."""
    fields = {name: value for name, value in reference.items() if name != "OwnerId"}
    fields["PeeringStatus"] = status(backend, reference)
    return {name: value for name, value in fields.items() if value is not None}


def is_stale(backend, reference):
    """Whether the group is gone that a rule references in another VPC, or the way to it."""
    if "VpcId" not in reference:
        return False
    there = ec2_backends[reference["UserId"]][backend.region_name]
    is_gone = there.get_security_group_from_id(reference["GroupId"]) is None
    return is_gone or status(backend, reference) in GONE
