"""Describes an exception in primitives, for the stream: nothing of it is kept alive.

Where it is met, on the app's thread, it is only looked at (`observe`): its message, which is the user's
code, its frames and their variables. The rest, sources, stack trace and hiding secrets, follows on
the control thread (`Observed.event`).

Names are those of `ExceptionEvent` in `server/stream/exception.ts` (OpenTelemetry's `exception.*`
and `code.*`).
"""

from __future__ import annotations

import hashlib
import os
import time
import traceback
from typing import Any, Optional

from .. import app_hook
from . import redaction
from .frames import Frame, Taken, is_internal, places, take, template_place
from .frames import describe as describe_frame
from .hints import hint

MAX_MESSAGE = 4096
MAX_STACKTRACE = 65536
MAX_NOTES = 20
MAX_RELATED = 10
RANKS = ("logged", "handled", "answered", "uncaught")
"""Who is met by the same exception later knows better what became of it."""


def met(error: BaseException, kind: str) -> str:
    """Where hooks report an exception: `Capture.exception` takes its place as it is installed."""
    return ""


def describe(error: BaseException, kind: str, request: str | None = None) -> dict[str, Any]:
    """An exception event, without the worker that it happened in."""
    return Observed(error, kind, request).event()


class Observed:
    """What there is to say of an exception, when it is met; it holds neither it nor its frames."""

    counted = "exceptions"
    weight = 20_000
    """Bytes, roughly."""

    def __init__(self, error: BaseException, kind: str, request: str | None = None) -> None:
        self.exception = os.urandom(8).hex()
        self.kind = kind
        self._time = time.time_ns() // 1000
        self._request = request
        self._link = Link(error)
        self._related = [(relation, Link(other)) for relation, other in related(error)]
        self._trace = summary(error)
        self._syntax = syntax_place(error)
        self._hint = hint(error) if kind in ("uncaught", "answered", "import") else None
        self._template = guarded(template_place, error)

    def met_again(self, kind: str) -> None:
        """If it was not told of yet, it is told of as the more serious of both."""
        if kind in RANKS and self.kind in RANKS and RANKS.index(kind) > RANKS.index(self.kind):
            self.kind = kind

    def event(self) -> dict[str, Any]:
        """The event; takes some milliseconds, as files are read."""
        told = self._link.told()
        event: dict[str, Any] = {
            "type": "exception",
            "time": self._time,
            "exception": self.exception,
            "kind": self.kind,
            **told,
            "exception.stacktrace": stack(self._trace) or as_line(told),
            "fingerprint": fingerprint(told),
        }
        more = {
            "related": [{"relation": how, **link.told()} for how, link in self._related],
            "location": self._syntax or where(told["frames"]),
            "template": self._template,
            "hint": self._hint,
            "request": self._request,
        }
        return {**event, **{name: value for name, value in more.items() if value}}


class Link:
    """One exception of a chain or a group."""

    def __init__(self, error: BaseException) -> None:
        self._type = type_name(error)
        self._message = message(error)
        self._notes = notes(error)
        self._frames = frames_of(error)

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "exception.type": self._type,
            "exception.message": redaction.text(self._message)[:MAX_MESSAGE],
            "frames": [describe_frame(frame) for frame in self._frames],
        }
        if self._notes:
            told["notes"] = [redaction.text(note) for note in self._notes]
        return told


def guarded(find: Any, error: BaseException) -> Any:
    """None when the error's own attributes, which are the user's code, fail."""
    try:
        return find(error)
    except Exception:
        return None


def frames_of(error: BaseException) -> list[Taken]:
    if isinstance(error, app_hook.BootError):
        return [Taken(*place) for place in places(error)]
    return take(error.__traceback__)


def related(error: BaseException) -> list[tuple[str, BaseException]]:
    """Causes, contexts and parts of groups, nearest first."""
    found: list[tuple[str, BaseException]] = []
    seen = {id(error)}
    waiting = [error]
    while waiting and len(found) < MAX_RELATED:
        for relation, other in guarded(neighbours, waiting.pop(0)) or ():
            if id(other) not in seen and len(found) < MAX_RELATED:
                seen.add(id(other))
                found.append((relation, other))
                waiting.append(other)
    return found


