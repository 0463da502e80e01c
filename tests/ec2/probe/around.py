"""Interfaces, prefix lists, associations with VPCs, the default VPC."""

from .account import permission, unknown, where
from .case import all_true, answer_of, case, refusal, same


@case("N1", "an interface's groups: on create, as a filter, by Modify", "yes", "D")
def _(aws):
    vpc = aws.vpc()
    group, other = aws.groups(2, vpc)
    interface = aws.interface(vpc, Groups=[group, other])
    made = interface["NetworkInterfaceId"]

    def find(**asked):
        return aws.ec2.describe_network_interfaces(**asked)["NetworkInterfaces"]

    filtered = find(Filters=[where("group-id", group)])
    aws.ec2.modify_network_interface_attribute(NetworkInterfaceId=made, Groups=[other])
    modified = find(NetworkInterfaceIds=[made])[0]["Groups"]
    return all_true(
        create={item["GroupId"] for item in interface["Groups"]} == {group, other},
        filter=[item["NetworkInterfaceId"] for item in filtered] == [made],
        modify=[item["GroupId"] for item in modified] == [other],
    )


@case("N2", "an interface without groups has the VPC's default group", "default", "D")
def _(aws):
    groups = aws.interface(aws.vpc()).get("Groups", [])
    return same([group.get("GroupName") for group in groups], ["default"])


@refusal(
    "N3",
    "an interface with an unknown group",
    "D",
    "InvalidGroup.NotFound",
    "InvalidSecurityGroupID.NotFound",
)
def _(aws):
    vpc = aws.vpc()
    return lambda: aws.interface(vpc, Groups=[unknown("sg")])


@refusal("N4", "an interface with 6 groups", "D", "SecurityGroupsPerInterfaceLimitExceeded")
def _(aws):
    vpc = aws.vpc()
    groups = aws.groups(6, vpc)
    return lambda: aws.interface(vpc, Groups=groups)


@case("P1", "a prefix list: its entries, and a rule with it", "yes", "D")
def _(aws):
    made, group = aws.prefix_list(), aws.group()
    entries = aws.ec2.get_managed_prefix_list_entries(PrefixListId=made)["Entries"]
    aws.allow_in(group, permission(lists=[made], about="x"))
    shown = aws.show(group)["IpPermissions"][0].get("PrefixListIds")
    return all_true(
        entries=[entry["Cidr"] for entry in entries] == ["10.9.0.0/16"],
        describe=shown == [{"Description": "x", "PrefixListId": made}],
    )


@case("P2", "AWS's own prefix lists are there, such as S3's", "yes", "D")
def _(aws):
    lists = aws.ec2.describe_managed_prefix_lists()["PrefixLists"]
    names = [one["PrefixListName"] for one in lists]
    return any(name.startswith("com.amazonaws") and name.endswith(".s3") for name in names), names


@case("V1", "associate with a further VPC, list, disassociate", "yes", "D")
def _(aws):
    named = {"GroupId": aws.group(), "VpcId": aws.vpc()}
    joined = aws.ec2.associate_security_group_vpc(**named).get("State")
    listed = aws.ec2.describe_security_group_vpc_associations(
        Filters=[where("group-id", named["GroupId"])]
    )["SecurityGroupVpcAssociations"]
    left = aws.ec2.disassociate_security_group_vpc(**named).get("State")
    return all_true(
        associate=joined in ("associating", "associated"),
        list=[one["VpcId"] for one in listed] == [named["VpcId"]],
        disassociate=left in ("disassociating", "disassociated"),
    )


@case("V8", "an association's states: on its way, there, on its way off, gone", "in order", "D")
def _(aws):
    named = {"GroupId": aws.group(), "VpcId": aws.vpc()}

    def states():
        found = aws.ec2.describe_security_group_vpc_associations(
            Filters=[where("group-id", named["GroupId"])]
        )["SecurityGroupVpcAssociations"]
        return [one["State"] for one in found]

    aws.ec2.associate_security_group_vpc(**named)
    seen = [*states(), *states(), *states()]
    aws.ec2.disassociate_security_group_vpc(**named)
    seen += [*states(), *states()]
    return same(seen, ["associating", "associated", "associated", "disassociating"])


@case("V9", "an association that fails says so, and is disassociated like another", "yes", "D")
def _(aws):
    vpc = aws.vpc()
    aws.ec2.create_tags(Resources=[vpc], Tags=[{"Key": "associations", "Value": "fail"}])
    named = {"GroupId": aws.group(), "VpcId": vpc}
    aws.ec2.associate_security_group_vpc(**named)
    asked = [where("group-id", named["GroupId"])]
    for _ in range(2):
        found = aws.ec2.describe_security_group_vpc_associations(Filters=asked)
    [one] = found["SecurityGroupVpcAssociations"]
    return all_true(
        state=one["State"] == "association-failed",
        reason=bool(one.get("StateReason")),
        leaves=answer_of(aws.ec2.disassociate_security_group_vpc, **named) == "OK",
    )


