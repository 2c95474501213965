"""One client's connection: what was read of its next request, and what it is still to be sent.

It knows sockets and HTTP but not the loop. The socket never blocks; who must wait, the app's own
thread in the middle of a large body, waits for the descriptor, with a timeout. Each request keeps the
raw bytes it was read from until it is started, so that it can be handed to a newer worker unread.
"""

from __future__ import annotations

import socket
from io import BytesIO
from typing import Any, Dict, NamedTuple, Optional, Tuple, Union

from ..http import ClientGone
from ..http.body import Body, ChunkedBody, LengthBody
from ..http.request import RequestHead
from ..wsgi.environ import BodyInput
from . import ServingOptions
from .entrance import Entrance
from .outgoing import Outgoing, OutgoingBytes, OutgoingFile
from .poller import READ, WRITE, wait_for

# What a connection is doing. Up to PENDING it can be handed over to another worker.
IDLE, READING, COLLECTING, PENDING, RUNNING, FLUSHING, LINGERING, LEAVING, GREETING = range(9)

COLLECTED = 65536
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Request(NamedTuple):
    """A request that can be started; `raw` is all that was read for it, and what came after it."""

    head: RequestHead
    body: Union[None, BytesIO, BodyInput]
    size: int
    raw: bytes


class _Collected(NamedTuple):
    """A small body on its way. Mutable in its buffers."""

    head: RequestHead
    body: Body
    buffer: bytearray
    payload: bytearray
    raw: bytearray


