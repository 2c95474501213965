"""The record of one request, filled in by the serving code as it goes."""

from __future__ import annotations

import itertools
import os
import re
import threading
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from . import redaction
from .exchange import Exchange
from .sites import Site
from .spans import FIND, Span, Spans, encode

if TYPE_CHECKING:
    from .exceptions import Observed
    from .profile import Profile

current: ContextVar[Record | None] = ContextVar("prefork_request", default=None)
"""The record of the request that runs in this context."""

LINGER_NS = 10_000_000_000
MUCH = 100


def speaking() -> Record | None:
    """Whose are the lines and exceptions of this context.

    A thread may outlive the request that started it: its words are the request's for a while, and as
    long as they are few. Then it speaks for itself, or all would be left out as too much for one request.
    """
    record = current.get()
    if record is None or not record.ended_at:
        return record
    late = time.time_ns() - record.ended_at > LINGER_NS
    if late or record.logs + record.exceptions >= MUCH:
        current.set(None)
        return None
    return record


SLOW_NS = 20_000_000
"""A request that runs longer is reported while it still runs, and whatever the load."""

TRACEPARENT = re.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")

PHASES = ("read", "app", "iterate", "write", "close")


_drawn: list[str] = []
_numbers = itertools.count()


def new_id() -> str:
    """16 hexadecimal digits: 10 that this worker draws after its fork, and a number."""
    if not _drawn:
        _drawn.append(os.urandom(5).hex())
    return f"{_drawn[0]}{next(_numbers) & 0xFFFFFF:06x}"


