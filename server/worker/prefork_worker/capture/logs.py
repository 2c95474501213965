"""The lines that the app writes: by `logging`, by `print`, to stderr and to `wsgi.errors`.

`Logger.callHandlers` is wrapped, not a handler added: `dictConfig` wipes handlers, and loggers with
`propagate=False` (Django's) never reach the root's.

`sys.stdout` and `sys.stderr` become streams that pass all on to the real ones and report whole
lines. `buffer`, `fileno`, `isatty` and the rest are the real ones'.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from . import Capture

MAX_BODY = 8192
SEVERITIES = ((logging.CRITICAL, 21), (logging.ERROR, 17), (logging.WARNING, 13), (logging.INFO, 9))
"""Python's levels to OpenTelemetry's severity numbers; what is lower is DEBUG, 5."""

emitting = threading.local()
"""`on` while handlers run: what they write to stderr was reported already."""


def severity(level: int) -> int:
    return next((number for least, number in SEVERITIES if level >= least), 5)


def capture_logging(capture: Capture) -> None:
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


MAX_PARTIAL = 8192
SEVERITY = {"stdout": 9, "stderr": 13, "wsgi.errors": 13}


class Tee(io.TextIOBase):
    """A text stream that writes through and reports each line."""

    def __init__(self, real: TextIO, source: str, capture: Capture | None) -> None:
        self._real = real
        self._source = source
        self._capture = capture
        self._partial = threading.local()  # lines of two threads do not mix

    def write(self, text: str) -> int:
        written = self._real.write(text)
        if self._capture is not None and not getattr(emitting, "on", False):
            try:
                self._collect(text, self._capture)
            except Exception:
                self._capture = None  # a hook that fails is switched off
        return written

    def _collect(self, text: str, capture: Capture) -> None:
        whole = getattr(self._partial, "text", "") + text
        *lines, rest = whole.split("\n")
        if len(rest) > MAX_PARTIAL:
            lines, rest = [*lines, rest], ""
        self._partial.text = rest
        for line in lines:
            if line.strip():
                capture.log(self._event(line))

    def _event(self, line: str) -> dict[str, Any]:
        return {
            "type": "log",
            "time": time.time_ns() // 1000,
            "source": self._source,
            "severity_number": SEVERITY[self._source],
            **place(sys._getframe(3)),
            **body(line),
        }

    def flush(self) -> None:
        self._real.flush()

    def writable(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._real.encoding  # TextIOBase has one of its own, and it is None

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self._real.errors

    def fileno(self) -> int:
        return self._real.fileno()

    def isatty(self) -> bool:
        return self._real.isatty()


def place(frame: FrameType | None) -> dict[str, Any]:
    if frame is None:
        return {}
    code = frame.f_code
    names = ("code.file.path", "code.line.number", "code.function.name")
    return dict(zip(names, (code.co_filename, frame.f_lineno, code.co_name)))


errors: TextIO = sys.stderr
"""`wsgi.errors`; reports its lines once `capture_streams` has run."""


def capture_streams(capture: Capture) -> None:
    """Replaces `sys.stdout` and `sys.stderr`, before the app is imported."""
    global errors
    real_errors = sys.stderr
    sys.stdout = cast(TextIO, Tee(sys.stdout, "stdout", capture))
    sys.stderr = cast(TextIO, Tee(real_errors, "stderr", capture))
    errors = cast(TextIO, Tee(real_errors, "wsgi.errors", capture))
