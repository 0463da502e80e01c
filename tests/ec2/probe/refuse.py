"""Authorize: what EC2 refuses, and that it then changes nothing."""

from .account import ANYWHERE, NET, permission, unknown
from .case import answer_of, case, refusal, same

DUPLICATE = "InvalidPermission.Duplicate"
INVALID = ("InvalidParameterValue", "InvalidPermission.Malformed")
LIMIT = "RulesPerSecurityGroupLimitExceeded"
SIXTY = [f"10.{i}.0.0/16" for i in range(60)]


def again(number, title, source, first, second):
    """A case: the second permission is a duplicate of the first."""

    @refusal(number, title, source, DUPLICATE)
    def _(aws):
        group, _ = aws.group_with_rule(first)
        return lambda: aws.allow_in(group, second)


def refused(number, title, source, *codes):
    """A case: a new group refuses the permission that the function makes."""

    def add(make):
        @refusal(number, title, source, *codes)
        def _(aws):
            group, wanted = aws.group(), make(aws)
            return lambda: aws.allow_in(group, wanted)

    return add


def all_or_nothing(number, title, source, code, bad):
    """A case: one good and one bad permission in a call; nothing is added."""

    @case(number, title, f"{code}, nothing added", source)
    def _(aws):
        group, _ = aws.group_with_rule()
        good = permission(port=80, v4=["10.8.0.0/16"])
        found = answer_of(aws.allow_in, group, good, bad), aws.ipv4(group)
        return same(found, (code, [NET]))


again(
    "C4",
    "protocol 6 is tcp",
    "K",
    permission("tcp", v4=[NET]),
    permission("6", v4=[NET]),
)
again(
    "C15",
    "a rule that is there",
    "DP",
    permission(v4=[NET]),
    permission(v4=[NET]),
)
again(
    "C16",
    "a rule that is there, with another description",
    "K",
    permission(v4=[NET], about="one"),
    permission(v4=[NET], about="two"),
)
again(
    "C25",
    "a rule that is there, with host bits",
    "D",
    permission(v4=["100.68.0.0/18"]),
    permission(v4=["100.68.0.18/18"]),
)


@refusal("C17", "the egress rule that every group has", "P", DUPLICATE)
def _(aws):
    group = aws.group()
    return lambda: aws.allow_out(group, permission("-1", None, v4=[ANYWHERE]))


@refusal("C18", "a group source that is there", "P", DUPLICATE)
def _(aws):
    group = aws.group()
    aws.allow_in(group, permission(groups=[group]))
    return lambda: aws.allow_in(group, permission(groups=[group]))


@refusal("C18b", "a group source that is there, with another description", "K", DUPLICATE)
def _(aws):
    group = aws.group()
    aws.allow_in(group, permission(groups=[group], about="one"))
    return lambda: aws.allow_in(group, permission(groups=[group], about="two"))


all_or_nothing("C19", "[new, duplicate] in one call", "K", DUPLICATE, permission(v4=[NET]))
all_or_nothing(
    "C20",
    "[new, malformed] in one call",
    "K",
    "InvalidParameterValue",
    permission(v4=["10.0.0.1/33"]),
)
all_or_nothing(
    "C21",
    "the same permission twice in one call",
    "P",
    "InvalidParameterValue",
    permission(port=80, v4=["10.8.0.0/16"]),
)


@refused("C12", "description with an apostrophe", "DP", "InvalidParameterValue")
def _(_aws):
    return permission(v4=[NET], about="it's")


@refused("C13", "description of 256 characters", "DP", "InvalidParameterValue")
def _(_aws):
    return permission(v4=[NET], about="x" * 256)


@refused("C22", "CIDR 10.0.0.1/33", "DP", *INVALID)
def _(_aws):
    return permission(v4=["10.0.0.1/33"])


@refused("C23", "malformed IPv6 CIDR", "P", *INVALID)
def _(_aws):
    return permission(v6=["2001:zz::/32"])


@case("C27", "61 IPv4 rules", f"{LIMIT}, nothing added", "DP")
def _(aws):
    group = aws.group()
    answer = answer_of(aws.allow_in, group, permission(v4=[*SIXTY, "10.60.0.0/16"]))
    return same((answer, aws.ipv4(group)), (LIMIT, []))


@refusal("C29", "one rule more for a full group", "DP", LIMIT)
def _(aws):
    group = aws.group()
    aws.allow_in(group, permission(v4=SIXTY))
    return lambda: aws.allow_in(group, permission(v4=["10.99.0.0/16"]))


@refusal("C30", "unknown group", "D", "InvalidGroup.NotFound")
def _(aws):
    return lambda: aws.allow_in(unknown("sg"), permission(v4=[NET]))


@refused("C31", "unknown referenced group", "D", "InvalidGroup.NotFound")
def _(_aws):
    return permission(groups=[unknown("sg")])


@refused("C32", "malformed id of a referenced group", "P", "InvalidGroupId.Malformed")
def _(_aws):
    return permission(groups=["foobar"])


@refused("C33", "tcp without ports", "DP", *INVALID, "MissingParameter")
def _(_aws):
    return permission(port=None, v4=[NET])


@refused("C34", "port 70000", "P", *INVALID)
def _(_aws):
    return permission(port=70000, v4=[NET])


@refused("C35", "from-port above to-port", "K", *INVALID)
def _(_aws):
    return permission(port=90, to=80, v4=[NET])


@refused("C36", "unknown protocol", "P", *INVALID)
def _(_aws):
    return permission("foo", 1, v4=[NET])


@refused("C36b", "protocol all: the API knows -1 only", "P", *INVALID)
def _(_aws):
    return permission("all", None, v4=[NET])


@refused("C37", "no source", "D", *INVALID, "MissingParameter")
def _(_aws):
    return permission()


@refused("C38", "unknown prefix list", "D", "InvalidPrefixListID.NotFound")
def _(_aws):
    return permission(lists=[unknown("pl")])


@refused("C39", "group of a VPC that is not peered", "DP", "InvalidGroup.NotFound")
def _(aws):
    return permission(groups=[aws.group()])
