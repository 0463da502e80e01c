"""A provider's whole life of a group: made, changed, deleted, and right at each step."""

from .account import ANYWHERE, NET, NET6, OTHER_NET, permission, tagged
from .case import all_true, answer_of, case

OLD_EGRESS = permission("-1", None, v4=[ANYWHERE])


def source(rule):
    referenced = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    return rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or referenced


def held(aws, group):
    """Every rule of the group: what it is, with its id and description."""
    rules = aws.rules(group) + aws.rules(group, egress=True)
    return {
        (rule["IsEgress"], rule["IpProtocol"], rule.get("FromPort"), source(rule)): (
            rule["SecurityGroupRuleId"],
            rule.get("Description", ""),
        )
        for rule in rules
    }


def life(change):
    """The life of a group whose rules are changed by the function."""

    def run(aws):
        vpc, prefix_list = aws.vpc(), aws.prefix_list()
        peer = aws.group(vpc)
        group = aws.group(vpc, **tagged("security-group", Name="life"))
        first = {
            "a": permission(port=1, v4=[NET], about="a"),
            "b": permission(port=1, v4=[OTHER_NET], about="b"),
            "c": permission(port=2, v6=[NET6], about="c"),
            "d": permission(port=3, groups=[peer], about="d"),
            "e": permission(port=4, lists=[prefix_list], about="e"),
            "f": permission("icmp", -1, v4=[NET], about="f"),
        }
        for one in first.values():
            aws.allow_in(group, one)
        aws.allow_out(group, permission(port=443, v4=["10.0.0.0/8"], about="out"))
        made = held(aws, group)
        change(aws, group, first, {key: rule_id for key, (rule_id, _) in made.items()})
        aws.allow_in(group, permission(port=9, v4=["10.9.0.0/16"], about="z"))
        wanted = {
            (False, "tcp", 1, OTHER_NET): "b2",
            (False, "tcp", 2, NET6): "c",
            (False, "tcp", 4, prefix_list): "e",
            (False, "icmp", -1, NET): "f",
            (False, "tcp", 9, "10.9.0.0/16"): "z",
            (True, "tcp", 443, "10.0.0.0/8"): "out",
        }
        found = {key: description for key, (_, description) in held(aws, group).items()}
        return all_true(
            made=len(made) == 8,
            changed=found == wanted,
            describe=len(aws.show(group)["IpPermissions"]) == 5,
            deleted=answer_of(aws.delete, group) == "OK",
            peer_deleted=answer_of(aws.delete, peer) == "OK",
            gone=answer_of(aws.show, group) == "InvalidGroup.NotFound",
        )

    return run


def by_ids(aws, group, first, ids):
    peer = first["d"]["UserIdGroupPairs"][0]["GroupId"]
    aws.revoke_ids_in(group, ids[False, "tcp", 1, NET], ids[False, "tcp", 3, peer])
    aws.revoke_ids_out(group, ids[True, "-1", -1, ANYWHERE])
    kept = ids[False, "tcp", 1, OTHER_NET]
    aws.modify(group, kept, port=1, CidrIpv4=OTHER_NET, Description="b2")


def by_permissions(aws, group, first, _ids):
    aws.revoke_in(group, first["a"], first["d"])
    aws.revoke_out(group, OLD_EGRESS)
    aws.describe_in(group, permission(port=1, v4=[OTHER_NET], about="b2"))


case("L1", "a group's life, its rules changed by ids", "right at each step", "D")(life(by_ids))
case("L2", "a group's life, its rules changed by permissions", "right at each step", "D")(
    life(by_permissions)
)
