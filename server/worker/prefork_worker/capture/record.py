"""The record of one request, filled in by the serving code as it goes."""

from __future__ import annotations

import os
import threading
import time
from contextvars import ContextVar
from typing import Any

current: ContextVar[Record | None] = ContextVar("prefork_request", default=None)
"""The record of the request that runs in this context."""

SLOW_NS = 20_000_000
"""A request that runs longer is reported while it still runs, and whatever the load."""

PHASES = ("read", "app", "iterate", "write", "close")


class Record:
    """Phases are in nanoseconds and add up to the request's time; None is what is not known."""

    __slots__ = (
        "_request", "method", "path", "query", "client", "thread", "began", "begun", "read", "app",
        "iterate", "write", "close", "status", "request_size", "response_size", "client_gone",
        "logs", "exceptions", "described", "told",
    )  # fmt: skip

    def __init__(self, method: str, path: str, query: str, client: str, begun: int) -> None:
        self._request = ""
        self.method, self.path, self.query, self.client = method, path, query, client
        self.thread = threading.get_ident()
        self.began = time.time_ns()
        self.begun = begun
        self.read: int | None = None
        self.app: int | None = None
        self.iterate: int | None = None
        self.write: int | None = None
        self.close: int | None = None
        self.status: int | None = None
        self.request_size = self.response_size = 0
        self.client_gone = False
        self.logs = self.exceptions = 0
        self.described: tuple[BaseException, str] | None = None
        self.told = False

    @property
    def request(self) -> str:
        """Its id, 16 hexadecimal digits, made when it is first asked for."""
        if not self._request:
            self._request = os.urandom(8).hex()
        return self._request

    def is_notable(self) -> bool:
        """Told of whatever the load: it failed, said something, or took long enough to be noticed."""
        if self.status is None or self.status >= 500 or self.client_gone:
            return True
        slow = time.perf_counter_ns() - self.begun > SLOW_NS
        return slow or bool(self.logs or self.exceptions)

    def head(self) -> dict[str, Any]:
        return {
            "request": self.request,
            "thread.id": self.thread,
            "http.request.method": self.method,
            "url.path": self.path,
            "url.query": self.query,
            "client.address": self.client,
        }

    def started(self) -> dict[str, Any]:
        """The event `request.started`."""
        return {"type": "request.started", "time": self.began // 1000, **self.head()}

    def ended(self) -> dict[str, Any]:
        """The event `request.ended`; the record is done with and lets its exception go."""
        self.described = None
        phases = {name: microseconds(getattr(self, name)) for name in PHASES}
        return {
            "type": "request.ended",
            "time": time.time_ns() // 1000,
            **self.head(),
            "started": self.began // 1000,
            "http.response.status_code": self.status,
            "http.request.body.size": self.request_size,
            "http.response.body.size": self.response_size,
            "duration": sum(filter(None, phases.values())) or self.running() // 1000,
            "phases": phases,
            "client_gone": self.client_gone,
            "logs": self.logs,
            "exceptions": self.exceptions,
        }

    def running(self) -> int:
        """Nanoseconds since the first byte: the time of a request that got no further than that."""
        return time.perf_counter_ns() - self.begun


def microseconds(nanoseconds: int | None) -> int | None:
    return None if nanoseconds is None else nanoseconds // 1000
