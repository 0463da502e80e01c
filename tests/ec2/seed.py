"""Groups that no call of the account makes: many in one go, and those of other accounts."""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends

from .laws.permissions import Entry
from .laws.rules import new_rule


def groups(region, count, ingress=0, prefix="seeded-", account=DEFAULT_ACCOUNT_ID):
    """Makes groups, each with so many ingress rules beside EC2's own egress rule. Gives the ids."""
    backend = ec2_backends[account][region]
    made = []
    for number in range(count):
        name = f"{prefix}{number:05}"
        group = backend.create_security_group(name, "Seeded", force=True)
        for port in range(1, ingress + 1):
            entry = Entry("tcp", port, port, "v4", "10.0.0.0/8")
            group.ingress_rules.append(new_rule(group, False, entry))
        made.append(group.id)
    return made


def hand_over(region, id, owner, account=DEFAULT_ACCOUNT_ID):
    """Makes a group another account's: the account that shares the VPC sees it, and no more."""
    group = ec2_backends[account][region].get_security_group_from_id(id)
    if group is None:
        raise LookupError(f"no such group: {id}")
    group.owner_id = owner
