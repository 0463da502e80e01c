"""The sockets: HTTP/1.0 on loopback, a thread a call, and connections that can be cut.

HTTP/1.0, so that each call has a connection of its own: cutting one never touches another call.
"""

import socket
import struct
import sys

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

LINGER_NOT_AT_ALL = struct.pack("ii", 1, 0)


class Cut(ConnectionError):
    """Raised by the gate: end this connection without a reply."""


class OneCall(WSGIRequestHandler):
    """One call a connection. (Left to itself, werkzeug keeps connections for the next one.)"""

    protocol_version = "HTTP/1.0"


class Server(ThreadedWSGIServer):
    """Serves a WSGI application on 127.0.0.1."""

    request_queue_size = 512

    def __init__(self, port, app):
        super().__init__("127.0.0.1", port, app, OneCall)

    def shutdown_request(self, request):
        """Ends a connection: in order, or as the gate marked it, by a reset."""
        if _is_marked(request):
            request.close()
        else:
            super().shutdown_request(request)

    def handle_error(self, request, client_address):
        """A client that went away, or was cut off, is no error of the emulator."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, ValueError)):
            super().handle_error(request, client_address)


def reset(environ):
    """Cuts the call's connection so that the client sees "connection reset by peer"."""
    connection = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT_AT_ALL)
    raise Cut("reset")


def close(environ):
    """Cuts the call's connection so that the client sees it end before a reply."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise Cut("closed")


def _is_marked(connection):
    try:
        linger = connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
    except OSError:
        return False
    return linger == LINGER_NOT_AT_ALL
