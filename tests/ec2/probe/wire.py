"""Regions, accounts, the form of replies, and races."""

import collections
import re
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from .account import NET, permission, unknown
from .case import all_true, answer_of, case, same

OTHER_ACCOUNT = "222233334444"
THREADS = 16
UNSIGNED = (
    "AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/ec2/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


@case("Z1", "regions know nothing of each other", "isolated", "D")
def _(aws):
    elsewhere = aws.client("ec2", "eu-west-1")
    vpcs = elsewhere.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    answer = answer_of(elsewhere.describe_security_groups, GroupIds=[aws.group()])
    return all_true(
        group=answer == "InvalidGroup.NotFound",
        default_vpc=vpcs[0]["VpcId"] != aws.default_vpcs()[0]["VpcId"],
    )


@case("Z2", "GetCallerIdentity: an account of 12 digits, and an arn with it", "yes", "D")
def _(aws):
    who = aws.client("sts").get_caller_identity()
    return all_true(
        account=re.fullmatch(r"\d{12}", who["Account"]),
        arn=f"::{who['Account']}:" in who["Arn"],
        user=who["UserId"],
    )


@case("Z3", "AssumeRole into another account: its identity, its groups", "isolated", "D")
def _(aws):
    group, other = aws.group(), aws.other_account(OTHER_ACCOUNT)
    found = [other.number, answer_of(other.show, group)]
    return same(found, [OTHER_ACCOUNT, "InvalidGroup.NotFound"])


@case("Z4", "(for emulators) an access key that is an account number acts as it", "isolated", "-")
def _(aws):
    group, other = aws.group(), type(aws)(aws.endpoint, key=OTHER_ACCOUNT)
    found = [other.number, answer_of(other.show, group)]
    return same(found, [OTHER_ACCOUNT, "InvalidGroup.NotFound"])


def exchange(aws, **parameters):
    """A call with a signature that is wrong: the reply's status and text."""
    body = urllib.parse.urlencode({"Version": "2016-11-15", **parameters}).encode()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "Authorization": UNSIGNED.format(key=aws.key),
    }
    request = urllib.request.Request(aws.endpoint, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def code(text):
    found = re.search(r"<Code>([^<]+)", text)
    return found[1] if found else None


@case("Z5", "an error is a 400 with <Response><Errors><Error><Code>", "yes", "D")
def _(aws):
    group = {"GroupId.1": unknown("sg")}
    status, text = exchange(aws, Action="DescribeSecurityGroups", **group)
    form = r"<Response[^>]*>\s*<Errors>\s*<Error>\s*<Code>InvalidGroup.NotFound</Code>"
    return all_true(
        status=status == 400,
        form=re.search(form, text),
        request_id=re.search(r"<RequestI[Dd]>", text),
    )


@case("Z6", "a reply is <DescribeSecurityGroupsResponse xmlns=...>", "yes", "D")
def _(aws):
    status, text = exchange(aws, Action="DescribeSecurityGroups")
    namespace = "http://ec2.amazonaws.com/doc/2016-11-15/?"
    return all_true(
        status=status == 200,
        root=re.search(f'<DescribeSecurityGroupsResponse xmlns="{namespace}">', text),
        info="<securityGroupInfo>" in text,
        request_id="<requestId>" in text,
    )


@case("Z7", "unknown action", "InvalidAction", "D")
def _(aws):
    return same(code(exchange(aws, Action="NoSuchThing")[1]), "InvalidAction")


@case("Z8", "a wrong signature", "AuthFailure", "D")
def _(aws):
    answer = code(exchange(aws, Action="DescribeSecurityGroups")[1])
    refusals = ("AuthFailure", "SignatureDoesNotMatch", "InvalidClientTokenId")
    return answer in refusals, answer or "accepted"


def at_once(count, call):
    """What so many calls are answered, sixteen at a time."""
    with ThreadPoolExecutor(THREADS) as pool:
        return collections.Counter(pool.map(lambda i: answer_of(call, i), range(count)))


@case("Z9", "16 create the same name at once", "1 wins", "D")
def _(aws):
    vpc = aws.vpc()
    answers = at_once(THREADS, lambda _: aws.group(vpc, "race"))
    return same(dict(answers), {"OK": 1, "InvalidGroup.Duplicate": 15})


@case("Z10", "48 different rules at once", "none lost", "D")
def _(aws):
    group = aws.group()
    at_once(48, lambda i: aws.allow_in(group, permission(port=1000 + i, v4=[NET])))
    return same([len(aws.rules(group)), len(aws.ipv4(group))], [48, 48])


@case("Z11", "the same rule 16 times at once", "1 wins", "D")
def _(aws):
    group = aws.group()
    answers = at_once(THREADS, lambda _: aws.allow_in(group, permission(v4=[NET])))
    return all_true(one=answers["OK"] == 1, stored=len(aws.ipv4(group)) == 1)
