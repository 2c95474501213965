"""psycopg 3: methods of its cursor classes. Cursors of asyncio stay as they are.

In a pipeline `execute` only queues the statement, and fetching its rows waits for them: that is the
statement's time all the same. The classes have slots, so the span is kept beside them.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from time import perf_counter_ns
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from ..hooks import Function, Hook, mark, patch
from ..spans import Span
from . import composed
from .cursors import add_rows, executing, fetching, fetching_one
from .statements import Database


def install(module: ModuleType, hook: Hook) -> None:
    module.Cursor._prefork_span = Beside()
    install_methods(module.Cursor, hook)


def install_server_side(module: ModuleType, hook: Hook) -> None:
    install_methods(module.ServerCursor, hook)


HOOKS = {
    "psycopg.cursor": install,
    "psycopg.server_cursor": install_server_side,
    "psycopg._server_cursor": install_server_side,
}


class Beside:
    """An attribute of objects that have no room for it."""

    def __init__(self) -> None:
        self._values: WeakKeyDictionary[Any, Span] = WeakKeyDictionary()

    def __get__(self, cursor: Any, owner: Any = None) -> Any:
        return self._values.get(cursor)

    def __set__(self, cursor: Any, span: Any) -> None:
        if span is None:
            self._values.pop(cursor, None)
        else:
            self._values[cursor] = span


def install_methods(cursor: Any, hook: Hook) -> None:
    run = functools.partial(executing, hook, database=database_of, text=composed.text)
    fetch = functools.partial(fetching, hook)
    fetch_one = functools.partial(fetching_one, hook)
    for name, wrap in (
        ("execute", run),
        ("executemany", functools.partial(run, many=True)),
        ("fetchone", fetch_one),
        ("fetchmany", fetch),
        ("fetchall", fetch),
        ("__next__", fetch_one),
    ):
        if name in cursor.__dict__:
            patch(cursor, name, wrap)
    if "__iter__" in cursor.__dict__ and "__next__" not in cursor.__dict__:
        patch(cursor, "__iter__", iterating)


def iterating(original: Function) -> Function:
    """Before 3.3 `__iter__` is a generator."""

    def iterate(self: Any) -> Iterator[Any]:
        rows = original(self)
        while True:
            began = perf_counter_ns()
            row = next(rows, None)
            span = self._prefork_span
            if span is not None:
                span.fetched(perf_counter_ns() - began)
                add_rows(span, row is not None)
            if row is None:
                return
            yield row

    return mark(iterate, original)


def database_of(cursor: Any) -> Database:
    connection = cursor.connection
    known: Any = getattr(connection, "_prefork_database", None)
    if known is None:
        info = connection.info
        connect = functools.partial(
            sys.modules["psycopg"].connect, info.dsn, password=info.password or None
        )
        known = connection._prefork_database = Database("postgresql", info.dbname, connect)
    return known  # type: ignore[no-any-return]
