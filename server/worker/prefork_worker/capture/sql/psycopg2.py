"""psycopg2: its types are C and take no patches, so connections and cursors are of real subclasses.

No proxies: `quote_ident`, `register_type` and the like want the C types. `psycopg2.connect` looks
`_connect` up in its module, so that is where the connection's class is put in.
"""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any, Callable

from ..hooks import Function, Hook, mark, patch
from . import composed
from .cursors import executing, fetching, fetching_one
from .derived import alike, derive
from .statements import Database


def install(module: ModuleType, hook: Hook) -> None:
    extensions: Any = module.extensions
    cursor = cursor_class(extensions.cursor, hook)
    connection = connection_class(extensions.connection, extensions.cursor, cursor)
    patch(module, "_connect", lambda original: connecting(original, connection))


def install_extras(module: ModuleType, hook: Hook) -> None:
    """Each makes one statement of many: told as one, with its batch, and without what it inlines."""
    for name in ("execute_values", "execute_batch"):
        patch(module, name, functools.partial(batching, hook))


HOOKS = {"psycopg2": install, "psycopg2.extras": install_extras}


def batching(hook: Hook, original: Function) -> Function:
    recorded = executing(hook, original, database_of, text=composed.text, many=True)

    def execute(cur: Any, *arguments: Any, **keywords: Any) -> Any:
        """Cursors of connections that were made otherwise are not ours."""
        call = recorded if hasattr(cur, "_prefork_span") else original
        return call(cur, *arguments, **keywords)

    return mark(execute, original)


def connecting(original: Function, connection: type) -> Function:
    def connect(dsn: Any, connection_factory: Any = None, **keywords: Any) -> Any:
        factory = derive(connection_factory or connection.__mro__[1], connection)
        made = original(dsn, connection_factory=factory, **keywords)
        if isinstance(made, connection):
            made._prefork_connect = functools.partial(original, dsn)  # type: ignore[attr-defined]
        return made

    return mark(connect, original)


def connection_class(original: Any, original_cursor: Any, cursors: type) -> type:
    class Connection(original):  # type: ignore[misc]
        _prefork_database = None
        _prefork_connect: Callable[[], Any]

        def cursor(
            self, name: Any = None, cursor_factory: Any = None, *arguments: Any, **keywords: Any
        ) -> Any:
            factory = cursor_factory or self.cursor_factory or original_cursor
            return super().cursor(name, derive(factory, cursors), *arguments, **keywords)

    return alike(Connection, original)


def cursor_class(original: Any, hook: Hook) -> type:
    run = functools.partial(executing, hook, database=database_of, text=composed.text)

    class Cursor(original):  # type: ignore[misc]
        _prefork_span = None
        execute = run(original.execute)
        executemany = run(original.executemany, many=True)
        callproc = run(original.callproc)
        fetchone = fetching_one(hook, original.fetchone)
        fetchmany = fetching(hook, original.fetchmany)
        fetchall = fetching(hook, original.fetchall)
        __next__ = fetching_one(hook, original.__next__)

    return alike(Cursor, original)


def database_of(cursor: Any) -> Database:
    connection = cursor.connection
    known: Any = connection._prefork_database
    if known is None:
        name = connection.get_dsn_parameters().get("dbname", "")
        known = Database("postgresql", name, connection._prefork_connect)
        connection._prefork_database = known
    return known  # type: ignore[no-any-return]
