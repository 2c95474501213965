"""Names and places of views and middleware, found without running any of the user's code.

A view may be wrapped, partial, bound, a class or an instance that can be called: what counts is
what its author wrote.
"""

from __future__ import annotations

import linecache
import re
import sys
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any, Optional

from .. import sites
from ..sites import Site

Described = tuple[str, Optional[Site]]
"""Full name (`orders.views.detail`), and where it is written, if that is the user's own code."""

MAX_KNOWN = 2000
MAX_LAYERS = 50
MAX_DECORATION = 50
"""Lines of decorators that a function may have."""
WRAPPED = ("view_class", "cls", "__wrapped__")
"""What a function carries that stands for something else: Django and Flask, REST framework, functools."""

_known: dict[int, tuple[Any, Described]] = {}


def describe(view: Any) -> Described:
    """Remembered: a view is described once."""
    known = _known.get(id(view))
    if known is not None and known[0] is view:
        return known[1]
    if len(_known) >= MAX_KNOWN:
        _known.clear()
    described = _describe(unwrap(view))
    _known[id(view)] = (view, described)
    return described


def unwrap(view: Any) -> Any:
    """What was written: a function, a method or a class."""
    for _ in range(MAX_LAYERS):
        inner = _inner(view)
        if inner is None:
            break
        view = inner
    return view


def _inner(view: Any) -> Any:
    if type(view) is FunctionType:
        return next((view.__dict__[name] for name in WRAPPED if name in view.__dict__), None)
    if type(view) is partial:
        return view.func
    return None


def _describe(view: Any) -> Described:
    if type(view) is FunctionType:
        return _name(view), _own(view.__code__)
    if type(view) is MethodType and type(view.__func__) is FunctionType:
        owner = view.__self__ if isinstance(view.__self__, type) else type(view.__self__)
        function = unwrap(view.__func__)
        site = _own(function.__code__) if type(function) is FunctionType else None
        return f"{_name(owner)}.{view.__func__.__name__}", site
    kind = view if isinstance(view, type) else type(view)
    return _name(kind), _place_of_class(kind)


def _name(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}".replace(".<locals>", "")


def _own(code: CodeType) -> Optional[Site]:
    file = code.co_filename
    return (file, _line_of_def(code), code.co_name) if sites.is_own(file) else None


def _line_of_def(code: CodeType) -> int:
    """A function's code begins with its first decorator."""
    first = code.co_firstlineno
    beginning = re.compile(rf"\s*(?:async\s+)?def\s+{re.escape(code.co_name)}\b")
    lines = linecache.getlines(code.co_filename)[first - 1 : first - 1 + MAX_DECORATION]
    return next((first + at for at, line in enumerate(lines) if beginning.match(line)), first)


def _place_of_class(kind: type) -> Optional[Site]:
    """Classes know their line from Python 3.13 on; it is looked for in their file."""
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    if not file or not sites.is_own(file):
        return None
    beginning = re.compile(rf"\s*class\s+{kind.__name__}\b")
    for number, line in enumerate(linecache.getlines(file), 1):
        if beginning.match(line):
            return file, number, kind.__name__
    return None