@refusal("V2", "delete a group that is associated", "D", "DependencyViolation")
def _(aws):
    group = aws.group()
    aws.ec2.associate_security_group_vpc(GroupId=group, VpcId=aws.vpc())
    return lambda: aws.delete(group)


@case("V3", "GetSecurityGroupsForVpc: the default group and one's own", "both", "DV")
def _(aws):
    vpc = aws.vpc()
    aws.group(vpc)
    found = aws.ec2.get_security_groups_for_vpc(VpcId=vpc)["SecurityGroupForVpcs"]
    return same([group.get("PrimaryVpcId") for group in found], [vpc, vpc])


@case("V4", "References: of a known and of an unknown group", "OK, NotFound", "D")
def _(aws):
    call = aws.ec2.describe_security_group_references
    answers = [answer_of(call, GroupId=[group]) for group in (aws.group(), unknown("sg"))]
    return same(answers, ["OK", "InvalidGroup.NotFound"])


@case("V5", "Stale groups: of a known and of an unknown VPC", "OK, NotFound", "D")
def _(aws):
    call = aws.ec2.describe_stale_security_groups
    answers = [answer_of(call, VpcId=vpc) for vpc in (aws.vpc(), unknown("vpc"))]
    return same(answers, ["OK", "InvalidVpcID.NotFound"])


@case("V6", "one default VPC, 172.31.0.0/16", "yes", "D")
def _(aws):
    return same([vpc["CidrBlock"] for vpc in aws.default_vpcs()], ["172.31.0.0/16"])


@case("V7", "a group of a peered VPC of another account can be referenced", "its owner", "D")
def _(aws):
    peer = aws.other_account("222233334444")
    vpc, peer_vpc = aws.vpc(), peer.ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    made = aws.ec2.create_vpc_peering_connection(
        VpcId=vpc, PeerVpcId=peer_vpc, PeerOwnerId="222233334444"
    )["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    peer.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=made)
    group, there = aws.group(vpc), peer.group(peer_vpc)
    pair = {"GroupId": there, "UserId": "222233334444"}
    aws.allow_in(group, permission() | {"UserIdGroupPairs": [pair]})
    [pair] = aws.show(group)["IpPermissions"][0]["UserIdGroupPairs"]
    [rule] = [one for one in aws.rules(group) if "ReferencedGroupInfo" in one]
    across = {
        "GroupId": there,
        "UserId": "222233334444",
        "VpcId": peer_vpc,
        "VpcPeeringConnectionId": made,
        "PeeringStatus": "active",
    }
    return all_true(group=pair == across, rule=rule["ReferencedGroupInfo"] == across)


@case("V10", "what another VPC references may go, and its rule is stale then", "yes", "D")
def _(aws):
    vpc, peer_vpc = aws.vpc(), aws.ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    made = aws.ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=peer_vpc)
    made = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    aws.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=made)
    group, there, here = aws.group(vpc), aws.group(peer_vpc), aws.group(vpc)
    pairs = [{"GroupId": there}, {"GroupId": here}]
    aws.allow_in(group, permission() | {"UserIdGroupPairs": pairs})

    def stale():
        found = aws.ec2.describe_stale_security_groups(VpcId=vpc)["StaleSecurityGroupSet"]
        return [
            (one["GroupId"], pair["GroupId"])
            for one in found
            for item in one.get("StaleIpPermissions", [])
            for pair in item["UserIdGroupPairs"]
        ]

    before = stale()
    near, far = answer_of(aws.delete, here), answer_of(aws.delete, there)
    return all_true(
        before=before == [],
        near=near == "DependencyViolation",
        far=far == "OK",
        after=stale() == [(group, there)],
    )


@case("V11", "a rule over a peering that is deleted is stale", "yes", "D")
def _(aws):
    vpc, peer_vpc = aws.vpc(), aws.ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    made = aws.ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=peer_vpc)
    made = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    aws.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=made)
    group, there = aws.group(vpc), aws.group(peer_vpc)
    aws.allow_in(group, permission() | {"UserIdGroupPairs": [{"GroupId": there}]})
    aws.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=made)
    found = aws.ec2.describe_stale_security_groups(VpcId=vpc)["StaleSecurityGroupSet"]
    [pair] = aws.show(group)["IpPermissions"][0]["UserIdGroupPairs"]
    return all_true(
        stale=[one["GroupId"] for one in found] == [group],
        status=pair.get("PeeringStatus") == "deleted",
    )
