"""Flask: exceptions that an `errorhandler` answers, or Flask itself by its error page or an abort."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ..hooks import Function, Hook, Install, mark, patch
from .errors_django import met


def install(module: ModuleType, hook: Hook) -> None:
    """Into `flask.app`. What is raised on reaches the server, or the page for the rest."""
    flask = module.Flask
    patch(flask, "handle_user_exception", lambda original: handling(original, hook))
    patch(flask, "handle_exception", lambda original: answering(original, hook))


def handling(original: Function, hook: Hook) -> Function:
    """The exception is the last argument, whatever the version."""

    def handle_user_exception(self: Any, *args: Any) -> Any:
        response = original(self, *args)
        if not is_redirect(args[-1]):
            met(hook, args[-1], "handled")
        return response

    return mark(handle_user_exception, original)


def is_redirect(error: BaseException) -> bool:
    """Werkzeug raises one where a slash is missing."""
    code = getattr(error, "code", 500)
    return type(code) is int and code < 400


def answering(original: Function, hook: Hook) -> Function:
    def handle_exception(self: Any, *args: Any) -> Any:
        if not propagates(self):
            met(hook, args[-1], "answered")
        return original(self, *args)

    return mark(handle_exception, original)


def propagates(app: Any) -> bool:
    """Flask's own rule."""
    setting = app.config.get("PROPAGATE_EXCEPTIONS")
    return bool(app.testing or app.debug if setting is None else setting)


HOOKS: dict[str, Install] = {"flask.app": install}