class Connection:
    """`address` is the socket's, `peer` (address, port) the client's; `origin` is what a PROXY header
    said of it, None without one. `watched` is what the poller waits for; `began` (its first byte),
    `called` (the app) and `deadline` are `perf_counter_ns` values."""

    __slots__ = (
        "sock", "fd", "secure", "watched", "entrance", "address", "peer", "origin", "buffer", "state",
        "began", "called", "deadline", "outgoing", "close", "gone", "response", "unfinished",
        "_options", "_collected",
    )  # fmt: skip

    def __init__(
        self, sock: socket.socket, entrance: Entrance, options: ServingOptions, address: Any
    ) -> None:
        self.sock = sock
        self.fd = sock.fileno()
        self.secure = False
        self.watched = 0
        self.entrance = entrance
        self.address = address
        self.origin: Optional[Dict[str, str]] = None
        self.peer: Tuple[str, str] = ("", "")
        if isinstance(address, tuple):
            self.peer = (address[0], str(address[1]))
        self.buffer = b""
        self.state = IDLE
        self.began = 0
        self.called = 0
        self.deadline = 0
        self.outgoing: Optional[Outgoing] = None
        self.close = False
        self.gone = False
        self.response: Any = None
        self.unfinished = False
        self._options = options
        self._collected: Optional[_Collected] = None

    def came_from(self, origin: Dict[str, str]) -> None:
        """What a PROXY header said, {} when it said nothing of a client."""
        self.origin = origin
        if origin:
            self.peer = (origin["REMOTE_ADDR"], origin["REMOTE_PORT"])

    def advance(self, data: bytes) -> Optional[Request]:
        """Takes what came. Gives the next request, or None for "more". Raises `Refusal`."""
        if self._collected is not None:
            return self._collect(self._collected, data)
        if self.buffer:
            data = self.buffer + data
            self.buffer = b""
        head = self.entrance.reader.quick(data)
        if head is not None:
            return Request(head, None, 0, data)
        return self._read_head(data)

    def unread(self) -> bytes:
        """The bytes of a request that was not started."""
        return bytes(self._collected.raw) if self._collected is not None else self.buffer

    def rewind(self, raw: bytes) -> None:
        """As if the request had not been read."""
        self.buffer = raw
        self._collected = None

    def send(self, data: bytes, last: bool) -> None:
        """Sends all of it; of the `last` piece, what the client does not take stays `outgoing`."""
        try:
            sent = self.sock.send(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            raise ClientGone("the client left before its answer was written") from error
        if sent == len(data):
            return
        rest = memoryview(data)[sent:]
        if last:
            self.outgoing = OutgoingBytes(rest)
        else:
            self._send_waiting(rest)

    def send_file(self, file: int, offset: int, size: int) -> None:
        """The last piece, from a file; what the client does not take stays `outgoing`."""
        self.outgoing = OutgoingFile(file, offset, size, self._by_kernel)
        try:
            self.flush()
        except OSError as error:
            raise ClientGone("the client left before its answer was written") from error

    def flush(self) -> bool:
        """Sends on what is outgoing; True when all is gone. Raises OSError."""
        outgoing = self.outgoing
        if outgoing is not None and outgoing.send(self.sock):
            outgoing.close()
            self.outgoing = None
        return self.outgoing is None

    def shut(self) -> None:
        """Closes the socket, and what it was still to be sent."""
        if self.outgoing is not None:
            self.outgoing.close()
            self.outgoing = None
        if self.secure and not self.gone:
            self.sock.say_goodbye()  # type: ignore[attr-defined]
        self.sock.close()

    def half_close(self) -> None:
        """The client gets all that was sent, and the end. Raises OSError."""
        if self.secure:
            self.sock.say_goodbye()  # type: ignore[attr-defined]
        self.sock.shutdown(socket.SHUT_WR)

    def finish_body(self, body: BodyInput) -> None:
        """After the answer: what the app left unread is dropped, or else the connection ends."""
        if not body.exhausted and (body.untouched or not body.drain(COLLECTED)):
            self.close = self.unfinished = True
        self.buffer = bytes(body.buffer)

    @property
    def _by_kernel(self) -> bool:
        return self._options.sendfile and not self.secure

    def _read_head(self, data: bytes) -> Optional[Request]:
        data = _without_empty_lines(data)
        reader = self.entrance.reader
        end = reader.end(data)
        if not end:
            self.buffer = data
            self.state = READING if data else IDLE
            return None
        head = reader.careful(data[:end])
        rest = data[end:]
        if head.length == 0:
            self.buffer = rest
            return Request(head, None, 0, data)
        body: Body = (
            ChunkedBody(reader.check_trailers) if head.length is None else LengthBody(head.length)
        )
        if head.expects_continue or (head.length or 0) > COLLECTED:
            return self._streamed(head, body, bytearray(rest), b"", data)
        self._collected = _Collected(head, body, bytearray(), bytearray(), bytearray(data[:end]))
        return self._collect(self._collected, rest)

    def _collect(self, so_far: _Collected, data: bytes) -> Optional[Request]:
        head, body, buffer, payload, raw = so_far
        self.state = COLLECTING
        raw += data
        buffer += data
        payload += body.decode(buffer, COLLECTED + 1 - len(payload))
        if body.done:
            self._collected = None
            self.buffer = bytes(buffer)
            return Request(head, BytesIO(payload), len(payload), bytes(raw))
        if len(payload) > COLLECTED:
            self._collected = None
            return self._streamed(head, body, buffer, bytes(payload), bytes(raw))
        return None

    def _streamed(
        self, head: RequestHead, body: Body, buffer: bytearray, ready: bytes, raw: bytes
    ) -> Request:
        def before_first_read() -> None:
            if head.expects_continue and not buffer:
                self.send(_CONTINUE, False)

        return Request(
            head, BodyInput(body, buffer, ready, self._receive, before_first_read), 0, raw
        )

    def _receive(self) -> bytes:
        """The next bytes, for the app's thread, which waits for them."""
        while True:
            try:
                data = self.sock.recv(COLLECTED)
            except BlockingIOError:
                if wait_for(self.fd, READ, self._options.body_timeout):
                    continue
                raise ClientGone("the client sent no more of its body in time") from None
            except OSError as error:
                raise ClientGone("the client left before its body was complete") from error
            if not data:
                raise ClientGone("the client left before its body was complete")
            return data

    def _send_waiting(self, rest: memoryview) -> None:
        while rest:
            if not wait_for(self.fd, WRITE, self._options.send_timeout):
                raise ClientGone("the client took too long to read its answer")
            try:
                rest = rest[self.sock.send(rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise ClientGone("the client left before its answer was written") from error


def _without_empty_lines(data: bytes) -> bytes:
    """RFC 9112, section 2.2: empty lines before a request are to be ignored."""
    start = 0
    while data.startswith(b"\r\n", start):
        start += 2
    return data[start:]
