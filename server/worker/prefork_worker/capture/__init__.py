"""Capture: what each request did, recorded in the worker and reported off the critical path.

The serving code calls `begin`, adds up a record's phases, and calls `end`. Log lines and exceptions
find their request through a context variable. Events wait in a bounded queue for the control thread;
what does not fit is counted, and the app is never blocked. A hook that fails is switched off.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from types import TracebackType
from typing import Any, Callable, TextIO

from . import logs
from . import record as records
from .exceptions import describe
from .hooks import Hooks
from .libraries import LIBRARIES
from .record import Record, current

MAX_WAITING = 10_000
DETAILED = 100
"""Requests that each report tells of; under more load than that (2,000 a second) the rest is counted,
but for those that failed, were slow or said something."""

Event = dict[str, Any]
COUNTED = {"request.started": "requests", "request.ended": "requests", "log": "logs"}


class Capture:
    """One a worker. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._waiting: deque[Event | Record] = deque()
        self._dropped: dict[str, int] = {"requests": 0, "logs": 0, "exceptions": 0}
        self._told_dropped = self._dropped.copy()
        self._running: set[Record] = set()
        self._detailed = DETAILED
        self._wake: Callable[[], None] = lambda: None
        self._counting = threading.Lock()
        self.hooks = Hooks(self._hooks_changed)
        self._told_hooks = True

    def install(self, wake: Callable[[], None]) -> None:
        """Places the hooks; `wake` is called when there is something to report."""
        self._wake = wake
        logs.capture_logging(self)
        logs.capture_streams(self)
        self.hooks.install(LIBRARIES)

    def begin(self, method: str, path: str, query: str, client: str, begun: int) -> Record:
        """A request's head is read; `begun` is `perf_counter_ns()` at its first byte."""
        record = Record(method, path, query, client, begun)
        self._running.add(record)
        current.set(record)
        self._wake()
        return record

    def end(self, record: Record) -> None:
        """The request is over, `close()` included."""
        current.set(None)
        self._running.discard(record)
        record.end()
        if self._detailed > 0 or record.is_notable():
            self._detailed -= 1
            self._put(record)
        else:
            self._drop("requests")

    def uncaught(self, record: Record, error: BaseException) -> None:
        """The app raised instead of answering."""
        self.exception(error, "uncaught")

    def answered(self, record: Record, exc_info: tuple[Any, Any, TracebackType | None]) -> None:
        """The app passed `exc_info` to `start_response` (PEP 3333): it answered for an error."""
        if exc_info[1] is not None:
            self.exception(exc_info[1], "answered")

    def exception(self, error: BaseException, kind: str) -> str:
        """Reports an exception, once a request; its id."""
        record = current.get()
        if record and record.described and record.described[0] is error:
            return record.described[1]
        event = describe(error, kind, record.request if record else None)
        if record:
            record.exceptions += 1
            record.described = (error, event["exception"])
        self._put(event)
        return str(event["exception"])

    def log(self, event: Event) -> None:
        """A line that the app wrote, placed in the request that runs in this context."""
        record = current.get()
        if record:
            record.logs += 1
            event["request"] = record.request
        self._put(event)

    def errors(self, record: Record) -> TextIO:
        """`wsgi.errors` of a request."""
        return logs.errors

    def due(self) -> float | None:
        """Seconds until there is something to report; None when nothing is in sight."""
        if self._waiting or not self._told_hooks:
            return 0
        untold = any(not record.told for record in self._running_now())
        return records.SLOW_NS / 1e9 if untold else None

    def take(self) -> tuple[list[Event], dict[str, int]]:
        """What waits to be reported, and what was dropped in all by kind, if that has changed."""
        self._detailed = DETAILED
        events = [*self._about_hooks(), *self._started()]
        for _ in range(len(self._waiting)):
            waiting = self._waiting.popleft()
            events.append(waiting.ended() if isinstance(waiting, Record) else waiting)
        with self._counting:
            changed, self._told_dropped = self._told_dropped != self._dropped, self._dropped.copy()
        return events, self._told_dropped if changed else {}

    def _hooks_changed(self) -> None:
        self._told_hooks = False
        self._wake()

    def _about_hooks(self) -> list[Event]:
        if self._told_hooks:
            return []
        self._told_hooks = True
        now, hooks, versions = time.time_ns() // 1000, self.hooks.states(), self.hooks.versions()
        about = {"type": "capture", "time": now, "hooks": hooks, "libraries": versions}
        return [{**about, "mode": "full"}]

    def _running_now(self) -> list[Record]:
        return list(self._running.copy())

    def _started(self) -> list[Event]:
        """Requests that run for a while already and were not told of yet."""
        late = time.perf_counter_ns() - records.SLOW_NS
        untold = [r for r in self._running_now() if not r.told and r.begun < late]
        for record in untold:
            record.told = True
        return [record.started() for record in untold]

    def _put(self, event: Event | Record) -> None:
        """A record becomes an event as it is reported, on the control thread."""
        if len(self._waiting) >= MAX_WAITING:
            kind = "request.ended" if isinstance(event, Record) else event["type"]
            self._drop(COUNTED.get(kind, "exceptions"))
        else:
            self._waiting.append(event)
        self._wake()

    def _drop(self, kind: str) -> None:
        with self._counting:
            self._dropped[kind] += 1
