"""Creating groups: what a new one has, and what EC2 refuses."""

from .account import ANYWHERE, GROUP_ID, RULE_ID, fresh_name, pairs, tagged, unknown
from .case import all_true, case, refusal, same

INVALID = "InvalidParameterValue"
DUPLICATE = "InvalidGroup.Duplicate"


@case("A1", "id is sg-<17 hex>, SecurityGroupArn is in the reply", "id + arn", "DV")
def _(aws):
    made = aws.ec2.create_security_group(GroupName="a1", Description="d", VpcId=aws.vpc())
    arn = f"arn:aws:ec2:us-east-1:{aws.number}:security-group/{made['GroupId']}"
    return all_true(
        id=GROUP_ID.fullmatch(made["GroupId"]), arn=made.get("SecurityGroupArn") == arn
    )


@case("A2", "a new group has one egress rule (-1 to 0.0.0.0/0) and no ingress", "yes", "D")
def _(aws):
    shown = aws.show(aws.group())
    egress = [
        (rule["IpProtocol"], [source["CidrIp"] for source in rule["IpRanges"]])
        for rule in shown["IpPermissionsEgress"]
    ]
    return same((shown["IpPermissions"], egress), ([], [("-1", [ANYWHERE])]))


@case("A3", "that rule has an sgr- id and ports -1/-1 in DescribeSecurityGroupRules", "yes", "V")
def _(aws):
    rules = aws.rules(aws.group(), egress=True)
    return all_true(
        one=len(rules) == 1,
        id=RULE_ID.fullmatch(rules[0]["SecurityGroupRuleId"]),
        ports=(rules[0].get("FromPort"), rules[0].get("ToPort")) == (-1, -1),
    )


@case("A4", "TagSpecifications on create: in the reply and in Describe", "both", "D")
def _(aws):
    made = aws.ec2.create_security_group(
        GroupName="a4", Description="d", VpcId=aws.vpc(), **tagged("security-group", k="v")
    )
    return all_true(
        reply=made.get("Tags") == pairs(k="v"),
        describe=aws.show(made["GroupId"]).get("Tags") == pairs(k="v"),
    )


@case("A5", "without VpcId the group is in the default VPC", "yes", "D")
def _(aws):
    group = aws.ec2.create_security_group(GroupName=fresh_name(), Description="d")["GroupId"]
    vpcs = [vpc["VpcId"] for vpc in aws.default_vpcs()]
    found = aws.show(group).get("VpcId")
    aws.delete(group)
    return same([found], vpcs)


@refusal("A6", "same name in the same VPC", "D", DUPLICATE)
def _(aws):
    vpc = aws.vpc()
    aws.group(vpc, "dup")
    return lambda: aws.group(vpc, "dup")


@refusal("A7", "same name in other case: names are case-insensitive", "D", DUPLICATE)
def _(aws):
    vpc = aws.vpc()
    aws.group(vpc, "dup")
    return lambda: aws.group(vpc, "DUP")


@case("A8", "same name in another VPC", "OK", "D")
def _(aws):
    return all_true(first=aws.group(aws.vpc(), "dup"), second=aws.group(aws.vpc(), "dup"))


@refusal("A9", "name of 256 characters", "D", INVALID)
def _(aws):
    return lambda: aws.group(name="n" * 256)


@refusal("A10", "name starting with sg-", "DP", INVALID)
def _(aws):
    return lambda: aws.group(name="sg-foo")


@refusal("A11", "name 'default'", "D", INVALID, "InvalidGroup.Reserved", DUPLICATE)
def _(aws):
    return lambda: aws.group(name="default")


@refusal("A12", "name beyond ASCII", "DP", INVALID)
def _(aws):
    return lambda: aws.group(name="na\u00efve")


@refusal("A13", "description with an apostrophe, which is not in the set", "DP", INVALID)
def _(aws):
    return lambda: aws.group(description="it's")


@refusal("A14", "description of 256 characters", "DP", INVALID)
def _(aws):
    return lambda: aws.group(description="d" * 256)


@refusal("A15", "no description", "D", "MissingParameter")
def _(aws):
    vpc = aws.vpc()
    return lambda: aws.ec2.create_security_group(GroupName="a15", VpcId=vpc)


@refusal("A16", "unknown VPC", "D", "InvalidVpcID.NotFound")
def _(aws):
    return lambda: aws.group(unknown("vpc"))


@case("A17", "blanks at the end of the name are dropped", "padded", "K")
def _(aws):
    return same(aws.show(aws.group(name="padded  "))["GroupName"], "padded")


@refusal("A18", "tag key starting with aws:", "D", INVALID)
def _(aws):
    return lambda: aws.group(**tagged("security-group", **{"aws:x": "v"}))


@case("A19", "a VPC's default group: all from itself, all egress", "yes", "D")
def _(aws):
    group = aws.default_group(aws.vpc())
    ingress = [
        (rule["IpProtocol"], [pair["GroupId"] for pair in rule["UserIdGroupPairs"]])
        for rule in group["IpPermissions"]
    ]
    return all_true(
        ingress=ingress == [("-1", [group["GroupId"]])],
        egress=len(group["IpPermissionsEgress"]) == 1,
    )


@case("A20", "in a VPC with IPv6, a new group also lets ::/0 out", "both", "V")
def _(aws):
    rules = aws.rules(aws.group(aws.vpc(AmazonProvidedIpv6CidrBlock=True)), egress=True)
    cidrs = sorted(rule.get("CidrIpv4") or rule.get("CidrIpv6") for rule in rules)
    return same(cidrs, [ANYWHERE, "::/0"])


