"""Hooks for a driver's cursor: the execution's span, then the rows and the time of fetching them.

A driver may do the work only when rows are fetched (SQLite does), so that this counts as the query's
time. The cursor remembers the span in an attribute of its own until its rows are all fetched.
"""

from __future__ import annotations

from threading import get_ident
from time import perf_counter_ns
from typing import Any, Callable, Optional

from ..hooks import Function, Hook, mark
from ..record import Record, current
from ..spans import Span, innermost
from .statements import Database, Layer, plain

Executed = Callable[[Hook, Any, Optional[Span]], None]


def executing(
    hook: Hook,
    original: Function,
    database: Callable[[Any], Database],
    text: Callable[[Any], str] = plain,
    many: bool = False,
    after: Optional[Executed] = None,
) -> Function:
    """A cursor's `execute`, `executemany`, …: the query, then its parameters if there are any."""
    after = after or executed
    layer = Layer(hook, database, text, many)

    def execute(self: Any, *arguments: Any, **keywords: Any) -> Any:
        record = current.get()
        if record is None or hook.off:
            self._prefork_span = None
            return original(self, *arguments, **keywords)
        outer = innermost.get()
        if outer is not None and (outer.kind == "sql" or outer.end):
            outer = within(record)
            if outer is not None:
                result = original(self, *arguments, **keywords)
                executed(hook, self, outer)
                return result
        query, values = arguments if len(arguments) == 2 else asked(arguments, keywords)
        span = layer.begin(record, self, query, values)
        try:
            result = original(self, *arguments, **keywords)
        except BaseException as error:
            if span is not None:
                span.failed(error)
            raise
        finally:
            if span is not None:
                span.close()
        after(hook, self, span)
        return result

    return mark(execute, original)


QUERY = ("query", "sql", "operation", "procname")
VALUES = ("params", "vars", "args", "param_list", "vars_list", "params_seq", "parameters")


def asked(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
    """The query and its parameters, by position or by one of the names that drivers have for them."""
    if len(arguments) > 1:
        return arguments[0], arguments[1]
    values = first(keywords, VALUES) if keywords else None
    return (arguments[0] if arguments else first(keywords, QUERY)), values


def first(keywords: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((keywords[name] for name in names if name in keywords), None)


def within(record: Record) -> Optional[Span]:
    """The other layer's span, if this is one of its calls."""
    outer = innermost.get()
    if outer is None or record.spans is None:
        return None
    if outer.end or outer.spans is not record.spans:
        outer = record.spans.open_span()
    if outer is not None and outer.kind == "sql" and outer.thread == get_ident():
        return outer
    return None


def executed(hook: Hook, cursor: Any, span: Optional[Span]) -> None:
    """Notes the rows that changed, and whom to tell of those that are fetched."""
    try:
        cursor._prefork_span = span
        if span is not None and cursor.description is None and cursor.rowcount >= 0:
            span.rows = int(cursor.rowcount)
    except Exception as error:
        hook.fail(error)


def fetching(hook: Hook, original: Function) -> Function:
    """A cursor's `fetchmany` or `fetchall`."""

    def fetch(self: Any, *arguments: Any, **keywords: Any) -> Any:
        span = self._prefork_span
        if span is None or hook.off:
            return original(self, *arguments, **keywords)
        began = perf_counter_ns()
        try:
            rows = original(self, *arguments, **keywords)
        finally:
            span.fetched(perf_counter_ns() - began)
        try:
            span.rows = max(span.rows, 0) + len(rows)
        except Exception as error:
            hook.fail(error)
        if not rows:
            self._prefork_span = None
        return rows

    return mark(fetch, original)


FEW = 100
EACH = 16
"""Past `FEW` rows one of `EACH` is timed, and stands for all of them: a row takes half a microsecond."""


def fetching_one(hook: Hook, original: Function) -> Function:
    """A cursor's `fetchone` or `__next__`, called for each of maybe very many rows."""

    def fetch(self: Any) -> Any:
        span = self._prefork_span
        if span is None or hook.off:
            return original(self)
        rows = max(span.rows, 0)
        if rows > FEW and rows % EACH:
            row = original(self)
        else:
            began = perf_counter_ns()
            row = original(self)
            span.fetched((perf_counter_ns() - began) * (EACH if rows > FEW else 1))
        if row is None:
            self._prefork_span = None
        else:
            span.rows = rows + 1
        return row

    return mark(fetch, original)


def add_rows(span: Span, rows: int) -> None:
    span.rows = max(span.rows, 0) + rows


def unrecorded(original: Function) -> Function:
    """A call whose queries are nobody's."""

    def call(*arguments: Any, **keywords: Any) -> Any:
        record = current.get()
        if record is None:
            return original(*arguments, **keywords)
        current.set(None)
        try:
            return original(*arguments, **keywords)
        finally:
            current.set(record)

    return mark(call, original)
