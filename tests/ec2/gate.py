"""One call, from its arrival to its reply: logged, throttled, failed, carried out, lost."""

import io
import re
import threading
import time

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.test import Client
from werkzeug.wrappers import Response

from . import laws, ledger, quick, replies, server, snapshot
from .control import PREFIX, Control, Settings
from .faults import Faults, Holds
from .ledger import Call, Ledger
from .throttle import Throttle

ERROR = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    "<RequestID>11111111-2222-3333-4444-555555555555</RequestID></Response>"
)
EMPTY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<{action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
    "<requestId>11111111-2222-3333-4444-555555555555</requestId>{list}</{action}Response>"
)
LISTS = {
    "DescribeSecurityGroups": "<securityGroupInfo/>",
    "DescribeSecurityGroupRules": "<securityGroupRuleSet/>",
    "DescribeManagedPrefixLists": "<prefixListSet/>",
    "DescribeNetworkInterfaces": "<networkInterfaceSet/>",
    "DescribeVpcs": "<vpcSet/>",
}
CODE = re.compile(rb"<Code>([^<]+)</Code>")
RULE_WRITES = ("Authorize", "Revoke", "ModifySecurityGroupRules", "UpdateSecurityGroupRule")


class Gate:
    """The WSGI application: /bench/… is control's, every API call goes through the gate."""

    def __init__(self, strict=True):
        quick.install()
        if strict:
            laws.install()
        self.ec2 = DomainDispatcherApplication(create_backend_app)
        # moto's state is not safe to share: of two writes at once, one can be lost.
        self.backend = threading.Lock()
        self.settings, self.ledger = Settings(), Ledger()
        self.throttle, self.faults, self.holds = Throttle(), Faults(), Holds()
        self.control = Control(self)

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"].startswith(PREFIX):
            return self.control(environ, start_response)
        call = read_call(environ)
        if call.action is None:
            return self.carry_out(environ)(environ, start_response)
        self.ledger.arrived(call)
        return self.answer(call, environ)(environ, start_response)

    def warm_up(self, body):
        """Has one call carried out that nobody made."""
        form = "application/x-www-form-urlencoded"
        Client(self.ec2).post("/", data=body, content_type=form)

    def answer(self, call, environ):
        time.sleep(self.settings.latency_ms / 1000)
        if not self.throttle.lets_pass(call):
            call.outcome = ledger.THROTTLED
            return failed(call, "RequestLimitExceeded", 503, "Request limit exceeded.")
        instead = self.go_wrong(call, environ, "before", ledger.REFUSED, ledger.CUT)
        if instead:
            return instead
        reply = self.carry_out(environ, call)
        instead = self.go_wrong(call, environ, "after", ledger.LOST, ledger.LOST, reply)
        return instead or reply

    def go_wrong(self, call, environ, when, if_error, if_cut, reply=None):
        """What the faults for this call make of it: another reply, no reply, or None."""
        for fault in self.faults.of(call, when):
            if fault.do == "delay":
                time.sleep(fault.ms / 1000)
            elif fault.do == "error":
                call.outcome = if_error
                return failed(call, fault.code, fault.status, filled(fault.message, call))
            elif fault.do == "empty":
                call.outcome = if_error
                return empty(call)
            elif fault.do == "omit":
                return without(reply, fault.tag)
            elif fault.do in replies.DEEDS:
                other = replies.DEEDS[fault.do](fault, call, reply)
                if other is not None:
                    call.outcome = if_error
                return other
            elif fault.do != "hold":
                call.outcome = if_cut
                server.reset(environ) if fault.do == "reset" else server.close(environ)
            elif not self.holds.hold(call, when):
                call.outcome = if_cut
                server.close(environ)
        return None

    def carry_out(self, environ, call=None):
        """Has moto answer, one call at a time."""
        with self.backend:
            reply = Response.from_app(self.ec2, environ, buffered=True)
            if call is not None:
                call.outcome, call.code = ledger.ANSWERED, code_of(reply)
                if self.settings.watch and call.action.startswith(RULE_WRITES):
                    self.ledger.wrote(call, snapshot.group_after(call))
        return reply


def read_call(environ):
    """The call; its body can be read again after this."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return Call(body, environ.get("HTTP_AUTHORIZATION"))


def failed(call, code, status, message):
    call.code = code
    body = ERROR.format(code=code, message=message)
    return Response(body, status, content_type="text/xml;charset=UTF-8")


def filled(message, call):
    for name, value in call.parameters.items():
        message = message.replace(f"{{{name}}}", value)
    return message


def empty(call):
    body = EMPTY.format(action=call.action, list=LISTS.get(call.action, ""))
    return Response(body, 200, content_type="text/xml;charset=UTF-8")


def without(reply, tag):
    """The reply, as if EC2 had no such element."""
    element = re.compile(f"<{tag}>[^<]*</{tag}>".encode())
    body = element.sub(b"", reply.get_data())
    return Response(body, reply.status_code, content_type=reply.content_type)


def code_of(reply):
    """The error code of moto's reply, or None."""
    found = CODE.search(reply.get_data()) if reply.status_code >= 400 else None
    return found[1].decode() if found else None
