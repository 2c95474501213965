"""The app's side of a response: start_response, write, iteration and close, as PEP 3333 has them.

The head is held back until the first byte of the body or the end, so that the app can still replace it
(`exc_info`). A list or tuple is complete and goes out in one send together with the head. Every
other iterable is sent item by item, the head with the first. Nothing is written past the app's own
Content-Length, and an answer that falls short of it ends the connection.
"""

from __future__ import annotations

from threading import Lock
from typing import Any, Callable, Iterable, List, Optional, Protocol, Tuple

from ..http import ClientGone
from ..http.response import LAST_CHUNK, ResponseHead, chunk, early_hints, response_head, stamp
from . import FileWrapper

Headers = List[Tuple[str, str]]
Application = Callable[[Any, Any], Iterable[bytes]]
_ENDLESS = ("text/event-stream", "multipart/x-mixed-replace")
_BODYLESS = (204, 304)
_COPIED = 65536
_TURN = 0.2


class Channel(Protocol):
    """The way to the client. Both raise `ClientGone`; after `last` nothing follows, after `more` at once."""

    def send(self, data: bytes, last: bool, more: bool = False) -> None: ...

    def send_file(self, file: int, offset: int, size: int) -> None:
        """The last piece: `size` bytes of an open file."""


class Response:
    """One response, on its way into a channel."""

    __slots__ = (
        "channel", "head", "sent_head", "sent", "close", "chunked", "overrun", "_limit", "_minor",
        "_head_only", "_cut", "_turn", "_streams",
    )  # fmt: skip

    def __init__(self, channel: Channel, method: str, minor: int, keep_alive: bool) -> None:
        self.channel = channel
        self.head: Optional[ResponseHead] = None
        self.sent_head = False
        self.sent = 0
        self.close = not keep_alive
        self.chunked = False
        self.overrun = False
        self._limit: Optional[int] = None
        self._minor = minor
        self._head_only = method == "HEAD"
        self._cut = False
        self._turn: Optional[Lock] = None
        self._streams = False

    def start_response(
        self, status: str, headers: Headers, exc_info: Any = None
    ) -> Callable[[bytes], None]:
        """PEP 3333. Raises what `exc_info` holds when the head is already on its way."""
        if exc_info is not None:
            try:
                if self.sent_head:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # no cycle through the traceback
        elif self.head is not None:
            raise RuntimeError("start_response was called a second time without exc_info")
        self.head = response_head(status, headers)
        return self.write

    def early_hints(self, headers: Headers) -> None:
        """`wsgi.early_hints`, as Gunicorn has it: a 103, unless it is too late, or HTTP/1.0."""
        if self._minor and not self.sent_head:
            self.channel.send(early_hints(headers), False)

    def run(self, application: Application, environ: Any) -> None:
        """Calls the app and sends what it answers; its iterable is closed, whatever happens."""
        iterable = application(environ, self.start_response)
        try:
            self.send(iterable)
        finally:
            close = getattr(iterable, "close", None)
            if close is not None:
                close()

    def send(self, iterable: Iterable[bytes]) -> None:
        """Sends all of it, and the end."""
        if type(iterable) in (list, tuple) and not self.sent_head:
            self._send_whole(b"".join(iterable))
            return
        if isinstance(iterable, FileWrapper) and self._send_file(iterable):
            return
        for data in iterable:
            if self._cut:
                break
            self.write(data)
            if self.overrun:
                break
        self._finish()

    def _send_file(self, wrapper: FileWrapper) -> bool:
        """By the kernel, if this is a file with a size; False leaves it to iteration."""
        part = wrapper.part()
        if part is None or self.sent_head:
            return False
        head = self._begin(part.size)
        limit = self._limit or 0
        self.sent = min(part.size, limit)
        self.overrun = self.sent < part.size
        self.close |= self.sent < limit
        self.channel.send(head, not self.sent, bool(self.sent))
        if self.sent:
            self.channel.send_file(part.file, part.offset, self.sent)
        return True

    @property
    def endless(self) -> bool:
        """An event stream or the like, which nobody should wait for."""
        head = self.head
        return head is not None and head.length is None and head.content_type.startswith(_ENDLESS)

    def cut(self) -> None:
        """Ends a stream between two of its pieces, from another thread; the app hears of it at the next.

        One whose client has stopped reading gets no proper end. Raises `ClientGone`.
        """
        self.close = True
        if self._turn is not None and self._turn.acquire(timeout=_TURN):
            try:
                self._cut = True
                if self._streams:
                    self.channel.send(LAST_CHUNK, True)
            finally:
                self._turn.release()

    def mended(self) -> List[str]:
        """What the app sent that it should not have, for a developer to read; after the end.

        A body in answer to HEAD is not among it: frameworks leave that to the server, knowingly.
        """
        head = self.head
        if head is None:
            return []
        found = [f"the hop-by-hop header {name!r}, which is the server's" for name in head.left_out]
        if self._limit is not None and self.sent < self._limit:
            found.append("fewer bytes than its Content-Length says")
        elif self.overrun and (head.code in _BODYLESS or head.code < 200):
            found.append(f"a body with status {head.code}, which has none")
        elif self.overrun and not self._head_only:
            found.append("more bytes than its Content-Length says")
        return found

    def write(self, data: bytes) -> None:
        """Sends one piece of the body at once; the callable that start_response returns."""
        if not isinstance(data, bytes):
            raise TypeError(f"the body must be bytes, not {type(data).__name__}")
        if not data:
            return
        head = b"" if self.sent_head else self._begin(None)
        limit = self._limit
        if limit is not None and self.sent + len(data) > limit:
            data = data[: limit - self.sent]
            self.overrun = True
        self.sent += len(data)
        if self._turn is None:
            self._transmit(head, data, self.sent == limit)
            return
        with self._turn:
            if self._cut:
                raise ClientGone("the server ended this stream, as newer code took its place")
            self._transmit(head, chunk(data), False)
            self._streams = True

    def _send_whole(self, body: bytes) -> None:
        head = self._begin(len(body))
        limit = self._limit
        if limit is not None and len(body) > limit:
            body = body[:limit]
            self.overrun = True
        self.sent = len(body)
        self.close |= self.sent != limit
        self._transmit(head, body, True)

    def _finish(self) -> None:
        if not self.sent_head:
            head = self._begin(0)
            self.close |= bool(self._limit)
            self.channel.send(head, True)
        elif self.chunked and not self._cut:
            self.channel.send(LAST_CHUNK, True)
        self.close |= self._limit is not None and self.sent < self._limit

    def _transmit(self, head: bytes, data: bytes, last: bool) -> None:
        if head and len(data) > _COPIED:
            self.channel.send(head, False, True)
            head = b""
        if head or data:
            self.channel.send(head + data, last)

    def _begin(self, size: Optional[int]) -> bytes:
        """The head as bytes; `size` is the whole body's, None when that is not known yet."""
        head = self.head
        if head is None:
            raise RuntimeError("the app did not call start_response")
        framing = self._framing(head, size)
        self.sent_head = True
        if self._minor:
            end = b"Connection: close\r\n\r\n" if self.close else b"\r\n"
        else:
            end = b"\r\n" if self.close else b"Connection: keep-alive\r\n\r\n"
        return head.raw + stamp(head) + framing + end

    def _framing(self, head: ResponseHead, size: Optional[int]) -> bytes:
        self.close |= head.close
        if self._head_only or head.code in _BODYLESS or head.code < 200:
            return self._bodyless_framing(head, size)
        length = size if head.length is None else head.length
        if length is not None:
            self._limit = length
            return b"Content-Length: %d\r\n" % length
        if self._minor:
            self.chunked = True
            self._turn = Lock()
            return b"Transfer-Encoding: chunked\r\n"
        self.close = True
        return b""

    def _bodyless_framing(self, head: ResponseHead, size: Optional[int]) -> bytes:
        """RFC 9110, section 8.6: a length here speaks of the body that a GET would have had."""
        self._limit = 0
        length = head.length if head.length is not None else size if self._head_only else None
        if not length or head.code == 204 or head.code < 200:
            return b""
        return b"Content-Length: %d\r\n" % length
