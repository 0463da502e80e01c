"""Replies that EC2 would never send: what proxies, login pages and broken networks make of them."""

import itertools
import re

from werkzeug.wrappers import Response

XML = "text/xml;charset=UTF-8"
NUMBERS = itertools.count(1)


def instead(fault, call, _reply):
    """The body that the test wants."""
    body = numbered(fault.body.replace("{Action}", call.action))
    return Response(body, fault.status, content_type="text/html")


def endless(fault, _call, _reply):
    """A body that goes on until the client hangs up. No length is announced."""
    piece = (fault.body or "x") * 65536
    return Response(itertools.repeat(piece.encode()), fault.status, content_type=XML)


def cut(fault, _call, reply):
    """The beginning of a reply, with a length that is right for it."""
    whole = reply.get_data()
    length = min(int(len(whole) * fault.share), len(whole.rstrip()) - 1)
    return Response(whole[:length], reply.status_code, content_type=XML)


def put(fault, _call, reply):
    """The reply with something else in it; None where that isn't to be found."""
    found = re.compile(fault.find, re.DOTALL)
    body, count = found.subn(numbered(fault.body), reply.get_data(as_text=True), count=1)
    return Response(body, reply.status_code, content_type=XML) if count else None


def numbered(text):
    return text.replace("{n}", str(next(NUMBERS))) if "{n}" in text else text


DEEDS = {"reply": instead, "endless": endless, "cut": cut, "put": put}
