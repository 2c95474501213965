"""What the app prints, and what it writes to stderr and to `wsgi.errors`.

`sys.stdout` and `sys.stderr` become streams of a class of their own on the same buffers, which report
whole lines. Written in Python is only `write`; the rest is `io.TextIOWrapper`'s.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
from typing import TYPE_CHECKING, Any, Optional, TextIO

from .hooks import Hook
from .logs import Line, emitting, is_told
from .record import Record, current, speaking
from .sites import Site

if TYPE_CHECKING:
    from . import Capture

MAX_PARTIAL = 8192
LEVELS = {"stdout": logging.INFO, "stderr": logging.WARNING, "wsgi.errors": logging.WARNING}

_write = io.TextIOWrapper.write
_replaced: list[Any] = []
"""What the streams stand for: a stream that is forgotten closes its buffer."""


class Partial(threading.local):
    """What was written without an end of line; lines of two threads do not mix."""

    text = ""


class Tee(io.TextIOWrapper):
    """A text stream that reports each line it writes."""

    def __init__(self, real: TextIO, source: str, capture: Capture, hook: Hook) -> None:
        super().__init__(
            real.buffer,
            encoding=real.encoding,
            errors=real.errors,
            newline="\n",
            line_buffering=bool(real.line_buffering),
            write_through=getattr(real, "write_through", False),
        )
        self.mode = real.mode  # type: ignore[misc]
        self._source = source
        self._capture = capture
        self._hook = hook
        self._partial = Partial()

    def write(self, text: str) -> int:
        written = _write(self, text)
        record = current.get()
        if record is not None and record.logs_left_out and not record.ended_at:
            if "\n" in text and not emitting.on:
                ends = text.count("\n")  # past the first lines of a request they are only counted
                record.logs += ends
                record.logs_left_out += ends
            return written
        if emitting.on or self._hook.off:
            return written
        record = speaking()
        try:
            self._collect(text, record)
        except Exception as error:
            self._hook.fail(error)
        return written

    def _collect(self, text: str, record: Optional[Record]) -> None:
        whole = self._partial.text + text
        if "\n" not in text and len(whole) <= MAX_PARTIAL:
            self._partial.text = whole
            return
        *lines, rest = whole.split("\n")
        if len(rest) > MAX_PARTIAL:
            lines, rest = [*lines, rest], ""
        level = LEVELS[self._source]
        for line in lines:
            if line and not line.isspace() and (record is None or is_told(record, level)):
                self._capture.say(Line(self._source, level, line, caller()), record)
        self._partial.text = rest


def caller() -> Optional[Site]:
    """Who has written, or printed."""
    frame = sys._getframe(3)
    return frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name


errors: TextIO = sys.stderr
"""`wsgi.errors`; reports its lines once `capture_streams` has run."""


def capture_streams(capture: Capture, hook: Hook) -> None:
    """Replaces `sys.stdout` and `sys.stderr`, before the app is imported."""
    global errors
    stdout, stderr = sys.stdout, sys.stderr
    _replaced.extend((stdout, stderr))
    if isinstance(stdout, io.TextIOWrapper):
        sys.stdout = Tee(stdout, "stdout", capture, hook)
    if isinstance(stderr, io.TextIOWrapper):
        sys.stderr = Tee(stderr, "stderr", capture, hook)
        errors = Tee(stderr, "wsgi.errors", capture, hook)
    _replaced.extend((sys.stdout, sys.stderr, errors))
