"""What a case works with: clients of the endpoint, and short words for EC2's calls."""

import functools
import re
import uuid

import boto3
from botocore.config import Config

REGION = "us-east-1"
ANYWHERE = "0.0.0.0/0"
NET = "10.1.0.0/16"
OTHER_NET = "10.2.0.0/16"
NET6 = "2001:db8::/32"
GROUP_ID = re.compile(r"sg-[0-9a-f]{17}")
RULE_ID = re.compile(r"sgr-[0-9a-f]{17}")


class Account:
    """One account at the endpoint, in one region."""

    def __init__(self, endpoint, key="AKIAPROBEPROBEPROBE1", secret="secret", token=None):
        self.endpoint = endpoint
        self.key, self.secret, self.token = key, secret, token
        self.ec2 = self.client("ec2")

    def other_account(self, number):
        """The account with this number, by way of a role there."""
        role = f"arn:aws:iam::{number}:role/probe"
        made = self.client("sts").assume_role(RoleArn=role, RoleSessionName="probe")["Credentials"]
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        return Account(self.endpoint, *(made[name] for name in names))

    def client(self, service, region=REGION):
        settings = Config(
            retries={"total_max_attempts": 1},
            parameter_validation=False,
            connect_timeout=5,
            read_timeout=30,
            max_pool_connections=32,
        )
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            config=settings,
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
            aws_session_token=self.token,
        )

    @functools.cached_property
    def number(self):
        try:
            return self.client("sts").get_caller_identity()["Account"]
        except Exception:  # noqa: BLE001 - an endpoint without STS
            return self.default_vpcs()[0].get("OwnerId", "?")

    # ---- what groups live among

    def vpc(self, **more):
        return self.ec2.create_vpc(CidrBlock="10.0.0.0/16", **more)["Vpc"]["VpcId"]

    def default_vpcs(self):
        return self.ec2.describe_vpcs(Filters=[where("is-default", "true")])["Vpcs"]

    def interface(self, vpc, **more):
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        made = self.ec2.create_network_interface(SubnetId=subnet, **more)
        return made["NetworkInterface"]

    def prefix_list(self):
        made = self.ec2.create_managed_prefix_list(
            PrefixListName=fresh_name(),
            MaxEntries=5,
            AddressFamily="IPv4",
            Entries=[{"Cidr": "10.9.0.0/16", "Description": "e1"}],
        )
        return made["PrefixList"]["PrefixListId"]

    # ---- groups

    def group(self, vpc=None, name=None, description="probe group", **more):
        made = self.ec2.create_security_group(
            GroupName=name or fresh_name(),
            Description=description,
            VpcId=vpc or self.vpc(),
            **more,
        )
        return made["GroupId"]

    def groups(self, count, vpc=None):
        vpc = vpc or self.vpc()
        return [self.group(vpc) for _ in range(count)]

    def show(self, group):
        return self.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]

    def find(self, *filters):
        return self.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]

    def default_group(self, vpc):
        return self.find(where("vpc-id", vpc), where("group-name", "default"))[0]

    def delete(self, group, **more):
        return self.ec2.delete_security_group(GroupId=group, **more)

    # ---- rules

    def rules(self, group, egress=False):
        found = self.ec2.describe_security_group_rules(Filters=[where("group-id", group)])
        return [rule for rule in found["SecurityGroupRules"] if rule["IsEgress"] == egress]

    def ipv4(self, group):
        """The ingress CIDRs as DescribeSecurityGroups shows them."""
        permissions = self.show(group)["IpPermissions"]
        ranges = [source for item in permissions for source in item.get("IpRanges", [])]
        return sorted(source["CidrIp"] for source in ranges)

    def allow_in(self, group, *permissions, **more):
        reply = self.ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=permissions, **more
        )
        return reply["SecurityGroupRules"]

    def allow_out(self, group, *permissions, **more):
        reply = self.ec2.authorize_security_group_egress(
            GroupId=group, IpPermissions=permissions, **more
        )
        return reply["SecurityGroupRules"]

    def revoke_in(self, group, *permissions, **more):
        return self.ec2.revoke_security_group_ingress(
            GroupId=group, IpPermissions=permissions, **more
        )

    def revoke_out(self, group, *permissions):
        return self.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=permissions)

    def revoke_ids_in(self, group, *rule_ids):
        return self.ec2.revoke_security_group_ingress(
            GroupId=group, SecurityGroupRuleIds=rule_ids
        )

    def revoke_ids_out(self, group, *rule_ids):
        return self.ec2.revoke_security_group_egress(
            GroupId=group, SecurityGroupRuleIds=rule_ids
        )

    def describe_in(self, group, *permissions):
        return self.ec2.update_security_group_rule_descriptions_ingress(
            GroupId=group, IpPermissions=permissions
        )

    def describe_out(self, group, *permissions):
        return self.ec2.update_security_group_rule_descriptions_egress(
            GroupId=group, IpPermissions=permissions
        )

    def modify(self, group, rule_id, protocol="tcp", port=22, **rule):
        ports = {"IpProtocol": protocol, "FromPort": port, "ToPort": port}
        given = {name: value for name, value in (ports | rule).items() if value is not None}
        return self.ec2.modify_security_group_rules(
            GroupId=group,
            SecurityGroupRules=[{"SecurityGroupRuleId": rule_id, "SecurityGroupRule": given}],
        )

    def group_with_rule(self, rule=None):
        """A group with one ingress rule: the group's id and the rule's."""
        group = self.group()
        made = self.allow_in(group, rule or permission(v4=[NET], about="old"))
        return group, made[0]["SecurityGroupRuleId"]


def permission(protocol="tcp", port=22, to=None, v4=(), v6=(), groups=(), lists=(), about=None):
    """An IpPermission. Port None: without ports."""
    made = {"IpProtocol": protocol}
    described = {"Description": about} if about else {}
    if port is not None:
        made |= {"FromPort": port, "ToPort": port if to is None else to}
    if v4:
        made["IpRanges"] = [{"CidrIp": cidr, **described} for cidr in v4]
    if v6:
        made["Ipv6Ranges"] = [{"CidrIpv6": cidr, **described} for cidr in v6]
    if groups:
        made["UserIdGroupPairs"] = [{"GroupId": group, **described} for group in groups]
    if lists:
        made["PrefixListIds"] = [{"PrefixListId": one, **described} for one in lists]
    return made


def where(name, *values):
    """A filter."""
    return {"Name": name, "Values": values}


def tagged(resource_type, **tags):
    """A TagSpecifications argument."""
    specification = {"ResourceType": resource_type, "Tags": pairs(**tags)}
    return {"TagSpecifications": [specification]}


def pairs(**tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def fresh_name():
    return "probe-" + uuid.uuid4().hex[:10]


def unknown(prefix):
    """An id in the right form that nothing has. A fresh one each time, since moto makes a group
    of any id that an interface names."""
    return f"{prefix}-0{uuid.uuid4().hex[:16]}"
