"""Log lines made with `logging`, with their request, level and place.

`Logger.callHandlers` is wrapped, not a handler added: `dictConfig` wipes handlers, and loggers with
`propagate=False` (Django's) never reach the root's.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import Capture

MAX_BODY = 8192
SEVERITIES = ((logging.CRITICAL, 21), (logging.ERROR, 17), (logging.WARNING, 13), (logging.INFO, 9))
"""Python's levels to OpenTelemetry's severity numbers; what is lower is DEBUG, 5."""

emitting = threading.local()
"""`on` while handlers run: what they write to stderr was reported already."""


def severity(level: int) -> int:
    return next((number for least, number in SEVERITIES if level >= least), 5)


def install(capture: Capture) -> None:
    call_handlers = logging.Logger.callHandlers
    broken: list[bool] = []

    def recorded(self: logging.Logger, record: logging.LogRecord) -> None:
        if not broken:
            try:
                capture.log(event(capture, record))
            except Exception:
                broken.append(True)  # a hook that fails leaves the app alone
        emitting.on = True
        try:
            call_handlers(self, record)
        finally:
            emitting.on = False

    logging.Logger.callHandlers = recorded  # type: ignore[method-assign]


def event(capture: Capture, record: logging.LogRecord) -> dict[str, Any]:
    line: dict[str, Any] = {
        "type": "log",
        "time": time.time_ns() // 1000,
        "source": "logging",
        "severity_number": severity(record.levelno),
        "logger": record.name,
        "code.file.path": record.pathname,
        "code.line.number": record.lineno,
        "code.function.name": record.funcName,
        **body(text(record)),
    }
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if error is not None:
        line["exception"] = capture.exception(error, "logged")
    return line


def text(record: logging.LogRecord) -> str:
    """The message with its arguments; a format that does not fit them shows both."""
    try:
        return record.getMessage()
    except Exception:
        return f"{record.msg!r} % {record.args!r}"


def body(whole: str) -> dict[str, Any]:
    """The text within its bound, and how many characters were cut."""
    if len(whole) <= MAX_BODY:
        return {"body": whole}
    return {"body": whole[:MAX_BODY], "cut": len(whole) - MAX_BODY}
