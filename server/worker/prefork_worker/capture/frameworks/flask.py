"""Flask: the route and view of a request; spans for the view and for `before_` and `after_request`.

Middleware around the app (`app.wsgi_app = …`) is not told of: nothing tells it from the app.
"""

from __future__ import annotations

import sys
from contextvars import ContextVar
from types import ModuleType
from typing import Any

from ..hooks import Function, Hook, Install, mark, patch
from ..record import current
from .calls import note, traced
from .views import describe

_around_view: ContextVar[bool] = ContextVar("prefork_around_view", default=False)
"""While Flask calls what is registered to run before or after the view."""


def install(module: ModuleType, hook: Hook) -> None:
    """Into `flask.app`. `ensure_sync` is there from Flask 2.0 on."""
    flask = module.Flask
    patch(flask, "full_dispatch_request", lambda original: noting(original, hook))
    patch(flask, "dispatch_request", lambda original: viewing(original, hook))
    if "ensure_sync" in flask.__dict__:
        patch(flask, "ensure_sync", lambda original: layering(original, hook))
        for name in ("preprocess_request", "process_response"):
            patch(flask, name, around_view)


def answering(app: Any) -> tuple[Any, Any]:
    """The rule and the view of the request that Flask has in hand; None twice for a 404."""
    rule = sys.modules["flask.globals"].request.url_rule
    view = app.view_functions.get(rule.endpoint) if rule is not None else None
    return (None, None) if view is None else (rule, view)


def noting(original: Function, hook: Hook) -> Function:
    """Where a request begins, its route known; what runs before the view may answer instead of it."""

    def full_dispatch_request(self: Any, *args: Any) -> Any:
        __traceback_hide__ = True
        record = current.get()
        if record is not None and not hook.off:
            try:
                rule, view = answering(self)
                if rule is not None:
                    note(record, "flask", rule.rule, describe(view))
            except Exception as error:
                hook.fail(error)
        return original(self, *args)

    return mark(full_dispatch_request, original)


def viewing(original: Function, hook: Hook) -> Function:
    def dispatch_request(self: Any, *args: Any) -> Any:
        __traceback_hide__ = True
        call = original
        if current.get() is not None and not hook.off:
            try:
                rule, view = answering(self)
                if rule is not None:
                    call = traced(hook, "view", describe(view), original)
            except Exception as error:
                hook.fail(error)
        return call(self, *args)

    return mark(dispatch_request, original)


def around_view(original: Function) -> Function:
    def wrapper(self: Any, *args: Any) -> Any:
        __traceback_hide__ = True
        if current.get() is None:
            return original(self, *args)
        token = _around_view.set(True)
        try:
            return original(self, *args)
        finally:
            _around_view.reset(token)

    return mark(wrapper, original)


def layering(original: Function, hook: Hook) -> Function:
    """Flask passes each function through here right before it calls it."""

    def ensure_sync(self: Any, func: Any) -> Any:
        ready = original(self, func)
        if not _around_view.get() or hook.off:
            return ready
        try:
            return traced(hook, "middleware", describe(func), ready)
        except Exception as error:
            hook.fail(error)
            return ready

    return mark(ensure_sync, original)


HOOKS: dict[str, Install] = {"flask.app": install}
