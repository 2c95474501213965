"""Capture: what each request did, recorded in the worker and reported off the critical path.

The serving code calls `begin`, adds up a record's phases, and calls `end`. Log lines and exceptions
find their request through a context variable. Events wait in a bounded queue for the control thread;
what does not fit is counted, and the app is never blocked. A hook that fails is switched off.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Callable, TextIO

from . import exceptions, streams
from . import record as records
from .exceptions import Observed
from .hooks import Hooks
from .libraries import LIBRARIES
from .logs import Line, capture_logging
from .metrics import Metrics
from .profiler import Profiler
from .record import Record, current, speaking
from .response_headers import response_headers
from .sampling import Sampling
from .streams import capture_streams
from .unhandled import capture_unhandled
from .waiting import Waiting
from .warned import capture_warnings

Event = dict[str, Any]
RECENT = 16
"""Requests that ended last: what they wrote may be read later."""
WINDOW_NS = 50_000_000
"""How much later; if another ran meanwhile, nobody knows whose it is."""

MAX_UNSETTLED = 64
"""Requests that have ended, and are held whole until the control thread comes by."""

MAX_EXCEPTIONS = 20
"""Of one request; the rest is counted."""
ALL = 1 << 40


class Capture:
    """One a worker. All methods may be called from any thread.

    `answers` is whether each answer tells its client of the request, in headers.
    """

    def __init__(self, answers: bool = False) -> None:
        self.answers = answers
        self._waiting = Waiting()
        self._running: set[Record] = set()
        self._recent: deque[Record] = deque(maxlen=RECENT)
        self._ended: deque[Record] = deque()
        self._wake: Callable[[], None] = lambda: None
        self.sampling = Sampling()
        self.metrics = Metrics()
        self.profiler = Profiler(self.sampling.charge)
        self.hooks = Hooks(self._changed)
        self._told_of_itself = True

    def install(self, wake: Callable[[], None]) -> None:
        """Places the hooks; `wake` is called when there is something to report."""
        self._wake = wake
        exceptions.met = self.exception
        standard = self.hooks.standard
        capture_unhandled(standard("unhandled exceptions"))
        capture_logging(self, standard("logging"))
        capture_streams(self, standard("streams"))
        capture_warnings(self, standard("warnings"))
        self.hooks.install(LIBRARIES)

    def begin(self, method: str, path: str, query: str, client: str, begun: int) -> Record:
        """A request's head is read; `begun` is `perf_counter_ns()` at its first byte."""
        started = time.perf_counter_ns()
        record = Record(method, path, query, client, begun, self.sampling.is_light())
        self._running.add(record)
        current.set(record)
        self._wake()
        record.own = time.perf_counter_ns() - started
        return record

    def end(self, record: Record) -> None:
        """The request is over, `close()` included. What becomes of it is settled a few at a time."""
        current.set(None)
        self._running.discard(record)
        record.end()
        self._recent.append(record)
        record.own += time.perf_counter_ns() - record.begun - record.duration
        self._ended.append(record)
        if len(self._ended) > MAX_UNSETTLED:
            self.settle()
        self._wake()

    def settle(self) -> None:
        """How much is told of each request that has ended; by the control thread, or one that is past the bound."""
        while self._ended:
            try:
                record = self._ended.popleft()
            except IndexError:  # another thread was faster
                break
            own = record.own_time()
            detail = self.sampling.detail(record, own)
            self.metrics.count(record.ended_at, record.duration, record.has_failed(), own, detail)
            self._report(record, detail)

    def finish(self) -> None:
        """No more will come: the second that has begun is told of, too."""
        self.settle()
        self.metrics.finish()

    def _report(self, record: Record, detail: str) -> None:
        """Without its trace, if there is no room for that; it becomes an event when it is taken."""
        if detail != "full":
            record.summarize()
        told = bool(detail) and self._waiting.put(record, record.weight())
        if detail == "full" and not told:
            record.summarize()
            told = self._waiting.put(record, record.weight())
        if not told:
            self._waiting.drop("requests")

    def headers(self, record: Record, app: int) -> bytes:
        """Fields for the head of an answer, which is sent after the app ran for `app` nanoseconds."""
        return response_headers(record, app)

    def uncaught(self, record: Record, error: BaseException) -> None:
        """The app raised instead of answering."""
        self.exception(error, "uncaught")

    def answered(self, record: Record, exc_info: tuple[Any, Any, TracebackType | None]) -> None:
        """The app passed `exc_info` to `start_response` (PEP 3333): it answered for an error."""
        if exc_info[1] is not None:
            self.exception(exc_info[1], "answered")

    def exception(self, error: BaseException, kind: str) -> str:
        """Reports an exception, once a request; its id, or "" past the first few of a request."""
        record = speaking()
        if record is None:
            return self._observe(error, kind, None).exception
        for known, observed in record.described:
            if known is error:
                observed.met_again(kind)
                return observed.exception
        record.exceptions += 1
        if record.exceptions > MAX_EXCEPTIONS:
            return ""
        observed = self._observe(error, kind, record.request)
        record.described.append((error, observed))
        return observed.exception

    def _observe(self, error: BaseException, kind: str, request: str | None) -> Observed:
        observed = Observed(error, kind, request)
        if not self._waiting.put(observed, observed.weight):
            self._waiting.drop("exceptions")
        self._wake()
        return observed

    def say(self, line: Line, record: Record | None) -> None:
        """Reports a line that the app wrote, in the request that it was counted for."""
        if record is not None:
            line.request = record.request
        if not self._waiting.put(line, line.weight):
            self._waiting.drop("logs")
        self._wake()

    def alone(self, moment: int) -> Record | None:
        """The request that ran then or just before, if it was exactly one; nanoseconds since the epoch."""
        ended = [record for record in self._recent.copy() if record.ended_at > moment - WINDOW_NS]
        found = {record for record in (*self._running_now(), *ended) if record.began <= moment}
        return found.pop() if len(found) == 1 else None

    def errors(self, record: Record) -> TextIO:
        """`wsgi.errors` of a request."""
        return streams.errors

    def due(self) -> float | None:
        """Seconds until there is something to report; None when nothing is in sight."""
        if self._ended or self._waiting or not self._told_of_itself:
            return 0
        times = [self.metrics.due()]
        if any(not record.told for record in self._running_now()):
            times.append(records.SLOW_NS / 1e9)
        if self.sampling.mode != "full":
            times.append(1.0)
        return min((seconds for seconds in times if seconds is not None), default=None)

    def take(self, most: int = ALL) -> tuple[list[Event], dict[str, int]]:
        """What waits to be reported, about `most` bytes of it, and how much was dropped in all, if changed."""
        return list(self.events(most)), self.dropped()

    def events(self, most: int) -> Iterator[Event]:
        """One by one: what is written before the next is asked for is no work for the garbage collector."""
        self.settle()
        if self.sampling.look():
            self._told_of_itself = False
        yield from self._about_itself()
        yield from self._started()
        for waiting in self._waiting.take(most):
            event = self._event(waiting)
            if event is not None:
                yield event
        yield from self.metrics.take()

    def dropped(self) -> dict[str, int]:
        """How much was dropped in all by kind, if that has changed."""
        return self._waiting.dropped()

    def _event(self, waiting: Any) -> Event | None:
        """What is reported is formatted now, off the critical path."""
        if isinstance(waiting, dict):
            return waiting
        try:
            event: Event = waiting.event()
        except Exception:  # a thing that cannot be described must not end the control thread
            self._waiting.drop(waiting.counted)
            return None
        return event

    def has_more(self) -> bool:
        """Whether something waits still."""
        return bool(self._ended or self._waiting)

    def _changed(self) -> None:
        self._told_of_itself = False
        self._wake()

    def _about_itself(self) -> list[Event]:
        if self._told_of_itself:
            return []
        self._told_of_itself = True
        now, hooks, versions = time.time_ns() // 1000, self.hooks.states(), self.hooks.versions()
        about = {"type": "capture", "time": now, "hooks": hooks, "libraries": versions}
        return [{**about, "mode": self.sampling.mode}]

    def _running_now(self) -> list[Record]:
        return list(self._running.copy())

    def _started(self) -> list[Event]:
        """Requests that run for a while already and were not told of yet."""
        late = time.perf_counter_ns() - records.SLOW_NS
        untold = [r for r in self._running_now() if not r.told and r.begun < late]
        for record in untold:
            record.told = True
            self.profiler.watch(record)
        return [record.started() for record in untold]
