"""Revoke: by permissions and by rule ids."""

from .account import ANYWHERE, NET, NET6, OTHER_NET, fresh_name, permission, unknown
from .case import all_true, answer_of, case, refusal, same

NOT_FOUND = "InvalidPermission.NotFound"


@case("R1", "one CIDR of a merged permission", "1 left", "D")
def _(aws):
    group, _ = aws.group_with_rule(permission(v4=[NET, OTHER_NET]))
    aws.revoke_in(group, permission(v4=[NET]))
    return same(aws.ipv4(group), [OTHER_NET])


@case("R2", "by rule ids, ingress and egress", "gone", "D")
def _(aws):
    group, rule = aws.group_with_rule(permission(v4=[NET, OTHER_NET]))
    aws.revoke_ids_in(group, rule)
    aws.revoke_ids_out(group, aws.rules(group, egress=True)[0]["SecurityGroupRuleId"])
    return all_true(
        rules=len(aws.rules(group)) == 1,
        describe=len(aws.ipv4(group)) == 1,
        egress_rules=not aws.rules(group, egress=True),
        describe_egress=not aws.show(group)["IpPermissionsEgress"],
    )


@refusal("R3", "a rule that is not there", "D", NOT_FOUND)
def _(aws):
    group = aws.group()
    return lambda: aws.revoke_in(group, permission(v4=[NET]))


@refusal("R4", "an egress rule that is not there", "K", NOT_FOUND)
def _(aws):
    group = aws.group()
    return lambda: aws.revoke_out(group, permission(v4=[NET]))


@case("R5", "[there, not there] in one call", "refused, nothing revoked", "D")
def _(aws):
    group, _ = aws.group_with_rule()
    answer = answer_of(aws.revoke_in, group, permission(v4=[NET]), permission(port=9, v4=[NET]))
    return same((answer, aws.ipv4(group)), (NOT_FOUND, [NET]))


@case("R6", "in the default VPC a missing rule is listed, not an error", "listed", "D")
def _(aws):
    group = aws.ec2.create_security_group(GroupName=fresh_name(), Description="d")["GroupId"]
    try:
        reply = aws.revoke_in(group, permission(v4=[NET]))
        return same(len(reply.get("UnknownIpPermissions", [])), 1)
    finally:
        aws.delete(group)


@refusal("R7", "unknown rule id", "P", "InvalidSecurityGroupRuleId.NotFound")
def _(aws):
    group = aws.group()
    return lambda: aws.revoke_ids_in(group, unknown("sgr"))


@case("R8", "the reply lists the revoked rules", "yes", "D")
def _(aws):
    group, _ = aws.group_with_rule()
    reply = aws.revoke_in(group, permission(v4=[NET]))
    found = reply.get("Return"), len(reply.get("RevokedSecurityGroupRules", []))
    return same(found, (True, 1))


@case("R9", "without the rule's description", "none left", "D")
def _(aws):
    group, _ = aws.group_with_rule(permission(v4=[NET], about="x"))
    aws.revoke_in(group, permission(v4=[NET]))
    return same(aws.ipv4(group), [])


@case("R10", "group, prefix list, IPv6 and -1 rules by permissions", "none left", "D")
def _(aws):
    group = aws.group()
    permissions = [
        permission(port=1, groups=[group]),
        permission(port=2, lists=[aws.prefix_list()]),
        permission(port=3, v6=[NET6]),
        permission("-1", None, v4=[NET]),
    ]
    aws.allow_in(group, *permissions)
    aws.revoke_in(group, *permissions)
    return same(aws.rules(group), [])


@case("R11", "the egress rule that every group has, by permission", "none left", "D")
def _(aws):
    group = aws.group()
    aws.revoke_out(group, permission("-1", None, v4=[ANYWHERE]))
    return same(aws.show(group)["IpPermissionsEgress"], [])


@case("R12", "a group source without its description", "none left", "D")
def _(aws):
    group = aws.group()
    aws.allow_in(group, permission(groups=[group], about="x"))
    aws.revoke_in(group, permission(groups=[group]))
    return same(aws.rules(group), [])


@case("R13", "an IPv6 egress rule by permission, in a VPC without IPv6", "1 left", "D")
def _(aws):
    group = aws.group()
    aws.allow_out(group, permission(port=443, v6=[NET6]))
    aws.revoke_out(group, permission(port=443, v6=[NET6]))
    return same(len(aws.rules(group, egress=True)), 1)


@case("R14", "a rule id with another group's id", "an error, nothing revoked", "K")
def _(aws):
    group, rule = aws.group_with_rule()
    answer = answer_of(aws.revoke_ids_in, aws.group(), rule)
    refused = answer not in ("OK", "InternalError")
    return all_true(refused=refused, kept=len(aws.rules(group)) == 1)
