"""Django: the route and view of a request, and a span for each middleware and for the view.

Middleware is wrapped where Django itself wraps it (`convert_exception_to_response`), so that each
span holds the ones of the layers below it.
"""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Any

from ..hooks import Function, Hook, Install, mark, patch
from ..record import current
from .calls import note, traced
from .views import MAX_KNOWN, describe


def install(module: ModuleType, hook: Hook) -> None:
    """Into `django.core.handlers.base`."""
    handler = module.BaseHandler
    if "resolve_request" in handler.__dict__:  # from Django 3.1 on
        patch(handler, "resolve_request", lambda original: resolving(original, hook))
    patch(handler, "make_view_atomic", lambda original: viewing(original, hook, module))
    wrap = "convert_exception_to_response"
    patch(module, wrap, lambda original: layering(original, hook, handler))


def resolving(original: Function, hook: Hook) -> Function:
    """The one place where a request is resolved; a 404 has no route."""

    def resolve_request(self: Any, request: Any) -> Any:
        match = original(self, request)
        record = current.get()
        if record is not None and not hook.off:
            try:
                note(record, "django", path_of(match.route), describe(match.func))
            except Exception as error:
                hook.fail(error)
        return match

    return mark(resolve_request, original)


def path_of(route: str) -> str:
    """Django's routes are relative to the root; those of `re_path` may begin with `^`."""
    return f"/{route[1:]}" if route.startswith("^") else f"/{route}"


def viewing(original: Function, hook: Hook, module: ModuleType) -> Function:
    """The last that Django does with a view before it asks whether that is async, and calls it."""
    is_async = getattr(module, "iscoroutinefunction", asyncio.iscoroutinefunction)
    known: dict[int, tuple[Any, Function]] = {}

    def traced_once(view: Any, ready: Any) -> Function:
        """Django gives the view itself, but for one that it puts into a transaction, which is new each time."""
        if ready is not view:
            return traced(hook, "view", describe(view), ready, is_async)
        kept = known.get(id(view))
        if kept is not None and kept[0] is view:
            return kept[1]
        if len(known) >= MAX_KNOWN:
            known.clear()
        wrapped = traced(hook, "view", describe(view), view, is_async)
        known[id(view)] = view, wrapped
        return wrapped

    def make_view_atomic(self: Any, view: Any) -> Any:
        ready = original(self, view)
        record = current.get()
        if record is None or hook.off:
            return ready
        try:
            if record.view is None:
                note(record, "django", None, describe(view))
            return traced_once(view, ready)
        except Exception as error:
            hook.fail(error)
            return ready

    return mark(make_view_atomic, original)


def layering(original: Function, hook: Hook, handler: type) -> Function:
    """Called for each middleware as it is loaded, and for the handler's own innermost method."""

    def convert_exception_to_response(get_response: Any) -> Any:
        layer = original(get_response)
        if isinstance(getattr(get_response, "__self__", None), handler):
            return layer
        try:
            return mark(traced(hook, "middleware", describe(get_response), layer), layer)
        except Exception as error:
            hook.fail(error)
            return layer

    return mark(convert_exception_to_response, original)


HOOKS: dict[str, Install] = {"django.core.handlers.base": install}
