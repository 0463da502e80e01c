"""Reading groups and rules: ids, filters, pages."""

from botocore.exceptions import ClientError

from .account import NET, OTHER_NET, permission, tagged, unknown, where
from .case import all_true, answer_of, case, refusal, same

NOT_FOUND = "InvalidGroup.NotFound"


@case("B1", "Describe by id: owner, VPC, name, description, arn", "yes", "D")
def _(aws):
    vpc = aws.vpc()
    group = aws.group(vpc, "b1", "desc b1")
    shown = aws.show(group)
    arn = f"arn:aws:ec2:us-east-1:{aws.number}:security-group/{group}"
    return all_true(
        owner=shown.get("OwnerId") == aws.number,
        vpc=shown.get("VpcId") == vpc,
        name=shown.get("GroupName") == "b1",
        description=shown.get("Description") == "desc b1",
        arn=shown.get("SecurityGroupArn") == arn,
    )


@case("B2", "filters: name, description, tag, tag-key, group-id, vpc-id, owner-id", "each", "D")
def _(aws):
    vpc = aws.vpc()
    mark = unknown("mark")
    group = aws.group(vpc, mark, f"about {mark}", **tagged("security-group", **{mark: "v"}))
    aws.group(vpc, f"other {mark}")
    alone = {
        "name": where("group-name", mark),
        "description": where("description", f"about {mark}"),
        "tag": where(f"tag:{mark}", "v"),
        "tag_key": where("tag-key", mark),
        "id": where("group-id", group),
    }
    found = {name: [g["GroupId"] for g in aws.find(f)] == [group] for name, f in alone.items()}
    in_vpc = where("vpc-id", vpc)
    return all_true(
        **found,
        vpc=len(aws.find(in_vpc)) == 3,
        owner=len(aws.find(in_vpc, where("owner-id", aws.number))) == 3,
        other_owner=not aws.find(in_vpc, where("owner-id", "999999999999")),
    )


@case("B3", "filters take * and ?, and several values", "[2, 2, 2]", "D")
def _(aws):
    vpc = aws.vpc()
    for name in ("web-1", "web-2", "db-1"):
        aws.group(vpc, name)
    asked = (["web-*"], ["web-?"], ["web-1", "db-1"])
    found = [aws.find(where("vpc-id", vpc), where("group-name", *names)) for names in asked]
    return same([len(groups) for groups in found], [2, 2, 2])


@case("B4", "filters ip-permission.* and egress.ip-permission.cidr", "each", "D")
def _(aws):
    vpc = aws.vpc()
    group, peer = aws.groups(2, vpc)
    aws.allow_in(group, permission(port=2222, v4=[NET]), permission("udp", 53, groups=[peer]))
    aws.allow_out(group, permission(port=443, v4=[OTHER_NET]))
    asked = {
        "ip-permission.cidr": NET,
        "ip-permission.from-port": "2222",
        "ip-permission.to-port": "2222",
        "ip-permission.protocol": "udp",
        "ip-permission.group-id": peer,
        "egress.ip-permission.cidr": OTHER_NET,
    }
    found = {}
    for name, value in asked.items():
        try:
            groups = aws.find(where("vpc-id", vpc), where(name, value))
            found[name] = [shown["GroupId"] for shown in groups] == [group]
        except ClientError:
            found[name] = False
    return all_true(**found)


@refusal("B5", "unknown filter", "K", "InvalidParameterValue")
def _(aws):
    return lambda: aws.find(where("no-such-filter", "x"))


def pages(call, name, key, filters):
    """The sizes of the pages of five, and how many different ids they hold."""
    sizes, ids, more = [], set(), {}
    for _ in range(10):
        reply = call(Filters=filters, MaxResults=5, **more)
        sizes.append(len(reply[name]))
        ids |= {item[key] for item in reply[name]}
        if not reply.get("NextToken"):
            break
        more = {"NextToken": reply["NextToken"]}
    return sizes, len(ids)


@case("B6", "13 groups in pages of 5: none lost, none twice", "5, 5, 3", "D")
def _(aws):
    vpc = aws.vpc()
    aws.groups(12, vpc)
    call = aws.ec2.describe_security_groups
    found = pages(call, "SecurityGroups", "GroupId", [where("vpc-id", vpc)])
    return same(found, ([5, 5, 3], 13))