class Record:
    """Phases are in nanoseconds and add up to the request's time; None is what is not known."""

    __slots__ = (
        "_request", "method", "path", "query", "client", "thread", "began", "begun", "read", "app",
        "iterate", "write", "close", "status", "request_size", "response_size", "client_gone",
        "logs", "exceptions", "described", "told", "spans", "route", "view", "framework", "own",
        "logs_left_out", "exchange", "private",
        "trace_id", "parent_span_id", "tracestate", "cpu", "ended_at", "duration", "light", "detail",
        "profile", "replay_of",
    )  # fmt: skip

    def __init__(
        self, method: str, path: str, query: str, client: str, begun: int, light: bool = False
    ) -> None:
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
        self.logs = self.logs_left_out = self.exceptions = 0
        self.described: list[tuple[BaseException, Observed]] = []
        """Exceptions that were met in it, and what was observed of each."""
        self.exchange: Exchange | None = None
        self.private = False
        """What was posted is a secret, the app says."""
        self.told = False
        self.spans: Spans | None = None
        self.route: str | None = None
        self.view: str | None = None
        self.framework: str | None = None
        self.own = 0
        self.trace_id = ""
        self.parent_span_id = ""
        self.tracestate = ""
        self.cpu: int | None = None
        self.ended_at = self.duration = 0
        self.light = light
        """Under load: its spans are to have no call sites and no parameters."""
        self.detail = "full"
        self.profile: Profile | None = None
        self.replay_of = ""

    def open(self, kind: str, text: str, site: Site | None = FIND) -> Span | None:
        """Begins a span of this request; see `Spans.open`."""
        return (self.spans or self.begin_spans()).open(kind, text, site)

    def begin_spans(self) -> Spans:
        """Its first span is about to be opened."""
        spans = self.spans = Spans(self.light)
        spans.ended = self.begun + self.duration if self.ended_at else 0
        return spans

    @property
    def request(self) -> str:
        """Its id, 16 hexadecimal digits, made when it is first asked for."""
        if not self._request:
            self._request = new_id()
        return self._request

    def has_failed(self) -> bool:
        status = self.status
        return status is None or status >= 500 or self.client_gone or self.exceptions > 0

    def is_notable(self) -> bool:
        """Told of whatever the load: it failed, said something, or took long enough to be noticed."""
        slow = self.duration > SLOW_NS
        return self.has_failed() or slow or self.logs > 0 or bool(self.replay_of)

    def weight(self) -> int:
        """Bytes that it holds while it waits to be reported; a rough figure."""
        held = self.exchange.weight if self.exchange else 0
        held += self.profile.weight() if self.profile else 0
        return 1_000 + held + (self.spans.weight() if self.spans else 0)

    def summarize(self) -> None:
        """Lets its trace go; counts and totals stay."""
        self.detail = "summary"
        if self.spans:
            self.spans.sum_up()
        self.release()

    def release(self) -> None:
        """Its spans and it hold each other, which is left to no garbage collector."""
        self.exchange = self.profile = None
        if self.spans:
            self.spans.forget()

    def repeats(self, request: str, original: str) -> None:
        """It is a replay, with an id that was made for it: told of in full, whatever the load."""
        self._request, self.replay_of, self.light = request, original, False

    def continues(self, traceparent: str, tracestate: str) -> None:
        """Takes up the trace that a client is in (W3C Trace Context); what is malformed is ignored."""
        context = TRACEPARENT.fullmatch(traceparent)
        if context and context[1].strip("0") and context[2].strip("0"):
            self.trace_id, self.parent_span_id = context.groups()
            self.tracestate = tracestate

    def traceparent(self, span_id: str) -> str:
        """The header of a request that the app sends meanwhile, from a span of this one."""
        return f"00-{self.trace_id or self._begin_trace()}-{span_id}-01"

    def _begin_trace(self) -> str:
        self.trace_id = os.urandom(16).hex()
        return self.trace_id

    def head(self) -> dict[str, Any]:
        if not self.trace_id:
            self._begin_trace()
        head = {
            "request": self.request,
            "thread.id": self.thread,
            "http.request.method": self.method,
            "url.path": redaction.path(self.path),
            "url.query": redaction.query(self.query),
            "client.address": self.client,
            "trace_id": self.trace_id,
        }
        if self.replay_of:
            head["replay_of"] = self.replay_of
        return {**head, "parent_span_id": self.parent_span_id} if self.parent_span_id else head

    def started(self) -> dict[str, Any]:
        """The event `request.started`."""
        return {"type": "request.started", "time": self.began // 1000, **self.head()}

    def exchanged(self, raw: bytes, body: bytes | None, answer: bytes, sent: bytes | None) -> None:
        """What was read and sent; see `Exchange`."""
        seen = self.described
        page = bool(seen) and any(observed.kind == "answered" for _, observed in seen)
        self.exchange = Exchange(raw, body, answer, sent, self.private, page)

    def end(self) -> None:
        """It is over; the record lets its exceptions go, and changes no more."""
        self.described.clear()
        self.ended_at = time.time_ns()
        self.duration = self.running()
        if self.profile and not self.profile.samples:
            self.profile = None
        if self.spans is not None:
            self.spans.ended = self.begun + self.duration

    counted = "requests"

    def event(self) -> dict[str, Any]:
        """What is reported of it when it is over, once."""
        event = self.ended()
        self.release()
        return event

    def ended(self) -> dict[str, Any]:
        """The event `request.ended`, with the trace that the arbiter keeps."""
        phases = {name: microseconds(getattr(self, name)) for name in PHASES}
        return {
            "type": "request.ended",
            "time": self.ended_at // 1000,
            **self.head(),
            "started": self.began // 1000,
            "http.response.status_code": self.status,
            "http.request.body.size": self.request_size,
            "http.response.body.size": self.response_size,
            "duration": sum(filter(None, phases.values())) or self.duration // 1000,
            "phases": phases,
            "cpu": microseconds(self.cpu),
            "http.route": self.route,
            "view": self.view,
            "framework": self.framework,
            "totals": self.totals(),
            "findings": [],
            "detail": self.detail,
            "own": self.own_time() // 1000,
            "client_gone": self.client_gone,
            "logs": self.logs,
            "exceptions": self.exceptions,
            **({"logs_left_out": self.logs_left_out} if self.logs_left_out else {}),
            **({"profiled": True} if self.profile else {}),
            **self.trace(),
        }

    def trace(self) -> dict[str, Any]:
        """The field `trace`, if there is one."""
        if self.detail != "full":
            return {}
        trace: dict[str, Any] = {}
        if self.spans:
            self.spans.request = self.request
            trace = encode(self.spans, self.begun)
        if self.tracestate:
            trace["tracestate"] = self.tracestate
        if self.exchange:
            sizes = self.request_size, self.response_size
            trace.update(self.exchange.told(self.method, self.target(), *sizes))
        if self.profile:
            trace["profile"] = self.profile.encode(self.begun, self.begun + self.duration)
        return {"trace": trace} if trace else {}

    def target(self) -> str:
        """Path and query as they are told."""
        path, query = redaction.path(self.path), redaction.query(self.query)
        return f"{path}?{query}" if query else path

    def own_time(self) -> int:
        """Nanoseconds that capture took of the request's thread."""
        return self.own + (self.spans.own if self.spans else 0)

    def totals(self) -> dict[str, dict[str, int]]:
        """Count and time by kind of span."""
        if self.spans is None:
            return {}
        totals = {
            kind: {"count": count, "duration": took // 1000}
            for kind, (count, took) in self.spans.totals().items()
        }
        if "cache" in totals:
            totals["cache"]["hits"] = self.spans.hits
        return totals

    def running(self) -> int:
        """Nanoseconds since the first byte: the time of a request that got no further than that."""
        return time.perf_counter_ns() - self.begun


def microseconds(nanoseconds: int | None) -> int | None:
    return None if nanoseconds is None else nanoseconds // 1000
