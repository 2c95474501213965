"""Exceptions that are answers: raised for a framework to catch, and made a 404 and the like of.

A debugger that stops at what leaves the project's code need not stop at these.
"""

from __future__ import annotations

NAMES = frozenset(
    {
        "bottle.HTTPResponse",
        "django.core.exceptions.BadRequest",
        "django.core.exceptions.PermissionDenied",
        "django.core.exceptions.SuspiciousOperation",
        "django.http.multipartparser.MultiPartParserError",
        "django.http.response.Http404",
    }
)
FAILURES = 500


def is_answer(kind: type[BaseException]) -> bool:
    """Whether it is answered with a status below 500, by its class (Werkzeug's and Pyramid's `code`, REST
    framework's `status_code`) or by its name."""
    for name in ("code", "status_code"):
        status = getattr(kind, name, None)
        if isinstance(status, int) and status >= 100:
            return status < FAILURES
    return any(f"{base.__module__}.{base.__qualname__}" in NAMES for base in kind.__mro__)
