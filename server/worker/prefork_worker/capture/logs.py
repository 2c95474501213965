"""The lines that the app logs, and what a line is until it is told of.

`Logger.callHandlers` is wrapped, not a handler added: `dictConfig` wipes handlers, and loggers with
`propagate=False` (Django's) never reach the root's. On the app's thread a line costs its message and
one object; hiding secrets and the rest follow on the control thread.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from typing import TYPE_CHECKING, Any, Optional

from . import redaction
from .hooks import Hook
from .record import Record, current, speaking
from .sites import Site

if TYPE_CHECKING:
    from . import Capture

MAX_BODY = 8192
MARGIN = 200
"""Characters kept past the bound until secrets are hidden, so that none is cut in its midst."""

MAX_LINES = 200
"""Of one request, in full; the rest is counted, but for as many errors again."""

SEVERITIES = ((logging.CRITICAL, 21), (logging.ERROR, 17), (logging.WARNING, 13), (logging.INFO, 9))
"""Python's levels to OpenTelemetry's severity numbers; what is lower is DEBUG, 5."""

_CAPTURED_WARNING = re.compile(r"([^\n]*?):(\d+): (\w+): ")


class Emitting(threading.local):
    """Per thread: `on` while handlers run or a warning is shown, which was reported already.

    `warning` in the latter case: what is logged of it was, too.
    """

    on = False
    warning = False


emitting = Emitting()


def severity(level: int) -> int:
    return next((number for least, number in SEVERITIES if level >= least), 5)


class Line:
    """One line that waits to be told of."""

    __slots__ = (
        "time", "source", "level", "text", "cut", "site", "logger", "exception", "request",
    )  # fmt: skip

    counted = "logs"

    def __init__(
        self,
        source: str,
        level: int,
        text: str,
        site: Optional[Site],
        logger: str = "",
        exception: str = "",
    ) -> None:
        self.time = time.time_ns()
        self.source = source
        self.level = level
        self.cut = len(text) - MAX_BODY
        self.text = text if self.cut <= 0 else text[: MAX_BODY + MARGIN]
        self.site = site
        self.logger = logger
        self.exception = exception
        self.request = ""

    @property
    def weight(self) -> int:
        """Bytes that it holds, roughly."""
        return 400 + len(self.text)

    def event(self) -> dict[str, Any]:
        """The event `log`."""
        if self.logger == "py.warnings":
            self._find_cause()
        event: dict[str, Any] = {
            "type": "log",
            "time": self.time // 1000,
            "source": self.source,
            "severity_number": severity(self.level),
            "body": redaction.text(self.text)[:MAX_BODY],
        }
        if self.cut > 0:
            event["cut"] = self.cut
        if self.site is not None:
            file, line, function = self.site
            event["code.file.path"], event["code.line.number"] = file, line
            event["code.function.name"] = function
        for name in ("logger", "exception", "request"):
            if getattr(self, name):
                event[name] = getattr(self, name)
        return event

    def _find_cause(self) -> None:
        """`logging.captureWarnings`: the text says where the warning comes from."""
        found = _CAPTURED_WARNING.match(self.text)
        if found:
            self.site = found[1], int(found[2]), ""


def is_told(record: Record, level: int) -> bool:
    """Counts a line of the request; False past the first ones."""
    record.logs += 1
    told = record.logs - record.logs_left_out
    if told <= MAX_LINES or level >= logging.ERROR and told <= 2 * MAX_LINES:
        return True
    record.logs_left_out += 1
    return False


def capture_logging(capture: Capture, hook: Hook) -> None:
    call_handlers = logging.Logger.callHandlers

    def recorded(self: logging.Logger, record: logging.LogRecord) -> None:
        request = current.get()
        if request is not None and request.ended_at:
            request = speaking()
        if request is not None and request.logs_left_out and record.levelno < logging.ERROR:
            request.logs += 1
            request.logs_left_out += 1
        elif not hook.off and not emitting.warning:
            try:
                tell(capture, record, request)
            except Exception as error:
                hook.fail(error)
        outer = emitting.on
        emitting.on = True
        try:
            call_handlers(self, record)
        finally:
            emitting.on = outer

    logging.Logger.callHandlers = recorded  # type: ignore[method-assign]


def tell(capture: Capture, record: logging.LogRecord, request: Optional[Record]) -> None:
    if request is not None and not is_told(request, record.levelno):
        return
    exception = ""
    if type(record.exc_info) is tuple and record.exc_info[1] is not None:
        exception = capture.exception(record.exc_info[1], "logged")
    site = record.pathname, record.lineno, record.funcName
    line = Line("logging", record.levelno, text(record), site, record.name, exception)
    capture.say(line, request)


def text(record: logging.LogRecord) -> str:
    """The message with its arguments; a format that does not fit them shows both."""
    try:
        return record.getMessage()
    except Exception:
        return f"{record.msg!r} % {record.args!r}"
