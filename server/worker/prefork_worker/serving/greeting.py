"""What comes before a connection's first request: the TLS handshake, then a PROXY header.

Both happen in the loop, so that a client that is slow at them holds no thread. The order is Gunicorn's:
a PROXY header is looked for inside TLS. A TLS socket behaves as a plain one afterwards: where it
would have to wait it raises BlockingIOError. It cannot change the process, though: its keys stay.
This module alone imports `ssl`, and is imported only where there is a greeting at all.
"""

from __future__ import annotations

import os
import socket
import ssl
from typing import TYPE_CHECKING, Any, Optional

from ..http import ClientGone, Refusal, closing_answer, proxy_protocol
from . import ServingOptions
from .entrance import Trust
from .poller import READ, WRITE

if TYPE_CHECKING:
    from .connection import Connection

_RECEIVE = 16384  # a TLS record: what is left of one would be waited for in vain
_AT_ONCE = 1 << 20
_WANTS = (ssl.SSLWantReadError, ssl.SSLWantWriteError)


class TlsSocket(ssl.SSLSocket):
    """Made by the context's `wrap_socket`; never blocks. `parted`: what still comes is not read."""

    parted = False

    def recv(self, size: int = 1024, flags: int = 0) -> bytes:
        if self.parted:
            return socket.socket.recv(self, size, flags)
        try:
            return super().recv(size, flags)
        except _WANTS:
            raise BlockingIOError from None

    def send(self, data: Any, flags: int = 0) -> int:
        """After a BlockingIOError the same bytes must come again, which all callers do."""
        try:
            return super().send(memoryview(data)[:_AT_ONCE], flags)
        except _WANTS:
            raise BlockingIOError from None

    def shake_hands(self) -> int:
        """Goes on with the handshake: what to wait for, 0 when it is done. Raises OSError."""
        try:
            self.do_handshake()
        except ssl.SSLWantReadError:
            return READ
        except ssl.SSLWantWriteError:
            return WRITE
        return 0

    def say_goodbye(self) -> None:
        """Tells the client that this is the end, and no cut (RFC 8446, section 6.1)."""
        self.parted = True
        try:
            self.unwrap()
        except (OSError, ValueError):
            pass  # it waits for the client's own, which nobody needs; or the client has left

    def shutdown(self, how: int) -> None:
        """Of the connection below. The standard one would go on in plain text."""
        socket.socket.shutdown(self, how)

    def answer_plainly(self, data: bytes) -> None:
        """To a client that did not speak TLS."""
        socket.socket.send(self, data)
        socket.socket.recv(self, _RECEIVE)  # closing with unread data would destroy the answer


class Greeting:
    """`context` is None without TLS."""

    def __init__(self, context: Optional[ssl.SSLContext], options: ServingOptions) -> None:
        self._context = context
        self._mode = options.proxy_protocol
        self._front_ends = Trust(options.proxy_allow_ips)
        if context is not None:
            context.sslsocket_class = TlsSocket

    def wrap(self, sock: socket.socket) -> socket.socket:
        """Raises OSError when the client has left again."""
        if self._context is None:
            return sock
        return self._context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)

    def proceed(self, connection: Connection) -> int:
        """As far as the client lets it: what to wait for then, 0 at the end.

        Raises `Refusal`, and OSError with what went wrong.
        """
        sock = connection.sock
        if isinstance(sock, TlsSocket):
            events = _shake_hands(sock)
            if events:
                return events
        return 0 if self._mode == "off" else self._origin(connection)

    def _origin(self, connection: Connection) -> int:
        try:
            data = connection.sock.recv(_RECEIVE)
        except BlockingIOError:
            return READ
        if not data:
            raise ClientGone("the client left before its first request")
        connection.buffer += data
        origin = proxy_protocol.read(connection.buffer, self._mode)
        if origin is None:
            return READ
        if origin.size and not self._front_ends.covers(connection.address):
            raise Refusal(403, f"{connection.peer[0]} may not speak the PROXY protocol here")
        connection.buffer = connection.buffer[origin.size :]
        connection.came_from(origin.environ)
        return 0


def _shake_hands(sock: TlsSocket) -> int:
    try:
        return sock.shake_hands()
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        raise ClientGone("the client left in the handshake") from None
    except ssl.SSLError as error:
        if error.reason != "HTTP_REQUEST":
            raise
        sock.answer_plainly(closing_answer(400, "this address speaks HTTPS, not plain HTTP"))
        raise OSError("plain HTTP on an address that speaks HTTPS") from None


def check_files(options: ServingOptions) -> None:
    """Raises ValueError that names the setting."""
    for name in ("certfile", "keyfile", "ca_certs"):
        path = getattr(options, name)
        if path and not os.path.exists(path):
            raise ValueError(f"{name} '{path}' does not exist")
    if not options.certfile:
        raise ValueError("keyfile needs a certfile")


def server_context(options: ServingOptions) -> ssl.SSLContext:
    """Gunicorn's default context, from its settings. Raises ValueError that names the setting."""
    check_files(options)
    context: ssl.SSLContext = _told(
        f"ca_certs '{options.ca_certs}'",
        lambda: ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=options.ca_certs),
    )
    # Without a password of its own it would ask for one at the terminal.
    load: Any = context.load_cert_chain
    _told(
        f"certfile '{options.certfile}'",
        lambda: load(options.certfile, options.keyfile, lambda: ""),
    )
    context.verify_mode = ssl.VerifyMode(options.cert_reqs)
    if options.ciphers:
        _told(f"ciphers '{options.ciphers}'", lambda: context.set_ciphers(options.ciphers))
    context.set_alpn_protocols(["http/1.1"])
    return context


def _told(what: str, do: Any) -> Any:
    try:
        return do()
    except OSError as error:
        raise ValueError(
            f"{what} is of no use: {getattr(error, 'reason', None) or error}"
        ) from error
