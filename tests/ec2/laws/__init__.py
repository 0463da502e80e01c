"""EC2's own laws for security groups, put into moto.

moto accepts much that EC2 refuses. Each module here replaces some of its operations by ones that
check what EC2 checks and answer as EC2 answers; `tests/ec2/probe` holds them to it. Only what
concerns security groups is changed.

    common        errors, ids, texts, paging            permissions   IpPermissions to single rules
    groups        create, delete                        rules         authorize, revoke, quota
    modify        descriptions, rules in place          describe      groups and rules, filters
    associations  groups in further VPCs                around        interfaces, VPCs, tags
    peering       references to other VPCs              endpoints     of which an account has none
"""

from moto.ec2.responses.security_groups import SecurityGroups

from . import around, associations, describe, endpoints, groups, modify, rules

OPERATIONS = {
    "create_security_group": groups.create,
    "delete_security_group": groups.delete,
    "describe_security_groups": describe.describe_groups,
    "describe_security_group_rules": describe.describe_rules,
    "authorize_security_group_ingress": rules.authorize(egress=False),
    "authorize_security_group_egress": rules.authorize(egress=True),
    "revoke_security_group_ingress": rules.revoke(egress=False),
    "revoke_security_group_egress": rules.revoke(egress=True),
    "update_security_group_rule_descriptions_ingress": modify.update_descriptions(egress=False),
    "update_security_group_rule_descriptions_egress": modify.update_descriptions(egress=True),
    "modify_security_group_rules": modify.modify,
    "associate_security_group_vpc": associations.associate,
    "disassociate_security_group_vpc": associations.disassociate,
    "describe_security_group_vpc_associations": associations.describe_associations,
    "get_security_groups_for_vpc": associations.groups_for_vpc,
    "describe_security_group_references": associations.references,
    "describe_stale_security_groups": associations.stale,
}


def install():
    """Puts the laws into moto: once for a process, before it serves."""
    for name, operation in (OPERATIONS | endpoints.OPERATIONS).items():
        setattr(SecurityGroups, name, operation)
    around.install()
