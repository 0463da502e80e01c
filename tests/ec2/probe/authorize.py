"""Authorize: what EC2 makes of the permissions that it takes."""

from .account import ANYWHERE, NET, NET6, OTHER_NET, RULE_ID, pairs, permission, tagged
from .case import all_true, case, same

SOURCES = ("IpRanges", "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds")


def ports(shown):
    return shown.get("FromPort"), shown.get("ToPort")


@case("C1", "one call of 9 permissions: the reply lists 9 rules in full", "9 rules", "D")
def _(aws):
    group, peer = aws.groups(2)
    rules = aws.allow_in(
        group,
        permission(v4=[NET]),
        permission("udp", 53, v4=[NET]),
        permission("icmp", 3, 4, v4=[NET]),
        permission("icmpv6", -1, v6=[NET6]),
        permission("-1", None, v4=["10.3.0.0/16"]),
        permission("50", None, v4=[NET]),
        permission(port=443, groups=[group]),
        permission(port=444, groups=[peer]),
        permission(port=445, lists=[aws.prefix_list()]),
    )
    ids = {rule["SecurityGroupRuleId"] for rule in rules}
    fields = {"GroupId", "GroupOwnerId", "IsEgress", "SecurityGroupRuleArn"}
    return all_true(
        nine=len(rules) == len(ids) == 9,
        ids=all(RULE_ID.fullmatch(one) for one in ids),
        fields=all(fields <= set(rule) for rule in rules),
    )


@case("C1b", "one call of 3 permissions with 2 sources each: 6 rules in the reply", "6, 6", "D")
def _(aws):
    group = aws.group()
    three = [permission(port=port, v4=[NET, OTHER_NET]) for port in (1, 2, 3)]
    return same([len(aws.allow_in(group, *three)), len(aws.rules(group))], [6, 6])


@case("C1c", "one permission with a source of each kind makes 4 rules", "4, 4", "D")
def _(aws):
    group = aws.group()
    mixed = permission(port=1, v4=[NET], v6=[NET6], groups=[group], lists=[aws.prefix_list()])
    return same([len(aws.allow_in(group, mixed)), len(aws.rules(group))], [4, 4])


@case("C2", "Describe merges rules of equal protocol and ports", "1 entry, 4 sources", "V")
def _(aws):
    group = aws.group()
    for source in ({"v4": [NET]}, {"v4": [OTHER_NET]}, {"v6": [NET6]}, {"groups": [group]}):
        aws.allow_in(group, permission(**source))
    shown = aws.show(group)["IpPermissions"]
    count = sum(len(entry.get(kind, [])) for entry in shown for kind in SOURCES)
    return same([len(shown), count], [1, 4])


@case("C3", "protocols 6, 17, 1, 58 come back by name", "names", "K")
def _(aws):
    group = aws.group()
    aws.allow_in(
        group,
        permission("6", 22, v4=[NET]),
        permission("17", 53, v4=[NET]),
        permission("1", -1, v4=[NET]),
        permission("58", -1, v6=[NET6]),
    )
    found = sorted(rule["IpProtocol"] for rule in aws.rules(group))
    return same(found, ["icmp", "icmpv6", "tcp", "udp"])


@case("C5", "protocol TCP is stored as tcp", "tcp", "V")
def _(aws):
    group, _ = aws.group_with_rule(permission("TCP", v4=[NET]))
    return same(aws.rules(group)[0]["IpProtocol"], "tcp")


@case("C6", "ports given with -1 are ignored: -1/-1 in rules, none in Describe", "yes", "DV")
def _(aws):
    group, _ = aws.group_with_rule(permission("-1", 80, 90, v4=[NET]))
    found = ports(aws.rules(group)[0]), ports(aws.show(group)["IpPermissions"][0])
    return same(found, ((-1, -1), (None, None)))


@case("C7", "icmpv6 without type and code is all", "-1/-1", "D")
def _(aws):
    group, _ = aws.group_with_rule(permission("icmpv6", None, v6=["::/0"]))
    return same(ports(aws.rules(group)[0]), (-1, -1))


@case("C8", "icmp type 3, code 4 is kept", "3/4", "D")
def _(aws):
    group, _ = aws.group_with_rule(permission("icmp", 3, 4, v4=[NET]))
    return same(ports(aws.rules(group)[0]), (3, 4))


