"""Call sites: the innermost line of the user's own code that led to a span.

A walk up the stack, some 60 ns a frame; `traceback` takes a quarter of a millisecond. Template
engines name the template's line where they know it (`templates.py` registers how).
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Callable, Optional

from .. import user_code

Site = tuple[str, int, str]
"""File, line and function; the function is "" for a template."""

MAX_DEPTH = 200
_DEPTHS = (None,) * MAX_DEPTH

_END = 2
PACKAGE = __file__.rpartition("capture")[0]
"""What the name of each file of ours begins with."""
CALLER = f"{PACKAGE}wsgi/recording.py"
"""Where the app is called."""
_own: dict[str, int] = {f"{PACKAGE}capture/frameworks/calls.py": _END, CALLER: _END}
"""By a code object's file name: 1 for the user's, else 0. A walk ends where middleware, a view or the app was
called: lines further up did nothing but hand the request on."""

templates: dict[str, Callable[[FrameType], Optional[Site]]] = {}
"""By code's file name, for what renders templates: from its frame to the template's line, if it has one.

Jinja's and Bottle's code bears the name of the template that it was compiled from."""


def call_site(depth: int = 2) -> Optional[Site]:
    """The innermost own line above the caller's caller, or None when there is none near."""
    frame: Optional[FrameType] = sys._getframe(depth)
    for _ in _DEPTHS:
        if frame is None:
            return None
        code = frame.f_code
        file = code.co_filename
        kind = _own.get(file)
        if kind is None:
            kind = is_own(file)
        if kind:
            return None if kind == _END else (file, frame.f_lineno, code.co_name)
        frame = frame.f_back
    return None


def template_site(depth: int = 2) -> Optional[Site]:
    """The line of the template that is being rendered, or None; own code may lie between: a model's method."""
    frame: Optional[FrameType] = sys._getframe(depth)
    for _ in _DEPTHS:
        if frame is None:
            return None
        file = frame.f_code.co_filename
        locate = templates.get(file)
        site = locate(frame) if locate is not None else None
        if site is not None or _own.get(file) == _END:
            return site
        frame = frame.f_back
    return None


def compiled_from(file: str, locate: Callable[[FrameType], Optional[Site]]) -> None:
    """Code with this file name is a template's, not the user's own Python."""
    if file not in templates:
        _own[file] = 0
        templates[file] = locate


def is_own(file: str) -> bool:
    known = _own.get(file)
    if known is None:
        known = _own[file] = int(user_code.is_user(file) and not file.startswith(PACKAGE))
    return known == 1
