"""Bottle: exceptions that it catches, in a callback or in a body that is generated, and its aborts."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ..hooks import Function, Hook, Install, mark, patch
from .errors_django import met


def install(module: ModuleType, hook: Hook) -> None:
    patch(module.Bottle, "_cast", lambda original: casting(original, hook, module.HTTPError))


def casting(original: Function, hook: Hook, http_error: type) -> Function:
    """All answers pass through here; an error, with the exception that it stands for."""

    def _cast(self: Any, out: Any, *args: Any) -> Any:
        if isinstance(out, http_error):
            tell(self, out, hook)
        return original(self, out, *args)

    return mark(_cast, original)


def tell(app: Any, answer: Any, hook: Hook) -> None:
    cause = getattr(answer, "exception", None)
    if not isinstance(cause, BaseException):
        met(hook, answer, "handled")
    else:
        own = getattr(answer, "status_code", 500) in app.error_handler
        met(hook, cause, "handled" if own else "answered")


HOOKS: dict[str, Install] = {"bottle": install}
