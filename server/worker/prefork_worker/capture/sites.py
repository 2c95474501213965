"""Call sites: the innermost line of the user's own code that led to a span.

A walk up the stack, some 40 ns a frame; `traceback` takes a quarter of a millisecond. Template
engines name the template's line where they know it (`templates.py` registers how).
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any, Callable, Optional

from .. import user_code

Site = tuple[str, int, str]
"""File, line and function; the function is "" for a template."""

MAX_DEPTH = 200
MAX_SITES = 10_000
_DEPTHS = (None,) * MAX_DEPTH

_END = 2
PACKAGE = __file__.rpartition("capture")[0]
"""What the name of each file of ours begins with."""
CALLER = f"{PACKAGE}wsgi/recording.py"
"""Where the app is called."""


class _Own(dict[str, int]):
    """By a code object's file name: 1 for the user's, else 0, or `_END`."""

    def __missing__(self, file: str) -> int:
        if len(_sites) >= MAX_SITES:  # an app that compiles code as it goes
            _sites.clear()
        own = self[file] = int(user_code.is_user(file) and not file.startswith(PACKAGE))
        return own


_ENDS = (f"{PACKAGE}capture/frameworks/calls.py", CALLER)
"""A walk ends where middleware, a view or the app was called: lines further up did nothing but hand the request
on. It has few steps a frame, as there may be fifty frames to a query."""
_own = _Own.fromkeys(_ENDS, _END)

_sites: dict[Site, Site] = {}
"""Each is kept once, however many spans it has."""

Locate = Callable[[FrameType], Optional[Site]]

templates: dict[str, Locate] = {}
"""By code's file name, for what renders templates: from its frame to the template's line, if it has one.

Jinja's and Bottle's code bears the name of the template that it was compiled from."""
_stops: dict[str, Optional[Locate]] = dict.fromkeys(_ENDS)


def call_site(depth: int = 2) -> Optional[Site]:
    """The innermost own line above the caller's caller, or None when there is none near."""
    frame: Any = sys._getframe(depth)
    own = _own
    try:
        for _ in _DEPTHS:
            if own[frame.f_code.co_filename]:
                break
            frame = frame.f_back
        code = frame.f_code
    except AttributeError:  # beyond the first frame of a thread
        return None
    file = code.co_filename
    if own[file] != 1:
        return None
    site = (file, frame.f_lineno, code.co_name)
    return _sites.setdefault(site, site)


def template_site(depth: int = 2) -> Optional[Site]:
    """The line of the template that is being rendered, or None; own code may lie between: a model's method."""
    frame: Optional[FrameType] = sys._getframe(depth)
    stops = _stops
    for _ in _DEPTHS:
        if frame is None:
            return None
        file = frame.f_code.co_filename
        if file in stops:
            locate = stops[file]
            site = locate(frame) if locate is not None else None
            if site is not None or locate is None:
                return site
        frame = frame.f_back
    return None


def renders(file: str, locate: Locate) -> None:
    """Code with this file name renders templates."""
    templates[file] = _stops[file] = locate


def compiled_from(file: str, locate: Locate) -> None:
    """Code with this file name is a template's, not the user's own Python."""
    if file not in templates:
        _own[file] = 0
        renders(file, locate)


def is_own(file: str) -> bool:
    return _own[file] == 1
