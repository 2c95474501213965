"""A response whose phases are measured, for capture. Without capture none of this runs.

Four moments and the time in the socket give all phases: what is written during a call of the app
or its iterable is taken off that phase, so that the phases sum to the whole.
"""

from __future__ import annotations

from time import perf_counter_ns
from typing import Any, Callable, Iterable, Optional, Protocol, TextIO

from .response import Application, Headers, Response


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


class Capture(Protocol):
    """The recorder, as `prefork_worker/capture` has it. `begun` is `perf_counter_ns`."""

    def begin(self, method: str, path: str, query: str, client: str, begun: int) -> Any: ...

    def errors(self, record: Any) -> TextIO: ...

    def answered(self, record: Any, exc_info: Any) -> None: ...

    def uncaught(self, record: Any, exception: BaseException) -> None: ...

    def end(self, record: Any) -> None: ...


class RecordedResponse(Response):
    """A `Response` that fills a `Record`."""

    __slots__ = ("_capture", "_record", "_begun", "_send")

    def __init__(
        self,
        transmit: Callable[[bytes, bool], None],
        method: str,
        minor: int,
        keep_alive: bool,
    ) -> None:
        super().__init__(self._timed, method, minor, keep_alive)
        self._send = transmit

    def record(self, capture: Capture, record: Any, begun: int) -> None:
        """To be called before anything else."""
        self._capture = capture
        self._record = record
        self._begun = begun
        record.write = 0

    def start_response(
        self, status: str, headers: Headers, exc_info: Any = None
    ) -> Callable[[bytes], None]:
        if exc_info is not None:
            self._capture.answered(self._record, exc_info)
        write = super().start_response(status, headers, exc_info)
        self._record.status = self.head.code if self.head else None
        return write

    def run(self, application: Application, environ: Any) -> None:
        record = self._record
        called = perf_counter_ns()
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

    def _timed(self, data: bytes, last: bool) -> None:
        started = perf_counter_ns()
        try:
            self._send(data, last)
        finally:
            self._record.write += perf_counter_ns() - started
            self._record.response_size = self.sent
