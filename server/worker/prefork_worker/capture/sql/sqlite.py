"""sqlite3: its types are C and take no patches, so connections and cursors are of real subclasses.

`connect` is given a `factory`; a factory or cursor class of the user's gets a subclass of its own,
with ours behind it in the resolution order, so that its `super().execute(…)` arrives here.
`Connection.execute` and its like make a cursor of the C type since Python 3.11: ours makes one of ours.
"""

from __future__ import annotations

import os
import sys
from pathlib import PurePath
from types import ModuleType
from typing import Any
from urllib.parse import quote

from ..hooks import Hook, mark
from .cursors import executing, fetching, fetching_one
from .derived import alike, derive
from .statements import Database, Refused

OLD = sys.version_info < (3, 11)

TIMEOUT = 2
"""Seconds that EXPLAIN waits for a lock."""


def install(module: ModuleType, hook: Hook) -> None:
    sqlite: Any = module
    cursor = cursor_class(sqlite.Cursor, hook)
    connection = connection_class(sqlite.Connection, cursor)
    replace(sqlite.connect, connecting(sqlite.connect, connection))
    for original, ours in ((sqlite.Cursor, cursor), (sqlite.Connection, connection)):
        if not has_other_subclass(original, ours):
            for name in ("sqlite3", "sqlite3.dbapi2"):
                replace_in(sys.modules[name], original, ours)


HOOKS = {"sqlite3.dbapi2": install}


def has_other_subclass(original: Any, ours: type) -> bool:
    """An instance of such would not be one of ours, if ours took the name."""
    return any(other is not ours for other in original.__subclasses__())


def replace(original: Any, ours: Any) -> None:
    """Wherever it was imported to already: libraries are preloaded."""
    for module in list(sys.modules.values()):
        replace_in(module, original, ours)


def replace_in(module: Any, original: Any, ours: Any) -> None:
    names = getattr(module, "__dict__", {})
    name = original.__name__
    if names.get(name) is original:
        names[name] = ours


def connecting(original: Any, connection: type) -> Any:
    """`connect`, whose sixth parameter is the factory."""

    def connect(*arguments: Any, **keywords: Any) -> Any:
        if len(arguments) > 5:
            factory = derive(arguments[5], connection)
            return original(*arguments[:5], factory, *arguments[6:], **keywords)
        keywords["factory"] = derive(keywords.get("factory", connection), connection)
        return original(*arguments, **keywords)

    return mark(connect, original)


def connection_class(original: Any, cursors: type) -> type:
    class Connection(original):  # type: ignore[misc]
        _prefork_database = None

        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            super().__init__(*arguments, **keywords)
            self._prefork_database = described(arguments, keywords, original)

        def cursor(self, factory: Any = cursors) -> Any:
            return super().cursor(derive(factory, cursors))

        def execute(self, *arguments: Any) -> Any:
            return new_cursor(self).execute(*arguments)

        def executemany(self, *arguments: Any) -> Any:
            return new_cursor(self).executemany(*arguments)

        def executescript(self, *arguments: Any) -> Any:
            return new_cursor(self).executescript(*arguments)

    def new_cursor(connection: Any) -> Any:
        """By a `cursor()` of the user's only where C does so."""
        return connection.cursor() if OLD else Connection.cursor(connection)

    return alike(Connection, original)


def cursor_class(original: Any, hook: Hook) -> type:
    class Cursor(original):  # type: ignore[misc]
        _prefork_span = None
        execute = executing(hook, original.execute, database_of)
        executemany = executing(hook, original.executemany, database_of, many=True)
        executescript = executing(hook, original.executescript, database_of)
        fetchone = fetching_one(hook, original.fetchone)
        fetchmany = fetching(hook, original.fetchmany)
        fetchall = fetching(hook, original.fetchall)
        __next__ = fetching_one(hook, original.__next__)

    return alike(Cursor, original)


def database_of(cursor: Any) -> Database:
    return cursor.connection._prefork_database or UNKNOWN


def described(arguments: Any, keywords: Any, connection: Any) -> Database:
    try:
        return describe(arguments[0] if arguments else keywords["database"], connection)
    except Exception:  # a relative path in a folder that is gone
        return UNKNOWN


def describe(database: Any, connection: Any) -> Database:
    if not isinstance(database, (str, bytes, PurePath)):
        return UNKNOWN
    path = os.fsdecode(database)
    name = path.partition("?")[0]
    if not path or "memory" in path and (path.startswith(("file:", ":memory:"))):
        return Database("sqlite", os.path.basename(name) or "temporary", in_memory)
    uri = path if path.startswith("file:") else f"file:{quote(os.path.abspath(path))}?mode=ro"
    return Database("sqlite", os.path.basename(name), lambda: read_only(connection, uri))


def read_only(connection: Any, uri: str) -> Any:
    opened = connection(uri, uri=True, timeout=TIMEOUT)
    opened.execute("PRAGMA query_only = ON")
    return opened


def in_memory() -> Any:
    raise Refused("This database is in memory: only the app's own connection sees it.")


UNKNOWN = Database("sqlite", "", in_memory)
