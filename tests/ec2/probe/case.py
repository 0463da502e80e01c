"""What a case is, and the list of all of them.

A case is a function of an `Account` that returns whether the endpoint did as EC2 does, and what
it did. A refusal is a case that returns the call which EC2 refuses.
"""

import dataclasses
from collections.abc import Callable

from botocore.exceptions import ClientError

ALL = []


@dataclasses.dataclass
class Case:
    number: str
    title: str
    wanted: str
    source: str
    run: Callable

    def judge(self, account):
        """Whether the endpoint did as EC2 does, and what it did."""
        try:
            return self.run(account)
        except ClientError as error:
            return False, f"[{error.operation_name}] {error}"
        except Exception as error:  # noqa: BLE001 - a malformed answer is a finding
            return False, f"{type(error).__name__}: {error}"


def case(number, title, wanted, source):
    def add(run):
        ALL.append(Case(number, title, wanted, source, run))
        return run

    return add


def refusal(number, title, source, *codes):
    """A case whose function prepares, and returns the call that must fail with one of the codes."""

    def add(prepare):
        def run(account):
            answer = answer_of(prepare(account))
            return answer in codes, answer

        return case(number, title, " / ".join(codes), source)(run)

    return add


def answer_of(call, *args, **kwargs):
    """The error code of a call, or "OK"."""
    try:
        call(*args, **kwargs)
    except ClientError as error:
        return error.response["Error"].get("Code") or "?"
    return "OK"


def same(got, wanted):
    return got == wanted, str(got)


def all_true(**findings):
    """All findings hold; otherwise, which do not."""
    wrong = [name for name, holds in findings.items() if not holds]
    return not wrong, "yes" if not wrong else "wrong: " + ", ".join(wrong)
