"""What every law shares: EC2's error shapes, its forms of ids and texts, paging, and one lock."""

import base64
import binascii
import functools
import re
import threading

from moto.ec2.exceptions import EC2ClientError

LOCK = threading.RLock()

GROUP_ID = re.compile(r"sg-([0-9a-f]{8}|[0-9a-f]{17})")
RULE_ID = re.compile(r"sgr-([0-9a-f]{8}|[0-9a-f]{17})")
TEXT = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")
TEXT_SET = "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
MOST_TAGS = 50


def locked(law):
    """Laws look first and act later; nothing may come between."""

    @functools.wraps(law)
    def alone(*args, **kwargs):
        with LOCK:
            return law(*args, **kwargs)

    return alone


# ---- errors


def error(code, message):
    return EC2ClientError(code, message)


def invalid(message):
    return error("InvalidParameterValue", message)


def missing(parameter):
    return error("MissingParameter", f"The request must contain the parameter {parameter}")


def no_such_group(name_or_id):
    return error("InvalidGroup.NotFound", f"The security group '{name_or_id}' does not exist")


def no_such_rule(rule_id):
    return error(
        "InvalidSecurityGroupRuleId.NotFound",
        f"The security group rule ID '{rule_id}' does not exist",
    )


def no_such_permission():
    return error(
        "InvalidPermission.NotFound",
        "The specified rule does not exist in this security group.",
    )


def no_such_prefix_list(list_id):
    return error(
        "InvalidPrefixListID.NotFound", f"The prefix list ID '{list_id}' does not exist"
    )


def no_such_vpc(vpc_id):
    return error("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")


# ---- ids, texts, tags


def check_group_id(group_id):
    if not GROUP_ID.fullmatch(str(group_id)):
        raise error(
            "InvalidGroupId.Malformed", f'Invalid id: "{group_id}" (expecting "sg-...")'
        )
    return group_id


def check_rule_ids(rule_ids):
    for rule_id in rule_ids:
        if not RULE_ID.fullmatch(str(rule_id)):
            raise error(
                "InvalidSecurityGroupRuleId.Malformed",
                f'Invalid id: "{rule_id}" (expecting "sgr-...")',
            )


def check_text(value, what):
    """The description, or None for an empty one."""
    if value is not None and not TEXT.fullmatch(value):
        raise invalid(
            f"Invalid {what}. Valid descriptions are strings less than 256 characters "
            f"from the following set:  {TEXT_SET}"
        )
    return value or None


def check_tags(tags):
    for key, value in tags.items():
        about = f"Value ( {key} ) for parameter key is invalid. "
        if key.lower().startswith("aws:"):
            raise invalid(
                about + "Tag keys starting with 'aws:' are reserved for internal use"
            )
        if not 1 <= len(key) <= 128 or len(value or "") > 256:
            raise invalid(about + "Tag key or value exceeds the maximum length")
    if len(tags) > MOST_TAGS:
        raise error(
            "TagLimitExceeded", "The maximum number of Tags for a resource has been reached."
        )


# ---- looking things up


def find_group(backend, group_id):
    group = backend.get_security_group_from_id(check_group_id(group_id))
    if group is None:
        raise no_such_group(group_id)
    return group


def named_group(request):
    """The group that a request is about: by id, or by name in the default VPC."""
    backend = request.ec2_backend
    group_id, name = request._get_param("GroupId"), request._get_param("GroupName")
    if group_id is not None:
        return find_group(backend, group_id)
    if not name:
        raise missing("groupName or groupId")
    group = backend.get_security_group_from_name(name, backend.default_vpc.id)
    if group is None:
        raise no_such_group(name)
    return group


def find_vpc(backend, vpc_id):
    if vpc_id not in backend.vpcs:
        raise no_such_vpc(vpc_id)
    return vpc_id


def all_groups(backend):
    return [group for vpc in list(backend.groups.values()) for group in list(vpc.values())]


def rules_of(group, egress):
    return group.egress_rules if egress else group.ingress_rules


# ---- paging


def page(request, items, least=5, most=1000):
    """The page of items that MaxResults and NextToken ask for, and the next token or None."""
    size, token = request._get_param("MaxResults"), request._get_param("NextToken")
    if size is not None and not least <= int(size) <= most:
        raise invalid(
            f"Value ( {size} ) for parameter maxResults is invalid. "
            f"Expecting a value between {least} and {most}."
        )
    start = _position(token) if token else 0
    if size is None:
        return items[start:], None
    end = start + int(size)
    return items[start:end], _token(end) if end < len(items) else None


def _token(position):
    return base64.b64encode(f"at:{position}".encode()).decode()


def _position(token):
    try:
        return int(base64.b64decode(token, validate=True).decode().removeprefix("at:"))
    except (ValueError, binascii.Error, UnicodeDecodeError):
        raise error("InvalidNextToken", f"The token '{token}' is invalid") from None
