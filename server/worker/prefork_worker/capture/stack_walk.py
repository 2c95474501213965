"""The stack of a thread that goes on meanwhile: noted in microseconds, made sense of when it is a new one.

Our own frames are left out; a frame that renders a template is noted as the template's line.
"""

from __future__ import annotations

import sys
from dis import findlinestarts
from itertools import takewhile
from types import CodeType, FrameType
from typing import Any, Optional

from . import sites

MAX_DEPTH = 200
MAX_KINDS = 10_000

Key = tuple[str, int, str]
"""File, line, function; no function for a template."""

FRAME, OURS, APP_IS_CALLED, RENDERS = range(4)
_kinds: dict[CodeType, int] = {}


def walk(frame: Optional[FrameType]) -> list[Any]:
    """From the innermost to where the app was called: each one's code and the instruction that it is at, or the
    template's line. Nothing is made of them yet: most samples are like the one before."""
    raw: list[Any] = []
    kinds = _kinds
    for _ in range(MAX_DEPTH):
        if frame is None:
            break
        code = frame.f_code
        kind = kinds.get(code)
        if kind is None:
            kind = _classify(code)
        if kind == FRAME:
            raw += code, frame.f_lasti
        elif kind == RENDERS:
            site = sites.templates[code.co_filename](frame)
            if site is None:
                raw += code, frame.f_lasti
            elif raw[-1:] != [site]:
                raw += code, site
        elif kind == APP_IS_CALLED:
            break
        frame = frame.f_back
    return raw


def _classify(code: CodeType) -> int:
    if len(_kinds) >= MAX_KINDS:  # an app that compiles code as it goes
        _kinds.clear()
    file, kind = code.co_filename, FRAME
    if file in sites.templates:
        kind = RENDERS
    elif file == sites.CALLER and code.co_name == "_run":
        kind = APP_IS_CALLED
    elif file.startswith(sites.PACKAGE):
        kind = OURS
    _kinds[code] = kind
    return kind


def key_of(code: CodeType, instruction: int) -> Key:
    return code.co_filename, _line(code, instruction), _name(code)


def _line(code: CodeType, instruction: int) -> int:
    starts = takewhile(lambda start: start[0] <= instruction, findlinestarts(code))
    lines = [line for _, line in starts if line is not None]
    return lines[-1] if lines else code.co_firstlineno


if sys.version_info >= (3, 11):

    def _name(code: CodeType) -> str:
        return code.co_qualname

else:

    def _name(code: CodeType) -> str:
        return code.co_name