def neighbours(error: BaseException) -> list[tuple[str, BaseException]]:
    found: list[tuple[str, BaseException]] = []
    if error.__cause__ is not None:
        found.append(("cause", error.__cause__))
    elif error.__context__ is not None and not error.__suppress_context__:
        found.append(("context", error.__context__))
    # By name: Python 3.10 and older have groups from the package `exceptiongroup`.
    if any(kind.__name__ == "BaseExceptionGroup" for kind in type(error).__mro__):
        parts: tuple[BaseException, ...] = error.exceptions  # type: ignore[attr-defined]
        found.extend(("group", part) for part in parts)
    return found


def notes(error: BaseException) -> list[str]:
    """Of `add_note` (PEP 678)."""
    found = guarded(lambda error: list(error.__notes__), error) or []
    return [note[:MAX_MESSAGE] for note in found[:MAX_NOTES] if type(note) is str]


def type_name(error: BaseException) -> str:
    kind = type(error)
    builtin = kind.__module__ in ("builtins", "__main__")
    return kind.__qualname__ if builtin else f"{kind.__module__}.{kind.__qualname__}"


def message(error: BaseException) -> str:
    """`str(error)`, which is the user's code and may fail itself."""
    try:
        return str(error)[: 2 * MAX_MESSAGE]
    except Exception:
        return "<its message cannot be shown: __str__ failed>"


def stacktrace(error: BaseException) -> str:
    """As Python prints it, without the frames of this package and of the import machinery."""
    whole = stack(summary(error))
    return whole or f"{type_name(error)}: {redaction.text(message(error))}\n"


def summary(error: BaseException) -> Optional[traceback.TracebackException]:
    """All that the stack trace needs, but for the sources."""
    try:
        trace = error.__traceback__
        whole = traceback.TracebackException(type(error), error, trace, lookup_lines=False)
        hide_internal(whole, set())
        if isinstance(error, app_hook.BootError):
            frames = [(*place, None) for place in places(error)]
            whole.stack = traceback.StackSummary.from_list(frames)
    except Exception:
        return None
    return whole


def stack(whole: Optional[traceback.TracebackException]) -> str:
    """`whole` as text, secrets hidden, the end of it when it is long; "" when that fails."""
    try:
        text = "".join(whole.format()) if whole else ""
    except Exception:
        return ""
    return redaction.stack(text[-MAX_STACKTRACE:])


def as_line(told: dict[str, Any]) -> str:
    return f"{told['exception.type']}: {told['exception.message']}\n"


def hide_internal(trace: traceback.TracebackException | None, seen: set[int]) -> None:
    """In place, for the exception, its causes and its contexts."""
    if trace is None or id(trace) in seen:
        return
    seen.add(id(trace))
    trace.stack[:] = [frame for frame in trace.stack if not is_internal(frame.filename)]
    hide_internal(trace.__cause__, seen)
    hide_internal(trace.__context__, seen)
    for part in getattr(trace, "exceptions", None) or ():
        hide_internal(part, seen)


def syntax_place(error: BaseException) -> Optional[dict[str, Any]]:
    """Where to look first if the code itself is wrong."""
    if not isinstance(error, SyntaxError) or not error.filename or not error.lineno:
        return None
    place = {"code.file.path": error.filename, "code.line.number": error.lineno}
    return {**place, "column": error.offset} if error.offset else place


def where(frames: list[Frame]) -> Optional[dict[str, Any]]:
    """Where to look first: the innermost own frame."""
    for frame in reversed(frames):
        if frame["own"]:
            return {name: frame[name] for name in ("code.file.path", "code.line.number")}
    return None


def fingerprint(told: dict[str, Any]) -> str:
    """Equal for exceptions of one type from the same own lines, or from the same innermost one."""
    frames = [frame for frame in told["frames"] if frame["own"]] or told["frames"][-1:]
    lines = [f"{frame['code.file.path']}:{frame['code.line.number']}" for frame in frames]
    whole = "\n".join([told["exception.type"], *lines])
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:16]
