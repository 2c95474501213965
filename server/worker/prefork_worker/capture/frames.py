"""The frames of a traceback: taken where the exception is met, described off the critical path.

What is taken are code objects, numbers and texts; no frame is kept, as a frame keeps all that the
request had.
"""

from __future__ import annotations

import importlib
import linecache
import os
from collections.abc import Iterator
from itertools import islice
from types import CodeType, FrameType, TracebackType
from typing import Any, NamedTuple, Optional

from .. import app_hook, user_code
from . import redaction, sites
from .local_variables import Variable, variables

MAX_FRAMES = 100
OWN_WITH_LOCALS = 10
LIBRARY_WITH_LOCALS = 3
MAX_ABOVE = 200
OWN_FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")

Place = dict[str, Any]
Frame = dict[str, Any]


class Taken(NamedTuple):
    """One frame, as it was; `code` is None where only its place is known."""

    file: str
    line: int
    function: str
    code: Optional[CodeType] = None
    instruction: int = 0
    variables: Optional[list[Variable]] = None


def is_internal(file: str) -> bool:
    return file.startswith((OWN_FOLDER, "<frozen importlib")) or file == importlib.__file__


def walk(trace: Optional[TracebackType]) -> Iterator[TracebackType]:
    while trace is not None:
        if not is_internal(trace.tb_frame.f_code.co_filename):
            yield trace
        trace = trace.tb_next


def places(error: BaseException) -> list[app_hook.Place]:
    """File, line and function of each frame, outermost first."""
    if isinstance(error, app_hook.BootError):
        return [place for place in error.places if not is_internal(place[0])]
    codes = [(link.tb_frame.f_code, link.tb_lineno) for link in walk(error.__traceback__)]
    return [(code.co_filename, line, code.co_name) for code, line in codes]


def take(trace: Optional[TracebackType]) -> list[Taken]:
    """The innermost frames, innermost last, the nearest ones with their variables."""
    links = list(walk(trace))[-MAX_FRAMES:]
    hidden = sensitive_names(links)
    left = {True: OWN_WITH_LOCALS, False: LIBRARY_WITH_LOCALS}
    taken = []
    for link in reversed(links):
        own = user_code.is_user(link.tb_frame.f_code.co_filename)
        names = hidden.get(id(link), frozenset())
        taken.append(take_one(link, names, with_variables=left[own] > 0))
        left[own] -= 1
    return taken[::-1]


def take_one(link: TracebackType, sensitive: frozenset[str], with_variables: bool) -> Taken:
    code = link.tb_frame.f_code
    found = None
    if with_variables and code.co_name != _DJANGO_WRAPPER:
        found = variables(link.tb_frame, sensitive)
    return Taken(code.co_filename, link.tb_lineno, code.co_name, code, link.tb_lasti, found)


_DJANGO_WRAPPER = "sensitive_variables_wrapper"


def sensitive_names(links: list[TracebackType]) -> dict[int, frozenset[str]]:
    """What Django's `sensitive_variables` has hidden, by link; it holds for all that is called below."""
    names = _above(links[0].tb_frame.f_back) if links else frozenset()
    found = {}
    for link in links:
        names = _of_wrapper(link.tb_frame) or names
        found[id(link)] = names
    return found


def _above(frame: Optional[FrameType]) -> frozenset[str]:
    for _ in range(MAX_ABOVE):
        if frame is None:
            break
        names = _of_wrapper(frame)
        if names:
            return names
        frame = frame.f_back
    return frozenset()


def _of_wrapper(frame: FrameType) -> frozenset[str]:
    if frame.f_code.co_name != _DJANGO_WRAPPER:
        return frozenset()
    wrapper = frame.f_locals.get(_DJANGO_WRAPPER)
    names = getattr(wrapper, "__dict__", {}).get("sensitive_variables", "__ALL__")
    return frozenset(("*",)) if names == "__ALL__" else frozenset(names)


def template_place(error: BaseException) -> Optional[Place]:
    """The template's line that was rendered when it happened: Django's (`template_debug`), Jinja2's."""
    told = error.__dict__.get("template_debug")
    if type(told) is dict and "name" in told and "line" in told:
        return place(str(told["name"]), int(told["line"]))
    for link in reversed(list(walk(error.__traceback__))):
        frame = link.tb_frame
        if "__jinja_exception__" in frame.f_globals:
            return place(frame.f_code.co_filename, link.tb_lineno)
        locate = sites.templates.get(frame.f_code.co_filename)
        site = locate(frame) if locate else None
        if site:
            return place(site[0], site[1])
    return None


def place(file: str, line: int) -> Place:
    return {"code.file.path": file, "code.line.number": line}


def describe(taken: Taken) -> Frame:
    """With the line's text as the file has it now."""
    linecache.checkcache(taken.file)
    raw = linecache.getline(taken.file, taken.line)
    source = redaction.source(raw.strip())
    frame = {
        **place(taken.file, taken.line),
        "code.function.name": taken.function,
        "source": source,
        "own": user_code.is_user(taken.file),
    }
    columns = find_columns(taken, raw) if source == raw.strip() else None
    if columns:
        frame["columns"] = columns
    if taken.variables:
        frame["locals"] = [variable.told() for variable in taken.variables]
    return frame


def find_columns(taken: Taken, raw: str) -> Optional[list[int]]:
    """Which part of the stripped line failed, in characters (PEP 657, Python ≥ 3.11)."""
    positions = getattr(taken.code, "co_positions", None)
    found = next(islice(positions(), taken.instruction // 2, None), None) if positions else None
    if found is None or None in found or found[0] != taken.line:
        return None
    _, last, start, end = found
    indent, source = len(raw) - len(raw.lstrip()), raw.strip()
    first = characters(raw, start) - indent
    behind = characters(raw, end) - indent if last == taken.line else len(source)
    return [first, behind] if 0 <= first < behind <= len(source) else None


def characters(line: str, count: int) -> int:
    """How many characters `count` bytes of UTF-8 are."""
    return len(line.encode("utf-8", "replace")[:count].decode("utf-8", "replace"))
