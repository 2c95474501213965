"""SQLAlchemy, on any driver: events of the class `Engine` reach engines made before or after.

`handle_error` comes instead of `after_cursor_execute` when the driver raises. In both the span is
found on the execution's context.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Any, Optional

from ..hooks import Hook, patch
from ..record import current
from .cursors import unrecorded
from .statements import Database, Layer, affected


def install(module: ModuleType, hook: Hook) -> None:
    """Called for whatever module of this version has the events."""
    engine = sys.modules["sqlalchemy.engine.base"].Engine
    if not hasattr(engine, "_prefork_database"):
        engine._prefork_database = None
        listen(engine, sys.modules["sqlalchemy.event"].listen, hook)


def install_pool(module: ModuleType, hook: Hook) -> None:
    """What dialects ask on connecting is not the app's."""
    record = module._ConnectionRecord
    if hasattr(record, CONNECT):
        patch(record, CONNECT, unrecorded)


CONNECT = "_ConnectionRecord__connect"

HOOKS = {
    "sqlalchemy.engine.events": install,
    "sqlalchemy.events": install,
    "sqlalchemy.pool.base": install_pool,
}


def listen(engine: Any, to: Any, hook: Hook) -> None:
    layer = Layer(hook, database_of)

    def before(
        connection: Any, cursor: Any, statement: Any, parameters: Any, context: Any, many: bool
    ) -> None:
        record = current.get()
        if record is None or hook.off or context is None:
            return
        span = layer.begin(record, connection.engine, statement, parameters, many)
        context._prefork_span = span

    def after(
        connection: Any, cursor: Any, statement: Any, parameters: Any, context: Any, many: bool
    ) -> None:
        end(hook, context, cursor)

    def failed(error_context: Any) -> None:
        end(hook, error_context.execution_context, None, error_context.original_exception)

    to(engine, "before_cursor_execute", before)
    to(engine, "after_cursor_execute", after)
    to(engine, "handle_error", failed)


def end(hook: Hook, context: Any, cursor: Any, error: Any = None) -> None:
    span = getattr(context, "_prefork_span", None)
    if span is None:
        return
    context._prefork_span = None
    if error is not None:
        span.failed(error)
    span.close()
    try:
        changed = affected(cursor) if cursor is not None else None
        if changed is not None and span.rows < 0:
            span.rows = changed
    except Exception as failure:
        hook.fail(failure)


def database_of(engine: Any) -> Database:
    known: Optional[Database] = engine._prefork_database
    if known is None:
        name = os.path.basename(str(engine.url.database or ""))
        known = engine._prefork_database = Database(
            engine.dialect.name, name, Reopened(engine.pool)
        )
    return known


class Reopened:
    """Connects as the engine does, without taking a connection from its pool."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    def __call__(self) -> Any:
        connection = self._pool.recreate().connect()
        connection.detach()
        return connection
