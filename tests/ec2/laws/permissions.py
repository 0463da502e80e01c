"""From a request's IpPermissions to single rules, as EC2 reads them.

EC2 keeps one rule for each protocol, port range and peer; a rule's description is not part of
what it is. `Entry.key` is that identity, and `key_of` gives the same for a rule that moto holds.
"""

import dataclasses
import ipaddress
import re

from moto.ec2.models import ec2_backends

from .common import (
    check_group_id,
    check_text,
    error,
    invalid,
    missing,
    no_such_group,
    no_such_prefix_list,
)
from .peering import across, connection

PROTOCOL_NAMES = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
WITH_PORTS = ("tcp", "udp")
WITH_TYPES = ("icmp", "icmpv6")


@dataclasses.dataclass(frozen=True)
class Entry:
    """One rule: what a request asks for, canonical.

    kind is "v4", "v6", "sg" or "pl"; peer the CIDR or id; account the peer group's owner.
    """

    protocol: str
    from_port: int | None
    to_port: int | None
    kind: str
    peer: str
    account: str | None = None
    description: str | None = None

    @property
    def key(self):
        return (self.protocol, self.from_port, self.to_port, self.kind, self.peer)


def key_of(rule):
    """The identity of a rule that moto holds, in the form of `Entry.key`."""
    ported = rule.ip_protocol in WITH_PORTS + WITH_TYPES
    ports = (rule.from_port, rule.to_port) if ported else (None, None)
    return (rule.ip_protocol, *ports, *peer_of(rule))


def peer_of(rule):
    """The rule's peer: its kind, and its CIDR or id."""
    if rule.ip_range.get("CidrIp"):
        return "v4", rule.ip_range["CidrIp"]
    if rule.ip_range.get("CidrIpv6"):
        return "v6", rule.ip_range["CidrIpv6"]
    if rule.source_group:
        return "sg", rule.source_group["GroupId"]
    return "pl", rule.prefix_list_id


def set_peer(rule, entry):
    """Makes the entry's peer and description those of a rule that moto holds."""
    about = {"Description": entry.description} if entry.description else {}
    rule.ip_range, rule.source_group = {}, {}
    rule.prefix_list_id, rule.prefix_list_description = None, None
    if entry.kind == "v4":
        rule.ip_range = {"CidrIp": entry.peer, **about}
    elif entry.kind == "v6":
        rule.ip_range = {"CidrIpv6": entry.peer, **about}
    elif entry.kind == "sg":
        owner = entry.account or rule.ec2_backend.account_id
        rule.source_group = {"GroupId": entry.peer, "UserId": owner, "OwnerId": owner, **about}
        # A group's reference to itself is made while the backend is: there is none to ask yet.
        group = None
        if entry.peer != rule.group_id:
            group = rule.ec2_backend.get_security_group_from_id(rule.group_id)
        if group is not None:
            elsewhere = across(rule.ec2_backend, group.vpc_id, entry.peer, owner)
            rule.source_group.update(elsewhere)
    else:
        rule.prefix_list_id, rule.prefix_list_description = entry.peer, entry.description


def entries(request, group, revoking=False):
    """The single rules that a request's permissions ask for, checked."""
    found = []
    for permission in _permissions(request):
        ports = read_ports(*(permission.get(k) for k in ("IpProtocol", "FromPort", "ToPort")))
        peers = list(_peers(request.ec2_backend, permission, group, revoking))
        if not peers:
            raise missing("source: cidrIp, cidrIpv6, prefixListId, or groupId")
        for kind, peer, account, about in peers:
            description = check_text(about, "rule description")
            found.append(Entry(*ports, kind, peer, account, description))
    return found


def _permissions(request):
    """IpPermissions, or the one permission that the older top-level parameters spell."""
    permissions = request._get_param("IpPermissions")
    cidr, protocol = request._get_param("CidrIp"), request._get_param("IpProtocol")
    if permissions is None and (cidr or protocol):
        permissions = [{
            "IpProtocol": protocol,
            "FromPort": request._get_param("FromPort"),
            "ToPort": request._get_param("ToPort"),
            "IpRanges": [{"CidrIp": cidr}] if cidr else [],
        }]
    if not permissions:
        raise missing("ipPermissions")
    return permissions


