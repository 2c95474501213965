"""Django, on any backend: `CursorWrapper` is what every query of every alias goes through.

Its methods are wrapped rather than `execute_wrappers` filled, which are a connection's own: nothing
is to be repeated at a reconnect, connections that are open already are covered, and so is `callproc`.
What Django asks for itself, about its connections and for its debug log, is left out.
"""

from __future__ import annotations

import functools
import sys
from types import ModuleType
from typing import Any, Optional

from ..hooks import Function, Hook, patch
from ..spans import Span
from .cursors import executing, unrecorded
from .statements import Database, affected

_databases: dict[str, Database] = {}


def install_cursors(module: ModuleType, hook: Hook) -> None:
    wrapper: Any = module.CursorWrapper
    wrapper._prefork_span = None
    for name, many in (("execute", False), ("executemany", True), ("callproc", False)):
        patch(wrapper, name, functools.partial(wrap, hook, many))


def wrap(hook: Hook, many: bool, original: Function) -> Function:
    return executing(hook, original, database_of, many=many, after=executed)


def executed(hook: Hook, wrapper: Any, span: Optional[Span]) -> None:
    """The driver's cursor has told of rows already, if it is hooked."""
    try:
        if span is not None and not hasattr(wrapper.cursor, "_prefork_span"):
            changed = affected(wrapper.cursor)
            if changed is not None:
                span.rows = changed
    except Exception as error:
        hook.fail(error)


def install_connections(module: ModuleType, hook: Hook) -> None:
    for name in ("connect", "close_if_unusable_or_obsolete"):
        patch(module.BaseDatabaseWrapper, name, unrecorded)


def install_sqlite(module: ModuleType, hook: Hook) -> None:
    patch(module.DatabaseOperations, "last_executed_query", unrecorded)


HOOKS = {
    "django.db.backends.utils": install_cursors,
    "django.db.backends.base.base": install_connections,
    "django.db.backends.sqlite3.operations": install_sqlite,
}


def database_of(cursor: Any) -> Database:
    alias, vendor = cursor.db.alias, cursor.db.vendor
    known = _databases.get(alias)
    if known is None:
        known = _databases[alias] = Database(vendor, alias, functools.partial(connect, alias))
    return known


def connect(alias: str) -> Any:
    """The calling thread's own connection, as Django keeps one a thread."""
    connection = sys.modules["django.db"].connections[alias]
    connection.set_autocommit(False)
    return connection
