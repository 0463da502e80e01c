"""Endpoints that name groups and that moto doesn't know: the account has none of them."""

from moto.core.responses import ActionResult

from .common import locked

LISTS = {
    "describe_client_vpn_endpoints": "ClientVpnEndpoints",
    "describe_instance_connect_endpoints": "InstanceConnectEndpoints",
    "describe_verified_access_endpoints": "VerifiedAccessEndpoints",
}


def none_of(name):
    """An operation that answers with an empty list of this name."""

    @locked
    def describe(request):
        request.error_on_dryrun()
        return ActionResult({name: []})

    return describe


OPERATIONS = {operation: none_of(name) for operation, name in LISTS.items()}