def _peers(backend, permission, group, revoking):
    """(kind, peer, account, description) for each source of one permission."""
    for source in permission.get("IpRanges") or []:
        yield "v4", read_cidr(source.get("CidrIp"), 4), None, source.get("Description")
    for source in permission.get("Ipv6Ranges") or []:
        yield "v6", read_cidr(source.get("CidrIpv6"), 6), None, source.get("Description")
    for source in permission.get("UserIdGroupPairs") or []:
        peer, account = _peer_group(backend, source, group, revoking)
        yield "sg", peer, account, source.get("Description")
    for source in permission.get("PrefixListIds") or []:
        list_id = source.get("PrefixListId")
        if list_id not in backend.managed_prefix_lists:
            raise no_such_prefix_list(list_id)
        yield "pl", list_id, None, source.get("Description")


def _peer_group(backend, source, group, revoking):
    """The id and owner of a referenced group, which must be in this VPC or one peered with it."""
    group_id = source.get("GroupId")
    if not group_id:
        named = backend.get_security_group_from_name(source.get("GroupName"), group.vpc_id)
        if named is None:
            raise no_such_group(source.get("GroupName"))
        return named.id, named.owner_id
    account = str(source.get("UserId") or backend.account_id)
    if not re.fullmatch(r"[0-9]{12}", account):
        raise error("InvalidUserID.Malformed", f'Invalid user id: "{account}"')
    referenced = reachable_group(backend, check_group_id(group_id), account, group.vpc_id)
    if referenced is None and not revoking:
        raise no_such_group(group_id)
    return group_id, account


def reachable_group(backend, group_id, account, vpc_id):
    """The group, of any account, if it is in the VPC or in one that is peered with it."""
    owner = ec2_backends[account][backend.region_name]
    group = owner.get_security_group_from_id(group_id)
    if group is None or group.vpc_id == vpc_id:
        return group
    near = connection(backend, vpc_id, group.vpc_id) or connection(owner, vpc_id, group.vpc_id)
    return group if near else None


def read_ports(protocol, from_port, to_port):
    """Protocol and ports as EC2 stores them: names in lower case, no ports where none count."""
    if protocol is None:
        raise invalid(
            "Invalid value 'null' for protocol. "
            "VPC security group rules must specify protocols explicitly."
        )
    protocol = PROTOCOL_NAMES.get(str(protocol).lower(), str(protocol).lower())
    if protocol in WITH_PORTS:
        return protocol, *_port_range(from_port, to_port)
    if protocol in WITH_TYPES:
        return protocol, *_icmp_type(protocol, from_port, to_port)
    # "all" is the command line's word: the API knows only -1.
    if protocol == "-1" or (protocol.isdigit() and int(protocol) < 256):
        return protocol, None, None
    raise invalid(f"Invalid value '{protocol}' for IP protocol. Unknown protocol.")


def _port_range(first, last):
    if first is None or last is None:
        raise invalid(
            "Invalid value for portRange. Must specify both from and to ports with TCP/UDP."
        )
    first, last = int(first), int(last)
    if not (0 <= first <= 65535 and 0 <= last <= 65535):
        raise invalid(
            f"Invalid value '{first}-{last}' for portRange. Ports must be between 0 and 65535."
        )
    if first > last:
        raise invalid("Invalid TCP/UDP port range.")
    return first, last


def _icmp_type(protocol, kind, code):
    if kind is None and code is None and protocol == "icmpv6":
        return -1, -1
    if kind is None or code is None:
        raise invalid(
            "Invalid value for portRange. Must specify both the ICMP type and code."
        )
    kind, code = int(kind), int(code)
    if not (-1 <= kind <= 255 and -1 <= code <= 255) or (kind == -1 and code != -1):
        raise invalid("Invalid value for ICMP type or code.")
    return kind, code


def read_cidr(text, version):
    """The CIDR in EC2's canonical form: host bits cleared, IPv6 compressed."""
    try:
        if "/" not in str(text):
            raise ValueError
        network = ipaddress.ip_network(text, strict=False)
        if network.version != version:
            raise ValueError
        return str(network)
    except ValueError:
        raise invalid(f"CIDR block {text} is malformed") from None
