"""Creating and deleting groups: what EC2 accepts as a name, and what holds a group in place."""

from moto.core.responses import ActionResult

from .associations import associated_vpcs
from .common import (
    TEXT,
    all_groups,
    check_tags,
    check_text,
    error,
    find_vpc,
    invalid,
    locked,
    missing,
    named_group,
)


@locked
def create(request):
    """CreateSecurityGroup."""
    backend = request.ec2_backend
    name = check_name(request._get_param("GroupName"))
    description = check_description(request._get_param("Description"))
    vpc_id = request._get_param("VpcId")
    vpc_id = backend.default_vpc.id if vpc_id is None else find_vpc(backend, vpc_id)
    own = [g for g in backend.groups[vpc_id].values() if g.owner_id == backend.account_id]
    if any(group.name.lower() == name.lower() for group in own):
        raise error(
            "InvalidGroup.Duplicate",
            f"The security group '{name}' already exists for VPC '{vpc_id}'",
        )
    tags = request._parse_tag_specification().get("security-group", {})
    check_tags(tags)
    request.error_on_dryrun()
    # Not moto's own check of the name, which knows nothing of shared VPCs.
    group = backend.create_security_group(
        name, description, vpc_id=vpc_id, tags=tags, force=True
    )
    return ActionResult({
        "GroupId": group.id,
        "SecurityGroupArn": group.arn,
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    })


def check_name(name):
    """The name as EC2 stores it: blanks at its end are dropped."""
    if not name:
        raise missing("groupName")
    name = name.rstrip(" ")
    about = f"Value ({name}) for parameter GroupName is invalid."
    if name.startswith("sg-"):
        raise invalid(f"{about} Group names may not be in the format sg-*.")
    if not name.isascii():
        raise invalid(f"{about} Character sets beyond ASCII are not supported.")
    if not name or not TEXT.fullmatch(name):
        raise invalid(about)
    if name.lower() == "default":
        raise invalid("Cannot use reserved security group name: default")
    return name


def check_description(description):
    if not description:
        raise missing("GroupDescription")
    if not description.isascii():
        raise invalid(
            f"Value ({description}) for parameter GroupDescription is invalid. "
            "Character sets beyond ASCII are not supported."
        )
    check_text(description, "security group description")
    return description


@locked
def delete(request):
    """DeleteSecurityGroup: refused while a rule, an interface or an association holds the group."""
    group, backend = named_group(request), request.ec2_backend
    if group.is_default or group.name == "default":
        raise error(
            "CannotDelete",
            f'the specified group: "{group.id}" name: "default" cannot be deleted by a user',
        )
    # A dry run says whether the caller may, and not whether the group can go.
    request.error_on_dryrun()
    held = (
        is_referenced(backend, group)
        or is_on_an_interface(backend, group)
        or associated_vpcs(backend).get(group.id)
    )
    if held:
        raise error("DependencyViolation", f"resource {group.id} has a dependent object")
    backend.delete_security_group(group_id=group.id)
    return ActionResult({"Return": True, "GroupId": group.id})


def is_referenced(backend, group):
    """Whether a rule of another group of the VPC names this one. A group may refer to itself and go,
    and what other VPCs refer to may go too: their rules are stale then."""
    return any(
        rule.source_group.get("GroupId") == group.id
        for other in all_groups(backend)
        if other is not group and other.vpc_id == group.vpc_id
        for rule in other.ingress_rules + other.egress_rules
    )


def is_on_an_interface(backend, group):
    return any(
        attached.id == group.id
        for interface in backend.enis.values()
        for attached in interface.group_set
    )
