"""The worker's own reading of one connection, piece by piece, without its loop.

A `Connection` on a real socket pair is fed as the loop feeds it. Once a body streams to the app, the
rest of the pieces lies in the socket, as it would for the app's thread.
"""

from __future__ import annotations

import socket
from typing import List, Optional, Sequence, Union

from outcome import CLOSE, MORE, Outcome, Seen, comparable
from prefork_worker.http import ClientGone, Refusal
from prefork_worker.serving import ServingOptions
from prefork_worker.serving.connection import Connection, Request
from prefork_worker.serving.entrance import Entrance
from prefork_worker.wsgi.environ import BodyInput

OPTIONS = ServingOptions(body_timeout=5)
_ADDRESS = ("127.0.0.1", 8000)
_PEER = ("127.0.0.1", 1)


def entrance() -> Entrance:
    """Remembers the header blocks that it has read: its quick way."""
    return Entrance(_ADDRESS, OPTIONS, trusted=False, index=0)


def read(
    pieces: Sequence[bytes], using: Optional[Entrance] = None, handed_over: bool = False
) -> Outcome:
    """Raises only what must never be raised. `handed_over` has another worker go on after each piece,
    and begin each request over again."""
    ours, client = socket.socketpair()
    with ours, client:
        ours.setblocking(False)
        connection = Connection(ours, using or entrance(), OPTIONS, _PEER)
        return _Reading(connection, client, pieces, handed_over).outcome()


class _Reading:
    def __init__(
        self,
        connection: Connection,
        client: socket.socket,
        pieces: Sequence[bytes],
        handed_over: bool,
    ) -> None:
        self.connection = connection
        self.client = client
        self.pieces: List[bytes] = [piece for piece in pieces if piece]
        self.pieces.reverse()
        self.requests: List[Seen] = []
        self.streamed = False
        self.handed_over = handed_over

    def outcome(self) -> Outcome:
        try:
            end = self._read()
        except Refusal as refusal:
            return Outcome(tuple(self.requests), refusal.status)
        except ClientGone:
            return Outcome(tuple(self.requests), MORE)
        return Outcome(tuple(self.requests), end)

    def _read(self) -> Union[str, int]:
        data = self._next()
        while data:
            request = self._advance(data)
            if request is None:
                data = self._next()
                continue
            self._take(request)
            if not request.head.keep_alive:
                return CLOSE
            if self.streamed:
                return self._go_on()
            data, self.connection.buffer = self.connection.buffer, b""
            data = data or self._next()
        return MORE

    def _advance(self, data: bytes) -> Optional[Request]:
        request = self.connection.advance(data)
        if not self.handed_over or self.connection.spooling:
            return request
        if request is not None:
            self.connection.rewind(request)
        former = self.connection
        self.connection = Connection(former.sock, former.entrance, OPTIONS, _PEER)
        self.connection.spool = former.spool
        unread = former.unread()
        return self.connection.advance(unread) if unread else None

    def _next(self) -> bytes:
        return self.pieces.pop() if self.pieces else b""

    def _take(self, request: Request) -> None:
        head = request.head
        body = self._body(request)
        fields = comparable(head.fields.environ, head.target)
        version = f"1.{head.minor}"
        self.requests.append(Seen(head.method, head.target, version, fields, body))

    def _body(self, request: Request) -> bytes:
        body = request.body
        if body is None:
            return b""
        if not isinstance(body, BodyInput):
            return body.read()
        self._send_the_rest()
        payload = body.read()
        self.connection.finish_body(body)
        return payload

    def _go_on(self) -> Union[str, int]:
        """What follows a streamed body lies in the buffer and in a socket that has its end."""
        rest = [bytes(self.connection.buffer), _received(self.connection.sock)]
        following = read(rest, self.connection.entrance)
        self.requests += following.requests
        return following.end

    def _send_the_rest(self) -> None:
        self.streamed = True
        for piece in reversed(self.pieces):
            self.client.sendall(piece)
        self.client.shutdown(socket.SHUT_WR)


def _received(sock: socket.socket) -> bytes:
    data = b""
    while True:
        try:
            piece = sock.recv(65536)
        except BlockingIOError:
            return data
        if not piece:
            return data
        data += piece