@refusal("B7", "MaxResults 4, below 5", "D", "InvalidParameterValue", "InvalidMaxResults")
def _(aws):
    return lambda: aws.ec2.describe_security_groups(MaxResults=4)


@refusal(
    "B8",
    "made-up NextToken",
    "D",
    "InvalidNextToken",
    "InvalidParameterValue",
    "InvalidPaginationToken",
)
def _(aws):
    return lambda: aws.ec2.describe_security_groups(MaxResults=5, NextToken="bm9wZQ==")


@refusal("B9", "unknown id", "D", NOT_FOUND)
def _(aws):
    return lambda: aws.show(unknown("sg"))


@refusal("B10", "malformed id", "P", "InvalidGroupId.Malformed")
def _(aws):
    return lambda: aws.show("foobar")


@refusal("B11", "one known and one unknown id", "D", NOT_FOUND)
def _(aws):
    group = aws.group()
    return lambda: aws.ec2.describe_security_groups(GroupIds=[group, unknown("sg")])


@case("B12", "the message of B9 names the id; status 400", "yes", "V")
def _(aws):
    group = unknown("sg")
    try:
        aws.show(group)
    except ClientError as error:
        message = error.response["Error"]["Message"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return same((status, message), (400, f"The security group '{group}' does not exist"))
    return False, "OK"


@case("S1", "rules by group, groups, rule id as filter, tag, and id", "each", "D")
def _(aws):
    group, other = aws.group(), aws.group()
    mark = unknown("mark")
    tags = tagged("security-group-rule", **{mark: "v"})
    rule = aws.allow_in(group, permission(v4=[NET]), **tags)[0]["SecurityGroupRuleId"]
    aws.allow_in(other, permission(v4=[NET]))

    def count(**asked):
        return len(aws.ec2.describe_security_group_rules(**asked)["SecurityGroupRules"])

    return all_true(
        group=count(Filters=[where("group-id", group)]) == 2,
        groups=count(Filters=[where("group-id", group, other)]) == 4,
        rule_filter=count(Filters=[where("security-group-rule-id", rule)]) == 1,
        tag=count(Filters=[where(f"tag:{mark}", "v")]) == 1,
        id=count(SecurityGroupRuleIds=[rule]) == 1,
    )


@case("S2", "13 rules in pages of 5", "5, 5, 3", "D")
def _(aws):
    group = aws.group()
    aws.allow_in(group, permission(v4=[f"10.{i}.0.0/16" for i in range(12)]))
    call = aws.ec2.describe_security_group_rules
    filters = [where("group-id", group)]
    found = pages(call, "SecurityGroupRules", "SecurityGroupRuleId", filters)
    return same(found, ([5, 5, 3], 13))


@refusal("S3", "unknown rule id", "V", "InvalidSecurityGroupRuleId.NotFound")
def _(aws):
    call = aws.ec2.describe_security_group_rules
    return lambda: call(SecurityGroupRuleIds=[unknown("sgr")])


@refusal("S4", "rules of a malformed group id", "V", "InvalidGroupId.Malformed")
def _(aws):
    return lambda: aws.rules("foobar")


@case("S5", "rules of an unknown group id", "none", "V")
def _(aws):
    return same(aws.rules(unknown("sg")), [])


@case("S6", "rule ids stay while other rules come and go", "stable", "D")
def _(aws):
    group, rule = aws.group_with_rule()
    aws.allow_in(group, permission(v4=["10.9.0.0/16"]))
    aws.revoke_in(group, permission(v4=["10.9.0.0/16"]))
    return same([shown["SecurityGroupRuleId"] for shown in aws.rules(group)], [rule])


@case("S7", "malformed rule id in Describe and Revoke", "...RuleId.Malformed", "D")
def _(aws):
    group = aws.group()
    describe = aws.ec2.describe_security_group_rules
    found = [
        answer_of(describe, SecurityGroupRuleIds=["foobar"]),
        answer_of(aws.revoke_ids_in, group, "foobar"),
    ]
    return same(found, ["InvalidSecurityGroupRuleId.Malformed"] * 2)
