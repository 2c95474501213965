"""Bottle: the route and callback of a request, and a span for the callback with its plugins."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ..hooks import Function, Hook, Install, mark, patch
from ..record import current
from .calls import note, traced
from .views import describe


def install(module: ModuleType, hook: Hook) -> None:
    patch(module.Route, "_make_callback", lambda original: viewing(original, hook))


def viewing(original: Function, hook: Hook) -> Function:
    """Called once a route, to put its plugins around its callback; again by itself on `RouteReset`."""

    def _make_callback(self: Any) -> Any:
        callback = original(self)
        try:
            return callback if is_noted(callback) else noted(callback, self, hook)
        except Exception as error:
            hook.fail(error)
            return callback

    return mark(_make_callback, original)


def is_noted(callback: Any) -> bool:
    return getattr(callback, "__code__", None) is NOTED


def noted(callback: Function, route: Any, hook: Hook) -> Function:
    """`callback`, with its route told of, and a span."""
    described = describe(route.callback)
    call = traced(hook, "view", described, callback)

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        record = current.get()
        if record is not None and not hook.off:
            note(record, "bottle", route.rule, described)
        return call(*args, **kwargs)

    return mark(wrapper, callback)


NOTED = next(c for c in noted.__code__.co_consts if getattr(c, "co_name", "") == "wrapper")

HOOKS: dict[str, Install] = {"bottle": install}
