"""Rules changed in place: descriptions, and ModifySecurityGroupRules."""

from .account import NET, NET6, OTHER_NET, permission, unknown
from .case import all_true, answer_of, case, refusal, same


def description(aws, group):
    return aws.rules(group)[0].get("Description")


@case("U1", "descriptions by permissions, ingress and egress", "new, new", "D")
def _(aws):
    group, _ = aws.group_with_rule()
    aws.allow_out(group, permission(v4=[NET], about="old"))
    aws.describe_in(group, permission(v4=[NET], about="new"))
    aws.describe_out(group, permission(v4=[NET], about="new"))
    egress = [r for r in aws.rules(group, egress=True) if r.get("FromPort") == 22]
    return same([description(aws, group), egress[0].get("Description")], ["new", "new"])


@case("U2", "descriptions by rule ids", "new", "D")
def _(aws):
    group, rule = aws.group_with_rule()
    aws.ec2.update_security_group_rule_descriptions_ingress(
        GroupId=group,
        SecurityGroupRuleDescriptions=[{"SecurityGroupRuleId": rule, "Description": "new"}],
    )
    return same(description(aws, group), "new")


@case("U3", "no description removes it", "None", "D")
def _(aws):
    group, _ = aws.group_with_rule()
    aws.describe_in(group, permission(v4=[NET]))
    return same(description(aws, group), None)


@refusal(
    "U4",
    "description of a missing rule",
    "K",
    "InvalidPermission.NotFound",
    "InvalidSecurityGroupRuleId.NotFound",
)
def _(aws):
    group = aws.group()
    return lambda: aws.describe_in(group, permission(v4=[NET], about="new"))


@case("U5", "descriptions by permissions of IPv6, group and list rules", "3 new", "D")
def _(aws):
    group, prefix_list = aws.group(), aws.prefix_list()

    def three(about):
        return [
            permission(port=1, v6=[NET6], about=about),
            permission(port=2, groups=[group], about=about),
            permission(port=3, lists=[prefix_list], about=about),
        ]

    aws.allow_in(group, *three("old"))
    aws.describe_in(group, *three("new"))
    found = {rule["FromPort"]: rule.get("Description") for rule in aws.rules(group)}
    return same(found, {1: "new", 2: "new", 3: "new"})


@case("M1", "Modify changes every field, keeps the id; Describe agrees", "yes", "V")
def _(aws):
    group, rule = aws.group_with_rule()
    aws.modify(group, rule, "udp", 5, CidrIpv4=OTHER_NET, Description="new")
    shown = aws.rules(group)
    fields = ("SecurityGroupRuleId", "IpProtocol", "FromPort", "CidrIpv4", "Description")
    found = [[one.get(field) for field in fields] for one in shown]
    merged = aws.show(group)["IpPermissions"]
    return all_true(
        rules=found == [[rule, "udp", 5, OTHER_NET, "new"]],
        describe=[entry["IpProtocol"] for entry in merged] == ["udp"],
        source=aws.ipv4(group) == [OTHER_NET],
    )


@case("M2", "Modify of IPv6, group and list rules", "3 changed", "DV")
def _(aws):
    group, peer = aws.groups(2)
    before, after = aws.prefix_list(), aws.prefix_list()
    changes = [
        (permission(v6=[NET6]), {"CidrIpv6": "2001:db9::/32"}),
        (permission(groups=[group]), {"ReferencedGroupId": peer}),
        (permission(lists=[before]), {"PrefixListId": after}),
    ]
    for old, new in changes:
        rule = aws.allow_in(group, old)[0]["SecurityGroupRuleId"]
        aws.modify(group, rule, **new)
    rules = aws.rules(group)
    return all_true(
        ipv6=[r["CidrIpv6"] for r in rules if "CidrIpv6" in r] == ["2001:db9::/32"],
        lists=[r["PrefixListId"] for r in rules if "PrefixListId" in r] == [after],
        groups=[r["ReferencedGroupInfo"]["GroupId"] for r in rules if "ReferencedGroupInfo" in r]
        == [peer],
    )


@refusal("M3", "Modify: unknown rule id", "V", "InvalidSecurityGroupRuleId.NotFound")
def _(aws):
    group = aws.group()
    return lambda: aws.modify(group, unknown("sgr"), CidrIpv4=NET)


@refusal("M4", "Modify: unknown group", "V", "InvalidGroup.NotFound")
def _(aws):
    return lambda: aws.modify(unknown("sg"), unknown("sgr"), CidrIpv4=NET)


@case("M5", "Modify: from an IPv4 rule to IPv6 or to a group", "InvalidParameterValue", "P")
def _(aws):
    group, rule = aws.group_with_rule()
    answers = [
        answer_of(aws.modify, group, rule, CidrIpv6=NET6),
        answer_of(aws.modify, group, rule, ReferencedGroupId=group),
    ]
    return same(answers, ["InvalidParameterValue"] * 2)


@refusal("M6", "Modify: no protocol", "V", "InvalidParameterValue")
def _(aws):
    group, rule = aws.group_with_rule()
    return lambda: aws.modify(group, rule, protocol=None, CidrIpv4=NET)


@refusal("M7", "Modify: two sources", "V", "InvalidParameterCombination")
def _(aws):
    group, rule = aws.group_with_rule()
    return lambda: aws.modify(group, rule, CidrIpv4=NET, CidrIpv6=NET6)


@refusal("M8", "Modify: no source", "V", "MissingParameter")
def _(aws):
    group, rule = aws.group_with_rule()
    return lambda: aws.modify(group, rule)


@refusal("M9", "Modify: into a copy of another rule", "K", "InvalidPermission.Duplicate")
def _(aws):
    group, rule = aws.group_with_rule()
    aws.allow_in(group, permission(v4=[OTHER_NET]))
    return lambda: aws.modify(group, rule, CidrIpv4=OTHER_NET)


@refusal("M10", "Modify: a CIDR with host bits", "P", "InvalidParameterValue")
def _(aws):
    group, rule = aws.group_with_rule()
    return lambda: aws.modify(group, rule, CidrIpv4="100.68.0.18/18")


@case("M11", "Modify of the description alone", "new", "D")
def _(aws):
    group, rule = aws.group_with_rule()
    aws.modify(group, rule, CidrIpv4=NET, Description="new")
    return same(description(aws, group), "new")
