"""What the app writes by `print`, to stderr and to `wsgi.errors`, line by line.

`sys.stdout` and `sys.stderr` are replaced, before the app is imported, by streams that pass all on to
the real ones and report whole lines. `buffer`, `fileno`, `isatty` and the rest are the real ones'.
"""

from __future__ import annotations

import io
import sys
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING, Any, TextIO, cast

from . import logs

if TYPE_CHECKING:
    from . import Capture

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
        if self._capture is not None and not getattr(logs.emitting, "on", False):
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
            **logs.body(line),
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
"""`wsgi.errors`; reports its lines once `install` has run."""


def install(capture: Capture) -> None:
    global errors
    real_errors = sys.stderr
    sys.stdout = cast(TextIO, Tee(sys.stdout, "stdout", capture))
    sys.stderr = cast(TextIO, Tee(real_errors, "stderr", capture))
    errors = cast(TextIO, Tee(real_errors, "wsgi.errors", capture))
