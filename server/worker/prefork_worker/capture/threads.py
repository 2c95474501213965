"""Threads that a request starts belong to it: what they log and ask for is told of with it.

Only that is passed on, not the rest of the context, which would change what the app sees. What begins
after the response is not told of; what ends after it is marked late.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from .hooks import Function, Hook, Install, mark, patch
from .record import Record, current
from .spans import Span, innermost

PACKAGE = __name__.partition(".")[0]


def install_thread(module: ModuleType, hook: Hook) -> None:
    """Into `threading`: a method of the class, whose name may be the app's to replace (gevent)."""
    patch(module.Thread, "start", lambda original: starting(original, hook))


def starting(original: Function, hook: Hook) -> Function:
    def start(self: Any) -> Any:
        record = current.get()
        if record is None or hook.off or is_ours(sys._getframe(1).f_globals.get("__name__")):
            return original(self)
        replaced = vars(self).get("run")
        vars(self)["run"] = running(self, replaced, record)
        try:
            return original(self)
        except BaseException:
            restore(self, replaced)
            raise

    return mark(start, original)


def is_ours(module: Any) -> bool:
    """The server's own threads serve other requests, too."""
    return isinstance(module, str) and module.startswith(f"{PACKAGE}.")


def running(thread: Any, replaced: Any, record: Record) -> Function:
    """Its `run`, in the request; puts back what was there, so that the thread keeps nothing of this."""
    span = innermost.get()

    def run() -> Any:
        restore(thread, replaced)
        current.set(record)
        innermost.set(span)
        return thread.run()

    return run


def restore(thread: Any, replaced: Any) -> None:
    if replaced is None:
        vars(thread).pop("run", None)
    else:
        vars(thread)["run"] = replaced


def install_executor(module: ModuleType, hook: Hook) -> None:
    """Into `concurrent.futures.thread`."""
    patch(module.ThreadPoolExecutor, "submit", lambda original: submitting(original, hook))


def submitting(original: Function, hook: Hook) -> Function:
    """A pool's threads outlive the request that happens to start them: only the call belongs to it."""

    def submit(*args: Any, **kwargs: Any) -> Any:
        record = current.get()
        if record is None or hook.off or len(args) < 2:
            return original(*args, **kwargs)
        pool, function, *rest = args
        token = current.set(None)
        try:
            return original(pool, within(function, record, innermost.get()), *rest, **kwargs)
        finally:
            current.reset(token)

    return mark(submit, original)


def within(function: Function, record: Record, span: Span | None) -> Function:
    def call(*args: Any, **kwargs: Any) -> Any:
        tokens = current.set(record), innermost.set(span)
        try:
            return function(*args, **kwargs)
        finally:
            current.reset(tokens[0])
            innermost.reset(tokens[1])

    return call


HOOKS: dict[str, Install] = {
    "threading": install_thread,
    "concurrent.futures.thread": install_executor,
}
