"""The spans of one request: what it asked of databases, templates, caches and other servers.

A hook opens a span before its call and closes it after; nothing is formatted meanwhile. Past
`MAX_SPANS` they are added up by kind, text and site, so that counts and times stay exact and memory
bounded. `encode` runs later, on the control thread.

Source of the kinds and attributes: `server/stream/trace.ts`.
"""

from __future__ import annotations

from contextvars import ContextVar
from threading import get_ident
from time import perf_counter_ns
from typing import Any, Callable, Optional, Protocol

from . import sites
from .sites import Site

MAX_SPANS = 500
MAX_GROUPS = 500
MAX_TEXT = 10_240

LEAVES = frozenset(("sql", "cache", "http"))
"""Kinds that contain none of their own: Django's query is the driver's query too, and told of once."""

Group = list[int]
"""Count, nanoseconds in all, nanoseconds of the longest."""


class Source(Protocol):
    """Tells more of a span than its hook noted, as it is encoded: off the critical path."""

    def attributes(self, span: Span) -> dict[str, Any]:
        """Those of `SpanAttributes` that are known only now."""

    def difference(self, span: Span) -> dict[str, Any]:
        """What tells it from another of the same text and site, where there is one."""


FIND: Site = ("", 0, "")
"""Instead of a place: look for the call site."""

innermost: ContextVar[Optional[Span]] = ContextVar("prefork_span", default=None)
"""The span that is open in this context: threads and tasks of one request do not nest in each other."""


shown: dict[str, Callable[[str], str]] = {}
"""By kind: from a span's text to the one that is told, secrets hidden. Called as it is encoded."""


class Span:
    """One span while it is open and after. Times are `perf_counter_ns()`.

    `attributes` are those of `SpanAttributes`; a value that is callable is called when the span is
    encoded, off the critical path.

    `with span:` closes it, and notes what went wrong. It takes 0.15 µs more than `try`, which is what is
    written where there are many spans: queries, synchronous views and middleware.
    """

    __slots__ = (
        "spans", "kind", "parent", "index", "start", "end", "text", "site", "noted", "error",
        "thread", "outer", "fetch", "group", "source", "given", "in_template", "rows",
    )  # fmt: skip

    def __init__(
        self, spans: Spans, kind: str, text: str, site: Optional[Site], outer: Optional[Span]
    ) -> None:
        self.spans = spans
        self.kind = kind
        self.text = text
        self.site = site
        self.noted: Optional[dict[str, Any]] = None
        self.error: Optional[str] = None
        self.index = -1
        self.end = 0
        self.fetch = 0
        self.rows = -1
        """That were fetched or changed; below 0 where that is not known."""
        self.group: Optional[Group] = None
        self.source: Optional[Source] = None
        self.given: Any = None
        """What the source is to know of it."""
        self.thread = get_ident()
        self.outer = outer
        if outer is None:
            self.parent, self.in_template = -1, False
        else:
            self.parent = outer.index
            self.in_template = outer.in_template or outer.kind == "template"
        self.start = perf_counter_ns()

    @property
    def attributes(self) -> dict[str, Any]:
        """Most spans have none: what is kept until a request is told of is memory that is not in the cache."""
        if self.noted is None:
            self.noted = {}
        return self.noted

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Optional[BaseException], traceback: Any) -> None:
        if error is not None and kind is not GeneratorExit:  # whoever reads may leave off
            self.failed(error)
        self.close()

    def close(self) -> None:
        """Ends it; call it once, whatever happened in between."""
        end = self.end = perf_counter_ns()
        if innermost.get() is self:
            innermost.set(self.outer)
        spans = self.spans
        if self.index < 0 and not spans.ended:
            spans.add_up(self)
        spans.own += perf_counter_ns() - end

    def failed(self, error: BaseException) -> None:
        self.error = type(error).__qualname__

    def leave(self) -> None:
        """What comes is not part of it, though it is not over: a request that the app has sent."""
        if innermost.get() is self:
            innermost.set(self.outer)

    def extend(self) -> None:
        """It was closed too early: an answer's head has come, and now its body, too."""
        now = perf_counter_ns()
        if self.group is not None:
            self.spans.add_time(self, now - self.end)
        self.end = now

    def fetched(self, nanoseconds: int) -> None:
        """Its rows took this long to come, after it was closed: counts as its time."""
        self.fetch += nanoseconds
        if self.group is not None:
            self.spans.add_time(self, nanoseconds)


