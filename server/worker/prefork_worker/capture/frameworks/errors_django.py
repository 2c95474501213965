"""Django: exceptions that it answers itself, with its error page, a 404, or a middleware's answer."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .. import exceptions
from ..hooks import Function, Hook, Install, mark, patch
from ..record import current

ANSWERS = (
    "Http404",
    "PermissionDenied",
    "MultiPartParserError",
    "BadRequest",
    "SuspiciousOperation",
)
"""What stands for a 404, 403 or 400: an answer by itself, no fault."""


def install(module: ModuleType, hook: Hook) -> None:
    """Into `django.core.handlers.exception`."""
    answers = tuple(getattr(module, name) for name in ANSWERS if hasattr(module, name))
    patch(module, "response_for_exception", lambda original: answering(original, hook, answers))


def answering(original: Function, hook: Hook, answers: tuple[Any, ...]) -> Function:
    """Each layer of middleware passes its exceptions through here; the innermost is the first."""

    def response_for_exception(request: Any, exc: Any) -> Any:
        met(hook, exc, "handled" if isinstance(exc, answers) else "answered")
        return original(request, exc)

    return mark(response_for_exception, original)


def install_middleware(module: ModuleType, hook: Hook) -> None:
    """Into `django.core.handlers.base`."""
    name = "process_exception_by_middleware"
    patch(module.BaseHandler, name, lambda original: handling(original, hook))


def install_rest(module: ModuleType, hook: Hook) -> None:
    """Into `rest_framework.views`, whose views answer for their own exceptions."""
    patch(module.APIView, "handle_exception", lambda original: handling(original, hook))


def handling(original: Function, hook: Hook) -> Function:
    """For `original(self, exception, …)`, which answers, raises, or returns None."""

    def wrapper(self: Any, exception: Any, *args: Any) -> Any:
        response = original(self, exception, *args)
        if response is not None:
            met(hook, exception, "handled")
        return response

    return mark(wrapper, original)


def met(hook: Hook, error: Any, kind: str) -> None:
    """Tells of an exception that belongs to the request in hand."""
    if current.get() is None or hook.off:
        return
    try:
        exceptions.met(error, kind)
    except Exception as failure:
        hook.fail(failure)


HOOKS: dict[str, Install] = {
    "django.core.handlers.exception": install,
    "django.core.handlers.base": install_middleware,
    "rest_framework.views": install_rest,
}
