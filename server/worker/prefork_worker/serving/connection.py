"""One client's connection: what was read of its next request, and what it is still to be sent.

It knows sockets and HTTP but not the loop. The socket never blocks; who must wait, the app's own
thread in the middle of a large body, waits for the descriptor, with a timeout. Each request keeps the
raw bytes it was read from until it is started, so that it can be handed to a newer worker unread.
"""

from __future__ import annotations

import os
import socket
from time import perf_counter
from typing import IO, Any, Dict, NamedTuple, Optional, Tuple, Union

from ..http import ClientGone
from ..http.body import Body, ChunkedBody, CollectedBody, LengthBody
from ..http.request import RequestHead
from ..wsgi import ClientSocket
from ..wsgi.environ import BodyInput
from . import ServingOptions
from .custody import UNDEPOSITED
from .entrance import Entrance
from .outgoing import Outgoing, OutgoingBytes, OutgoingFile
from .poller import READ, WRITE, wait_for

# What a connection is doing. Up to PENDING it can be handed over to another worker.
(
    IDLE, READING, COLLECTING, PENDING, RUNNING, FLUSHING, LINGERING, LEAVING, OFFERED, GREETING,
) = range(10)  # fmt: skip

COLLECTED = 65536
_SLOWEST = 1000  # bytes a second, on average, of a body that a thread waits for
_WITH_THE_NEXT: int = getattr(
    socket, "MSG_MORE", 0
)  # spares the client a wake-up for the head alone
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Request(NamedTuple):
    """A request that can be started; `raw` is all that was read for it, and what came after it.

    A body that is too large for memory is in `spool`, and then not in `raw`.
    """

    head: RequestHead
    body: Union[None, IO[bytes], BodyInput]
    size: int
    raw: bytes
    spool: Optional[IO[bytes]] = None


class _Upload(NamedTuple):
    """A body on its way; the first `end` bytes of `raw` are the head."""

    head: RequestHead
    body: CollectedBody
    raw: bytearray
    end: int


class Connection:
    """`address` is the socket's, `peer` (address, port) the client's; `origin` is what a PROXY header
    said of it, None without one. `watched` is what the poller waits for; `began` (its first byte),
    `called` (the app) and `deadline` are `perf_counter_ns` values."""

    __slots__ = (
        "sock", "fd", "secure", "watched", "entrance", "address", "peer", "origin", "buffer", "state",
        "began", "called", "deadline", "outgoing", "close", "gone", "response", "unfinished", "spool",
        "exposed", "deposit", "replay", "_options", "_upload", "_patience", "_receipt",
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
        self.exposed = ClientSocket(sock)
        self._options = options
        self.spool: Optional[IO[bytes]] = None
        self._upload: Optional[_Upload] = None
        self._patience = 0.0
        self._receipt: Optional[int] = None
        self.deposit: Any = UNDEPOSITED
        self.replay: Any = None

    def came_from(self, origin: Dict[str, str]) -> None:
        """What a PROXY header said, {} when it said nothing of a client."""
        self.origin = origin
        if origin:
            self.peer = (origin["REMOTE_ADDR"], origin["REMOTE_PORT"])

    def advance(self, data: bytes) -> Optional[Request]:
        """Takes what came. Gives the next request, or None for "more". Raises `Refusal`."""
        if self._upload is not None:
            return self._collect(self._upload, data)
        if self.buffer:
            data = self.buffer + data
            self.buffer = b""
        head = self.entrance.reader.quick(data)
        if head is not None:
            return Request(head, None, 0, data)
        return self._read_head(data)

    def unread(self) -> bytes:
        """The bytes of a request that was not started."""
        return bytes(self._upload.raw) if self._upload is not None else self.buffer

    @property
    def spooling(self) -> bool:
        """More of a body was read than can be handed over with it."""
        return self._upload is not None and self._upload.body.file is not None

    def rewind(self, request: Request) -> None:
        """As if the request had not been read."""
        self.buffer = request.raw
        self.spool = request.spool
        self._upload = None

    def send(self, data: bytes, last: bool, more: bool = False) -> None:
        """Sends all of it; of the `last` piece, what the client does not take stays `outgoing`."""
        try:
            sent = self.sock.send(data, _WITH_THE_NEXT if more and not self.secure else 0)
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

    def wait_under(self, receipt: Optional[int]) -> None:
        """While another worker may take it, `fd` is its receipt's; without one, its own."""
        if self._receipt is not None:
            os.close(self._receipt)
        self._receipt = receipt
        self.fd = self.sock.fileno() if receipt is None else receipt

    def shut(self) -> None:
        """Closes the socket, and what it was still to be sent."""
        self.wait_under(None)
        if self.outgoing is not None:
            self.outgoing.close()
            self.outgoing = None
        if self._upload is not None:
            self._upload.body.close()
        if self.spool is not None:
            self.spool.close()
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
        if self.spool is not None:
            return self._kept(head, self.spool, data, rest)
        if head.expects_continue:
            return self._streamed(head, body, bytearray(rest), data)
        collected = CollectedBody(body, self._options.tmp_upload_dir)
        self._upload = _Upload(head, collected, bytearray(data[:end]), end)
        return self._collect(self._upload, rest)

    def _kept(self, head: RequestHead, spool: IO[bytes], data: bytes, rest: bytes) -> Request:
        """Another worker collected the body."""
        self.spool = None
        self.buffer = rest
        spool.seek(0)
        return Request(head, spool, os.fstat(spool.fileno()).st_size, data, spool)

    def _collect(self, so_far: _Upload, data: bytes) -> Optional[Request]:
        head, body, raw, end = so_far
        self.state = COLLECTING
        complete = body.take(data)
        if body.file is None:
            raw += data
        else:
            del raw[end:]
        if not complete:
            return None
        payload = body.input()
        self._upload = None
        self.buffer = bytes(body.buffer)
        whole = bytes(raw) if body.file is None else bytes(raw) + self.buffer
        return Request(head, payload, body.size, whole, body.file)

    def _streamed(self, head: RequestHead, body: Body, buffer: bytearray, raw: bytes) -> Request:
        """For the app to decide whether the client is to send it at all (RFC 9110, 10.1.1)."""

        def before_first_read() -> None:
            if not buffer:
                self.send(_CONTINUE, False)

        self._patience = self._options.body_timeout
        return Request(head, BodyInput(body, buffer, b"", self._receive, before_first_read), 0, raw)

    def _receive(self) -> bytes:
        """The next bytes, for the app's thread, which waits for them; longer for who sends more."""
        while True:
            try:
                data = self.sock.recv(COLLECTED)
            except BlockingIOError:
                began = perf_counter()
                if wait_for(self.fd, READ, self._patience):
                    self._patience = max(0.0, self._patience + began - perf_counter())
                    continue
                raise ClientGone("the client sent no more of its body in time") from None
            except OSError as error:
                raise ClientGone("the client left before its body was complete") from error
            if not data:
                raise ClientGone("the client left before its body was complete")
            earned = self._patience + len(data) / _SLOWEST
            self._patience = min(self._options.body_timeout, earned)
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
