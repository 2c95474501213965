"""Exceptions that nobody can catch: those that end a thread, or come from a `__del__`.

The user's own `threading.excepthook` and `sys.unraisablehook` are called as before.
"""

from __future__ import annotations

import sys
import threading
from typing import Any, Callable

from . import exceptions
from .hooks import Hook


def capture_unhandled(hook: Hook) -> None:
    """Before the app is imported. An `unraisablehook` that the app sets later takes the place of ours."""
    capture_unraisable(hook)
    try:
        capture_threads(hook)
    except AttributeError as error:  # what it is patched into is not public
        hook.fail(error)


def capture_threads(hook: Hook) -> None:
    """Not by `threading.excepthook`, which is the user's to set: by what calls it."""
    make: Callable[[], Callable[[Any], None]] = threading._make_invoke_excepthook  # type: ignore[attr-defined]

    def telling() -> Callable[[Any], None]:
        invoke = make()

        def told(thread: Any) -> None:
            tell(hook, sys.exc_info()[1], "thread")
            invoke(thread)

        return told

    threading._make_invoke_excepthook = telling  # type: ignore[attr-defined]


def capture_unraisable(hook: Hook) -> None:
    original = sys.unraisablehook

    def told(unraisable: Any) -> None:
        tell(hook, unraisable.exc_value, "unraisable")
        original(unraisable)

    sys.unraisablehook = told


def tell(hook: Hook, error: BaseException | None, kind: str) -> None:
    """Never raises: it runs where nobody would notice."""
    if error is None or hook.off or isinstance(error, SystemExit):
        return
    try:
        exceptions.met(error, kind)
    except Exception as failure:
        hook.fail(failure)