@case("C9", "referenced groups get their owner, in Describe and in rules", "yes", "V")
def _(aws):
    group, peer = aws.groups(2)
    aws.allow_in(group, permission(port=1, groups=[group]), permission(port=2, groups=[peer]))
    entries = [pair for p in aws.show(group)["IpPermissions"] for pair in p["UserIdGroupPairs"]]
    infos = [rule.get("ReferencedGroupInfo", {}) for rule in aws.rules(group)]
    wanted = {group: aws.number, peer: aws.number}
    return all_true(
        describe={e["GroupId"]: e.get("UserId") for e in entries} == wanted,
        rules={i.get("GroupId"): i.get("UserId") for i in infos} == wanted,
    )


@case("C10", "a rule shows one source field only", "yes", "V")
def _(aws):
    group = aws.group()
    aws.allow_in(
        group,
        permission(port=1, v4=[NET]),
        permission(port=2, v6=[NET6]),
        permission(port=3, groups=[group]),
        permission(port=4, lists=[aws.prefix_list()]),
    )
    fields = {1: "CidrIpv4", 2: "CidrIpv6", 3: "ReferencedGroupInfo", 4: "PrefixListId"}
    found = {
        rule["FromPort"]: [name for name in fields.values() if name in rule]
        for rule in aws.rules(group)
    }
    return same(found, {port: [name] for port, name in fields.items()})


@case("C11", "descriptions of every kind of source, in Describe and in rules", "yes", "D")
def _(aws):
    group = aws.group()
    aws.allow_in(
        group,
        permission(port=1, v4=[NET], about="d4"),
        permission(port=2, v6=[NET6], about="d6"),
        permission(port=3, groups=[group], about="dg"),
        permission(port=4, lists=[aws.prefix_list()], about="dl"),
    )
    shown = aws.show(group)["IpPermissions"]
    sources = [source for entry in shown for kind in SOURCES for source in entry.get(kind, [])]
    wanted = ["d4", "d6", "dg", "dl"]
    return all_true(
        describe=sorted(source.get("Description", "") for source in sources) == wanted,
        rules=sorted(rule.get("Description", "") for rule in aws.rules(group)) == wanted,
    )


@case("C14", "tags on rules: in the reply and in Describe, egress too", "yes", "D")
def _(aws):
    group, tags = aws.group(), tagged("security-group-rule", k="v")
    added = aws.allow_in(group, permission(v4=[NET]), **tags)[0]
    egress = aws.allow_out(group, permission(v4=[NET]), **tags)[0]
    return all_true(
        reply=added.get("Tags") == pairs(k="v"),
        describe=aws.rules(group)[0].get("Tags") == pairs(k="v"),
        egress=egress.get("Tags") == pairs(k="v"),
    )


@case("C24", "host bits of a CIDR are cleared", "100.68.0.0/18", "D")
def _(aws):
    group, _ = aws.group_with_rule(permission(v4=["100.68.0.18/18"]))
    return same(aws.ipv4(group), ["100.68.0.0/18"])


@case("C26", "an IPv6 CIDR is stored in its canonical form", "2001:db8::/32", "D")
def _(aws):
    group, _ = aws.group_with_rule(permission(v6=["2001:DB8:0::1/32"]))
    return same([rule.get("CidrIpv6") for rule in aws.rules(group)], [NET6])


@case("C28", "60 IPv4 and 60 IPv6 rules: each family has its own quota", "120", "D")
def _(aws):
    four = permission(v4=[f"10.{i}.0.0/16" for i in range(60)])
    six = permission(v6=[f"2001:db8:{i:x}::/48" for i in range(60)])
    return same(len(aws.allow_in(aws.group(), four, six)), 120)


@case("C40", "egress takes every kind too", "5 and the default", "D")
def _(aws):
    group = aws.group()
    aws.allow_out(
        group,
        permission(port=1, v4=[NET]),
        permission(port=2, v6=[NET6]),
        permission(port=3, groups=[group]),
        permission(port=4, lists=[aws.prefix_list()]),
        permission("icmp", -1, v4=[ANYWHERE]),
    )
    return same(len(aws.rules(group, egress=True)), 6)
