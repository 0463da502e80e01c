"""Tags of groups and rules."""

from .account import pairs, unknown, where
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
