"""Tags of groups and rules."""

from .account import NET, pairs, permission, tagged, unknown, where
from .case import all_true, case, refusal


def described(aws, resource):
    """The types of resource that DescribeTags names for one id, a tag each."""
    found = aws.ec2.describe_tags(Filters=[where("resource-id", resource)])["Tags"]
    return [tag["ResourceType"] for tag in found]


@case("T1", "CreateTags, DeleteTags, DescribeTags on a group; a value is overwritten", "yes", "D")
def _(aws):
    group = aws.group()
    aws.ec2.create_tags(Resources=[group], Tags=pairs(k="1", z=""))
    aws.ec2.create_tags(Resources=[group], Tags=pairs(k="2"))
    tags = {tag["Key"]: tag["Value"] for tag in aws.show(group).get("Tags", [])}
    types = described(aws, group)
    aws.ec2.delete_tags(Resources=[group], Tags=[{"Key": "k"}])
    left = [tag["Key"] for tag in aws.show(group).get("Tags", [])]
    return all_true(
        tags=tags == {"k": "2", "z": ""},
        types=types == ["security-group"] * 2,
        left=left == ["z"],
    )


@case("T2", "CreateTags, DeleteTags, DescribeTags on a rule", "yes", "D")
def _(aws):
    group, rule = aws.group_with_rule()
    aws.ec2.create_tags(Resources=[rule], Tags=pairs(k="1"))
    tags, types = aws.rules(group)[0].get("Tags"), described(aws, rule)
    aws.ec2.delete_tags(Resources=[rule], Tags=[{"Key": "k"}])
    return all_true(
        tags=tags == pairs(k="1"),
        types=types == ["security-group-rule"],
        left=not aws.rules(group)[0].get("Tags"),
    )


@refusal(
    "T3",
    "tags for an unknown group",
    "D",
    "InvalidGroup.NotFound",
    "InvalidSecurityGroupID.NotFound",
    "InvalidID",
)
def _(aws):
    return lambda: aws.ec2.create_tags(Resources=[unknown("sg")], Tags=pairs(k="1"))


@refusal("T4", "51 tags", "D", "TagLimitExceeded")
def _(aws):
    group, tags = aws.group(), {f"k{i}": "1" for i in range(51)}
    return lambda: aws.ec2.create_tags(Resources=[group], Tags=pairs(**tags))


@refusal("T5", "tag key of 129 characters", "D", "InvalidParameterValue")
def _(aws):
    group = aws.group()
    return lambda: aws.ec2.create_tags(Resources=[group], Tags=pairs(**{"k" * 129: "1"}))


@case("T6", "tags given to Authorize are on its rules, find them, and outlive Modify", "yes", "D")
def _(aws):
    group = aws.group()
    rules = aws.allow_in(
        group,
        permission(port=80, v4=[NET]),
        permission(port=81, v4=[NET]),
        **tagged("security-group-rule", owner="a"),
    )
    ids = sorted(rule["SecurityGroupRuleId"] for rule in rules)
    owned = where("tag:owner", "a")
    found = aws.ec2.describe_security_group_rules(Filters=[where("group-id", group), owned])
    found = sorted(rule["SecurityGroupRuleId"] for rule in found["SecurityGroupRules"])
    aws.modify(group, ids[0], port=90, CidrIpv4=NET)
    after = aws.ec2.describe_security_group_rules(
        Filters=[where("security-group-rule-id", ids[0])]
    )["SecurityGroupRules"]
    return all_true(
        answered=all(rule["Tags"] == pairs(owner="a") for rule in rules),
        found=found == ids,
        kept=[(rule["FromPort"], rule["Tags"]) for rule in after] == [(90, pairs(owner="a"))],
    )
