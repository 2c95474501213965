"""PyMySQL and mysqlclient: methods of their cursor classes, which are of one design.

A stored result is fetched by the execution, an unbuffered one by its `fetch…`, where `fetchall` may
be made of `fetchone`: only what fetches by itself is timed.
"""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any

from ..hooks import Function, Hook, mark, patch
from .cursors import executing, fetching, fetching_one
from .statements import Database


def install_pymysql(module: ModuleType, hook: Hook) -> None:
    install_methods(module.Cursor, hook)
    install_fetching(module.Cursor, hook, ("fetchone", "fetchmany", "fetchall"))
    install_fetching(module.SSCursor, hook, ("fetchone", "fetchmany"))


def install_mysqlclient(module: ModuleType, hook: Hook) -> None:
    install_methods(module.BaseCursor, hook)
    for cursor in (module.CursorStoreResultMixIn, module.CursorUseResultMixIn):
        install_fetching(cursor, hook, ("fetchone", "fetchmany", "fetchall"))


def install_connection(module: ModuleType, hook: Hook) -> None:
    patch(module.Connection, "__init__", remembering)


PYMYSQL = {"pymysql.cursors": install_pymysql, "pymysql.connections": install_connection}
MYSQLCLIENT = {"MySQLdb.cursors": install_mysqlclient, "MySQLdb.connections": install_connection}


def install_methods(cursor: Any, hook: Hook) -> None:
    cursor._prefork_span = None
    for name in ("execute", "executemany", "callproc"):
        wrap = functools.partial(executing, hook, database=database_of, many=name == "executemany")
        patch(cursor, name, wrap)


def install_fetching(cursor: Any, hook: Hook, names: tuple[str, ...]) -> None:
    for name in names:
        wrap = fetching_one if name == "fetchone" else fetching
        patch(cursor, name, functools.partial(wrap, hook))


def remembering(original: Function) -> Function:
    """`__init__` of a connection, which tells how to make another one."""

    def init(self: Any, *arguments: Any, **keywords: Any) -> None:
        original(self, *arguments, **keywords)
        name = keywords.get("database") or keywords.get("db") or ""
        if not name and len(arguments) > 3:
            name = arguments[3]
        again = functools.partial(self.__class__, *arguments, **keywords)
        self._prefork_database = Database("mysql", name if type(name) is str else "", again)

    return mark(init, original)


def database_of(cursor: Any) -> Database:
    database: Database = cursor.connection._prefork_database
    return database
