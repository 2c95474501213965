"""Calls of views and middleware as spans: what they are called is known beforehand."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Optional

from ..hooks import Function, Hook
from ..record import Record, current
from ..spans import Span
from .views import Described


def note(record: Record, framework: str, route: Optional[str], described: Described) -> None:
    """The route that answers this request, and its view."""
    record.framework = framework
    record.route = route
    record.view = described[0]


def traced(
    hook: Hook,
    kind: str,
    described: Described,
    function: Function,
    is_async: Callable[[Any], bool] = inspect.iscoroutinefunction,
) -> Function:
    """`function`, with a span around each call within a request; of the same kind: async or not."""
    text, site = described
    if is_async(function):
        return _traced_async(hook, kind, described, function)

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True  # Django's and Werkzeug's error pages leave such frames out
        record = current.get()
        if record is None or hook.off:
            return function(*args, **kwargs)
        try:
            span = (record.spans or record.begin_spans()).open(kind, text, site)
        except Exception as error:
            hook.fail(error)
            span = None
        if span is None:
            return function(*args, **kwargs)
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            span.failed(error)
            raise
        finally:
            span.close()

    return wrapper


def _traced_async(hook: Hook, kind: str, described: Described, function: Function) -> Function:
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        span = begin(hook, kind, described)
        if span is None:
            return await function(*args, **kwargs)
        with span:
            return await function(*args, **kwargs)

    return wrapper


def begin(hook: Hook, kind: str, described: Described) -> Optional[Span]:
    record = current.get()
    if record is None or hook.off:
        return None
    try:
        return (record.spans or record.begin_spans()).open(kind, *described)
    except Exception as error:
        hook.fail(error)
        return None
