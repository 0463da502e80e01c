"""Deleting groups: what holds them, and DryRun."""

from .account import NET, fresh_name, pairs, permission, unknown, where
from .case import all_true, answer_of, case, refusal, same

HELD = "DependencyViolation"


@case("X1", "the reply has Return and GroupId; then group and rules are gone", "yes", "D")
def _(aws):
    group = aws.group()
    reply = aws.delete(group)
    rules = aws.ec2.describe_security_group_rules(Filters=[where("group-id", group)])
    return all_true(
        reply=(reply.get("Return"), reply.get("GroupId")) == (True, group),
        group=answer_of(aws.show, group) == "InvalidGroup.NotFound",
        rules=not rules["SecurityGroupRules"],
    )


@refusal("X2", "a group that a rule of another refers to", "D", HELD)
def _(aws):
    group, other = aws.groups(2)
    aws.allow_in(other, permission(groups=[group]))
    return lambda: aws.delete(group)


@refusal("X3", "a group that an egress rule of another refers to", "D", HELD)
def _(aws):
    group, other = aws.groups(2)
    aws.allow_out(other, permission(groups=[group]))
    return lambda: aws.delete(group)


@case("X4", "a group that only refers to itself", "OK", "K")
def _(aws):
    group = aws.group()
    aws.allow_in(group, permission(groups=[group]))
    return same(answer_of(aws.delete, group), "OK")


@case("X5", "a group on an interface; then without the interface", f"{HELD}, OK", "D")
def _(aws):
    vpc = aws.vpc()
    group = aws.group(vpc)
    interface = aws.interface(vpc, Groups=[group])["NetworkInterfaceId"]
    held = answer_of(aws.delete, group)
    aws.ec2.delete_network_interface(NetworkInterfaceId=interface)
    return same([held, answer_of(aws.delete, group)], [HELD, "OK"])


@refusal("X6", "the default group", "D", "CannotDelete")
def _(aws):
    group = aws.default_group(aws.vpc())["GroupId"]
    return lambda: aws.delete(group)


@refusal("X7", "unknown id", "D", "InvalidGroup.NotFound")
def _(aws):
    return lambda: aws.delete(unknown("sg"))


@refusal("X8", "malformed id", "P", "InvalidGroupId.Malformed")
def _(aws):
    return lambda: aws.delete("foobar")


@case("X9", "by name, in a VPC that is not the default", "an error", "D")
def _(aws):
    name = fresh_name()
    aws.group(name=name)
    answer = answer_of(aws.ec2.delete_security_group, GroupName=name)
    return answer not in ("OK", "InternalError"), answer


@refusal("X10", "the VPC, while it has a group", "D", HELD)
def _(aws):
    vpc = aws.vpc()
    aws.group(vpc)
    return lambda: aws.ec2.delete_vpc(VpcId=vpc)


@case("X11", "DryRun: says that it would work, and does nothing", "DryRunOperation", "D")
def _(aws):
    vpc = aws.vpc()
    group = aws.group(vpc)
    aws.allow_in(group, permission(v4=[NET]))
    calls = {
        "create": lambda: aws.group(vpc, "dry", DryRun=True),
        "authorize": lambda: aws.allow_in(group, permission(port=9, v4=[NET]), DryRun=True),
        "revoke": lambda: aws.revoke_in(group, permission(v4=[NET]), DryRun=True),
        "groups": lambda: aws.ec2.describe_security_groups(DryRun=True),
        "rules": lambda: aws.ec2.describe_security_group_rules(DryRun=True),
        "tags": lambda: aws.ec2.create_tags(Resources=[group], Tags=pairs(k="v"), DryRun=True),
        "delete": lambda: aws.delete(group, DryRun=True),
    }
    answers = {name: answer_of(call) == "DryRunOperation" for name, call in calls.items()}
    return all_true(**answers, unchanged=len(aws.rules(group)) == 1)


@case("X12", "DryRun of a deletion tells of permissions only", "DryRunOperation", "D")
def _(aws):
    vpc = aws.vpc()
    group, other = aws.groups(2, vpc)
    aws.allow_in(other, permission() | {"UserIdGroupPairs": [{"GroupId": group}]})
    return same(answer_of(aws.delete, group, DryRun=True), "DryRunOperation")
