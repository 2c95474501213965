"""A response whose phases are measured, for capture. Without capture none of this runs.

Four moments and the time in the socket give all phases: what is written during a call of the app
or its iterable is taken off that phase, so that the phases sum to the whole.
"""

from __future__ import annotations

from time import perf_counter_ns, thread_time_ns
from typing import Any, Callable, Iterable, List, Optional, Protocol, TextIO

from ..http.request import RequestHead
from .response import Application, Channel, Headers, Response

KEPT = 65536
"""Bytes of a body that are kept for who opens the request."""


class Record(Protocol):
    """What capture keeps of one request; times in nanoseconds."""

    read: Optional[int]
    app: Optional[int]
    iterate: Optional[int]
    write: Optional[int]
    close: Optional[int]
    status: Optional[int]
    request_size: int
    response_size: int
    client_gone: bool
    cpu: Optional[int]
    light: bool

    def continues(self, traceparent: str, tracestate: str) -> None: ...

    def repeats(self, request: str, original: str) -> None: ...

    def exchanged(
        self, raw: bytes, body: Optional[bytes], answer: bytes, sent: Optional[bytes]
    ) -> None: ...


class Capture(Protocol):
    """The recorder, as `prefork_worker/capture` has it. `begun` is `perf_counter_ns`."""

    answers: bool

    def begin(self, method: str, path: str, query: str, client: str, begun: int) -> Any: ...

    def errors(self, record: Any) -> TextIO: ...

    def answered(self, record: Any, exc_info: Any) -> None: ...

    def uncaught(self, record: Any, exception: BaseException) -> None: ...

    def headers(self, record: Any, app: int) -> bytes: ...

    def end(self, record: Any) -> None: ...


class TimedChannel:
    """A channel that adds the time in the socket to the record."""

    __slots__ = ("_channel", "_record")

    def __init__(self, channel: Channel, record: Any) -> None:
        self._channel = channel
        self._record = record
        record.write = 0

    def send(self, data: bytes, last: bool, more: bool = False) -> None:
        started = perf_counter_ns()
        try:
            self._channel.send(data, last, more)
        finally:
            self._record.write += perf_counter_ns() - started

    def send_file(self, file: int, offset: int, size: int) -> None:
        started = perf_counter_ns()
        try:
            self._channel.send_file(file, offset, size)
        finally:
            self._record.write += perf_counter_ns() - started


class RecordedResponse(Response):
    """A `Response` that fills a `Record`; `begun` is when its request began."""

    __slots__ = ("_capture", "_record", "_begun", "_called", "answer", "_pieces", "_room")

    def __init__(
        self, channel: Channel, head: RequestHead, capture: Capture, record: Any, begun: int
    ) -> None:
        super().__init__(TimedChannel(channel, record), head.method, head.minor, head.keep_alive)
        self._capture = capture
        self._record = record
        self._begun = self._called = begun
        self.answer = b""
        self._pieces: List[bytes] = []
        self._room = 0 if record.light else KEPT

    @property
    def kept(self) -> Optional[bytes]:
        """The first bytes of the body that was sent; None when it went past this code, or nothing is kept."""
        if not self._pieces:
            return None
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    def start_response(
        self, status: str, headers: Headers, exc_info: Any = None
    ) -> Callable[[bytes], None]:
        if exc_info is not None:
            self._capture.answered(self._record, exc_info)
        write = super().start_response(status, headers, exc_info)
        self._record.status = self.head.code if self.head else None
        return write

    def _begin(self, size: Optional[int]) -> bytes:
        """With two fields more, in front of the empty line, if they are asked for."""
        whole = super()._begin(size)
        if self._capture.answers and self.head is not None and self.head.code >= 200:
            ran = perf_counter_ns() - self._called - self._record.write
            whole = whole[:-2] + self._capture.headers(self._record, ran) + b"\r\n"
        self.answer = whole
        return whole

    def write(self, data: bytes) -> None:
        before = self.sent
        super().write(data)
        if self._room:
            self._keep(data[: self.sent - before])

    def _send_whole(self, body: bytes) -> None:
        super()._send_whole(body)
        if self._room and self.sent:
            self._keep(body[: min(self.sent, self._room)])

    def _keep(self, data: bytes) -> None:
        """Most answers are one piece within the bound, which is kept as it is."""
        piece = data[: self._room]
        self._pieces.append(piece)
        self._room -= len(piece)

    def run(self, application: Application, environ: Any) -> None:
        record = self._record
        if record.light:
            self._run(application, environ)
            return
        cpu = thread_time_ns()
        try:
            self._run(application, environ)
        finally:
            record.cpu = thread_time_ns() - cpu

    def _run(self, application: Application, environ: Any) -> None:
        record = self._record
        called = self._called = perf_counter_ns()
        record.read = called - self._begun
        iterable: Optional[Iterable[bytes]] = None
        try:
            iterable = application(environ, self.start_response)
        finally:
            returned = perf_counter_ns()
            written = record.write
            record.app = returned - called - written
        try:
            self.send(iterable)
        finally:
            sent = perf_counter_ns()
            record.iterate = sent - returned - (record.write - written)
            close = getattr(iterable, "close", None)
            if close is not None:
                try:
                    close()
                finally:
                    record.close = perf_counter_ns() - sent
