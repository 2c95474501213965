"""What is noted of one execution besides its time, and kept a while for EXPLAIN."""

from __future__ import annotations

from collections import deque
from typing import Any, Callable, Optional

from .. import sites, spans
from ..hooks import Hook
from ..record import Record
from ..spans import Span
from . import parameters
from .values import redacted

spans.shown["sql"] = redacted

MAX_RECENT = 2_000
MAX_TEXTS = 500
MAX_EXPLAINED = 4_096
"""Characters of a statement that is kept for EXPLAIN, so that all of them are a few MB."""

NAMES = {
    "microsoft": "microsoft.sql_server",
    "mssql": "microsoft.sql_server",
    "oracle": "oracle.db",
}
"""OpenTelemetry's names (`db.system.name`) where they differ from the libraries'."""


class Refused(Exception):
    """Says why there can be no plan."""


class Database:
    """Where statements go: what is told of it and of them, and how to open a connection of one's own.

    `connect()` gives a DB-API connection that begins a transaction by itself; it may raise Refused.
    """

    __slots__ = ("system", "namespace", "connect")

    def __init__(self, system: str, namespace: str, connect: Callable[[], Any]) -> None:
        self.system = NAMES.get(system, system)
        self.namespace = namespace
        self.connect = connect

    def attributes(self, span: Span) -> dict[str, Any]:
        """Of a statement's span, on the control thread. From now on it can be explained."""
        if len(span.text) <= MAX_EXPLAINED:
            statement = Statement(span.spans.request, span.index, span.text, span.given, self)
            recent.append(statement)
        told = {"db.system.name": self.system, "db.namespace": self.namespace}
        if span.given:
            told["parameters"] = parameters.shown(span.given, span.text)
        return told

    def difference(self, span: Span) -> dict[str, Any]:
        return {"parameters_digest": parameters.digest(span.given)}


class Statement:
    """One execution that is told of."""

    __slots__ = ("request", "index", "text", "parameters", "database")

    def __init__(
        self, request: str, index: int, text: str, kept: parameters.Kept, database: Database
    ) -> None:
        self.request = request
        self.index = index
        self.text = text
        self.parameters = kept
        self.database = database


recent: deque[Statement] = deque(maxlen=MAX_RECENT)
"""The newest ones that could be explained."""


def find(request: str, index: int) -> Optional[Statement]:
    found = (each for each in reversed(list(recent)) if each.index == index)
    return next((each for each in found if each.request == request), None)


_texts: dict[str, str] = {}


def kept_text(text: str) -> str:
    """From now on the one of equal ones: an ORM makes the same statement anew each time."""
    if len(_texts) >= MAX_TEXTS:
        _texts.clear()
    if len(text) <= MAX_EXPLAINED:
        _texts[text] = text
    return text


class Layer:
    """Calls of one kind that execute statements: `database(owner)` says where, `text` what."""

    __slots__ = ("hook", "database", "text", "many")

    def __init__(
        self,
        hook: Hook,
        database: Callable[[Any], Database],
        text: Optional[Callable[[Any], str]] = None,
        many: bool = False,
    ) -> None:
        self.hook = hook
        self.database = database
        self.text = text or plain
        self.many = many

    def begin(
        self, record: Record, owner: Any, query: Any, values: Any, many: bool = False
    ) -> Optional[Span]:
        """Opens an execution's span; None within another layer's span of the same."""
        span = None
        try:
            spans = record.spans or record.begin_spans()
            text = query if type(query) is str else self.text(query)
            span = spans.open("sql", _texts.get(text) or kept_text(text))
            if span is not None and span.index >= 0 and not record.light:
                describe(span, values, self.database(owner), many or self.many)
        except Exception as error:
            self.hook.fail(error)
        return span


def describe(span: Span, values: Any, database: Database, many: bool) -> None:
    if many:
        values, size = first_of(values)
        if size:
            span.attributes["db.operation.batch.size"] = size
    span.given = parameters.keep(values)
    span.source = database
    if span.in_template:
        note_template(span)


def first_of(batch: Any) -> tuple[Any, int]:
    """The first execution's parameters and how many there are; an iterator is the driver's to read."""
    if type(batch) is not list and type(batch) is not tuple:
        return None, 0
    if not batch or type(batch[0]) in (list, tuple, dict):
        return (batch[0] if batch else None), len(batch)
    return batch, 0  # SQLAlchemy has made one of many


def note_template(span: Span) -> None:
    found = sites.template_site()
    if found:
        place = {"code.file.path": found[0], "code.line.number": found[1]}
        span.attributes["template"] = place


def plain(text: Any) -> str:
    """The statement as an exact `str`, without running code of the user's."""
    if isinstance(text, str):
        return str.__str__(text)
    if isinstance(text, (bytes, bytearray)):
        return bytes(text[: 4 * MAX_EXPLAINED]).decode("utf-8", "replace")
    return f"<{type(text).__name__}>"


def affected(cursor: Any) -> Optional[int]:
    """Rows that a statement without a result has changed."""
    if cursor.description is None and cursor.rowcount >= 0:
        return int(cursor.rowcount)
    return None
