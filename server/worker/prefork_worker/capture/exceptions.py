"""Describes an exception in primitives, for the stream: nothing of it is kept alive.

Names are those of `ExceptionEvent` in `server/stream/protocol.ts` (OpenTelemetry's `exception.*`
and `code.*`).
"""

from __future__ import annotations

import importlib
import linecache
import os
import time
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from .. import user_code

MAX_FRAMES = 100
MAX_MESSAGE = 4096
MAX_STACKTRACE = 65536
OWN_FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")


def describe(error: BaseException, kind: str, request: str | None = None) -> dict[str, Any]:
    """An exception event, without the worker that it happened in."""
    frames = [describe_frame(*place) for place in places(error.__traceback__)]
    event: dict[str, Any] = {
        "type": "exception",
        "time": time.time_ns() // 1000,
        "exception": os.urandom(8).hex(),
        "kind": kind,
        "exception.type": type_name(error),
        "exception.message": message(error)[:MAX_MESSAGE],
        "exception.stacktrace": stacktrace(error),
        "frames": frames[-MAX_FRAMES:],
    }
    location = where(error, frames)
    if location:
        event["location"] = location
    if request:
        event["request"] = request
    return event


def type_name(error: BaseException) -> str:
    kind = type(error)
    builtin = kind.__module__ in ("builtins", "__main__")
    return kind.__qualname__ if builtin else f"{kind.__module__}.{kind.__qualname__}"


def message(error: BaseException) -> str:
    """`str(error)`, which is the user's code and may fail itself."""
    try:
        return str(error)
    except Exception:
        return "<its message cannot be shown: __str__ failed>"


def stacktrace(error: BaseException) -> str:
    """As Python prints it, without the frames of this package and of the import machinery."""
    try:
        whole = traceback.TracebackException(type(error), error, error.__traceback__)
        hide_internal(whole, set())
        text = "".join(whole.format())
    except Exception:
        return f"{type_name(error)}: {message(error)}\n"
    return text if len(text) <= MAX_STACKTRACE else text[-MAX_STACKTRACE:]


def hide_internal(trace: traceback.TracebackException | None, seen: set[int]) -> None:
    """In place, for the exception, its causes and its contexts."""
    if trace is None or id(trace) in seen:
        return
    seen.add(id(trace))
    trace.stack[:] = [frame for frame in trace.stack if not is_internal(frame.filename)]
    hide_internal(trace.__cause__, seen)
    hide_internal(trace.__context__, seen)


def is_internal(file: str) -> bool:
    return file.startswith((OWN_FOLDER, "<frozen importlib")) or file == importlib.__file__


def places(trace: TracebackType | None) -> Iterator[tuple[str, int, str]]:
    """File, line and function of each frame, outermost first, without the internal ones."""
    while trace is not None:
        code = trace.tb_frame.f_code
        if not is_internal(code.co_filename):
            yield code.co_filename, trace.tb_lineno, code.co_name
        trace = trace.tb_next


def describe_frame(file: str, line: int, function: str) -> dict[str, Any]:
    linecache.checkcache(file)
    return {
        "code.file.path": file,
        "code.line.number": line,
        "code.function.name": function,
        "source": linecache.getline(file, line).strip(),
        "own": user_code.is_user(file),
    }


def where(error: BaseException, frames: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Where to look first: the line of a syntax error, else the innermost own frame."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        place = {"code.file.path": error.filename, "code.line.number": error.lineno}
        return {**place, "column": error.offset} if error.offset else place
    for frame in reversed(frames):
        if frame["own"]:
            return {name: frame[name] for name in ("code.file.path", "code.line.number")}
    return None