class Spans:
    """All of one request. A thread that the request started may add to it."""

    __slots__ = ("spans", "groups", "counted", "hits", "own", "ended", "light", "request")

    def __init__(self, light: bool = False) -> None:
        self.spans: list[Span] = []
        self.groups: dict[tuple[str, str, Optional[Site]], Group] = {}
        self.counted: dict[str, list[int]] = {}
        """Count and nanoseconds by kind of those that are not listed."""
        self.hits = 0
        """Keys that caches had."""
        self.own = 0
        self.ended = 0
        """When the request was over; what ends later is late."""
        self.light = light
        self.request = ""
        """The id, once it is told of."""

    def open(self, kind: str, text: str, site: Optional[Site] = FIND) -> Optional[Span]:
        """Begins a span; None when it is part of one of its kind, which is told of already.

        Also None after the request's end, for a thread that it started: such spans are not told of.
        """
        if self.ended:
            return None
        began = perf_counter_ns()
        outer = innermost.get()
        if outer is not None:
            if outer.end or outer.spans is not self:
                outer = self.open_span()
            if outer and outer.kind == kind and kind in LEAVES and outer.thread == get_ident():
                return None
        if site is FIND:
            site = None if self.light else sites.call_site()
        if len(text) > MAX_TEXT:
            text = text[:MAX_TEXT] + "…"
        span = Span(self, kind, text, site, outer)
        index = len(self.spans)
        if index < MAX_SPANS:
            span.index = index
            self.spans.append(span)
        innermost.set(span)
        self.own += span.start - began
        return span

    def open_span(self) -> Optional[Span]:
        """The innermost of this request in this context; what a generator left open may be over."""
        span = innermost.get()
        while span is not None and (span.end or span.spans is not self):
            span = span.outer
        return span

    def add_up(self, span: Span) -> None:
        """One that has ended and is not listed."""
        took = span.end - span.start
        group = span.group = self._group(span)
        total = self.counted.setdefault(span.kind, [0, 0])
        group[0] += 1
        total[0] += 1
        group[1] += took
        total[1] += took
        if took > group[2]:
            group[2] = took

    def add_time(self, span: Span, nanoseconds: int) -> None:
        """To one that is not listed."""
        if span.group is not None and not self.ended:
            span.group[1] += nanoseconds
            self.counted[span.kind][1] += nanoseconds

    def totals(self, only: str = "") -> dict[str, list[int]]:
        """Count and nanoseconds by kind, of all that have ended, and did so before the request.

        `only`: nothing but that kind matters.
        """
        spans = [span for span in self.spans if span.kind == only] if only else self.spans
        totals = {kind: total.copy() for kind, total in self.counted.items()}
        latest = self.ended or perf_counter_ns()
        for span in spans:
            if 0 < span.end <= latest:
                total = totals.get(span.kind)
                if total is None:
                    total = totals[span.kind] = [0, 0]
                total[0] += 1
                total[1] += span.end - span.start + span.fetch
        return totals

    def weight(self) -> int:
        """Bytes, roughly: what one span takes with its attributes."""
        return 400 * len(self.spans) + 200 * len(self.groups)

    def sum_up(self) -> None:
        """Only the totals are kept."""
        self.counted = self.totals()
        self.forget()

    def forget(self) -> None:
        self.spans = []
        self.groups = {}

    def _group(self, span: Span) -> Group:
        """That of the spans which are not listed, by kind, text and site."""
        key = (span.kind, span.text, span.site)
        group = self.groups.get(key)
        if group is None:
            if len(self.groups) >= MAX_GROUPS:
                key = (span.kind, "…", None)
            group = self.groups.setdefault(key, [0, 0, 0])
        return group


def encode(spans: Spans, begun: int) -> dict[str, Any]:
    """The fields `spans`, `groups`, `texts` and `sites` of `CapturedTrace` (`arbiter/capturedTrace.ts`).

    `begun` is the request's first byte. Texts and sites are told once and meant by index.
    """
    texts, places = Texts(), Places({None: -1})
    now = perf_counter_ns()
    listed = [
        [
            span.kind,
            span.parent,
            (span.start - begun) // 1000,
            ((span.end or now) - span.start + span.fetch) // 1000,
            texts[span.kind, span.text],
            places[span.site],
            _attributes(span),
        ]
        for span in spans.spans
    ]
    _tell_apart(spans.spans, listed)
    groups = [
        [kind, texts[kind, text], places[site], count, took // 1000, longest // 1000]
        for (kind, text, site), (count, took, longest) in spans.groups.items()
    ]
    del places[None]
    return {"spans": listed, "groups": groups, "texts": texts.told, "sites": list(places)}


class Texts(dict[tuple[str, str], int]):
    """By kind and text: the index of a text that is told once, its secrets hidden."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def __missing__(self, key: tuple[str, str]) -> int:
        kind, text = key
        index = self[key] = len(self.told)
        show = shown.get(kind)
        self.told.append(show(text) if show else text)
        return index


class Places(dict[Optional[Site], int]):
    """The index of a site that is told once; None is there from the start."""

    def __missing__(self, site: Optional[Site]) -> int:
        index = self[site] = len(self) - 1
        return index


def _attributes(span: Span) -> dict[str, Any]:
    attributes = span.source.attributes(span) if span.source is not None else {}
    if span.noted is not None:
        for name, value in span.noted.items():
            attributes[name] = value() if callable(value) else value
    if span.rows >= 0:
        attributes["db.response.returned_rows"] = span.rows
    if span.error:
        attributes["error.type"] = span.error
    if span.fetch:
        attributes["fetch"] = span.fetch // 1000
    if not span.end or span.end > span.spans.ended > 0:
        attributes["late"] = True
    return attributes


def _tell_apart(spans: list[Span], listed: list[list[Any]]) -> None:
    """Those of the same text and site."""
    several = [(span, told) for span, told in zip(spans, listed) if span.source is not None]
    if len(several) < 2:
        return
    alike: dict[tuple[int, int], list[tuple[Span, dict[str, Any]]]] = {}
    for span, told in several:
        alike.setdefault((told[4], told[5]), []).append((span, told[6]))
    for same in alike.values():
        if len(same) > 1:
            for span, attributes in same:
                attributes.update(span.source.difference(span) if span.source else {})
