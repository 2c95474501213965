"""Local variables as text, without running any of the user's code.

No `repr`, `str`, property or iteration of a class that is not Python's own: the `repr` of a QuerySet
runs its query. Exact builtin types are shown, subclasses of the simple ones by the builtin's `repr`, all
else as `<module.Class>`. Secrets are hidden by name at once, by shape when the event is made.
"""

from __future__ import annotations

import datetime
import decimal
import pathlib
import uuid
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator
from itertools import islice
from types import (
    BuiltinFunctionType,
    CodeType,
    FrameType,
    FunctionType,
    GeneratorType,
    MethodType,
    ModuleType,
)
from typing import Any, Callable, NamedTuple, Optional

from . import redaction

MAX_VARIABLES = 20
MAX_VALUE = 512
MAX_NESTED = 100
MAX_ITEMS = 10
DEPTH = 2
MARGIN = 100
"""Characters kept past the bound until secrets are hidden, so that none is cut in its midst."""

_mro: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__
_module: Callable[[type], Any] = type.__dict__["__module__"].__get__
_qualname: Callable[[type], str] = type.__dict__["__qualname__"].__get__

LAZY = frozenset((
    ("django.db.models.query", "QuerySet"),
    ("django.utils.functional", "LazyObject"),
    ("django.utils.functional", "Promise"),
    ("werkzeug.local", "LocalProxy"),
    ("sqlalchemy.orm.query", "Query"),
    ("sqlalchemy.orm.dynamic", "AppenderQuery"),
))  # fmt: skip
"""Classes whose instances do something when they are looked at."""

UNTOLD = (ModuleType, FunctionType, BuiltinFunctionType, type)
"""What a module's or class's own frame is full of."""


class Variable(NamedTuple):
    """`flag` is that of `Local` in `server/stream/exception.ts`, or ""."""

    name: str
    text: str
    flag: str

    def told(self) -> dict[str, str]:
        """As the event has it, off the critical path."""
        text, flag = redaction.text(self.text), self.flag
        if text != self.text:
            flag = "redacted"
        if len(text) > MAX_VALUE:
            text, flag = text[:MAX_VALUE] + "…", flag or "cut"
        told = {"name": self.name, "value": text}
        return {**told, "flag": flag} if flag else told


def variables(frame: FrameType, sensitive: frozenset[str] = frozenset()) -> list[Variable]:
    """The first of a frame's; `sensitive` are names to hide, `*` all of them."""
    known = frame.f_locals
    if type(known) is not dict and type(known).__name__ != "FrameLocalsProxy":
        return []  # a class body whose metaclass has a mapping of its own
    names = list(known)
    if not frame.f_code.co_flags & _FUNCTION:
        names = [name for name in names if is_told(name, known[name])]
    return [
        variable(name, known[name], sensitive)
        for name in names[:MAX_VARIABLES]
        if type(name) is str and not name.startswith(".")
    ]


_FUNCTION = 2  # inspect.CO_NEWLOCALS


def is_told(name: str, value: Any) -> bool:
    return not name.startswith("__") and type(value) not in UNTOLD


def variable(name: str, value: Any, sensitive: frozenset[str] = frozenset()) -> Variable:
    if redaction.is_secret(name) or name in sensitive or "*" in sensitive:
        return Variable(name, redaction.HIDDEN, "redacted")
    try:
        return Variable(name, shown(value), "lazy" if is_lazy(value) else "")
    except Exception:  # changed by another thread meanwhile
        return Variable(name, class_name(type(value)), "")


def is_lazy(value: Any) -> bool:
    kind = type(value)
    if kind is GeneratorType:
        return True
    return any((_module(base), _qualname(base)) in LAZY for base in _mro(kind))


def shown(value: Any, depth: int = DEPTH) -> str:
    kind = type(value)
    limit = MAX_VALUE - 2 if depth == DEPTH else MAX_NESTED  # the quotes
    show = SIMPLE.get(kind)
    if show is not None:
        return str(show(value, limit))
    brackets = SEQUENCES.get(kind)
    if brackets is not None:
        return sequence(value, brackets, depth)
    if kind in MAPPINGS:
        return mapping(value, depth)
    for base in (str, bytes, int, float):
        if issubclass(kind, base):
            return str(SIMPLE[base](value, limit))
    return class_name(kind)


def class_name(kind: type) -> str:
    module = _module(kind)
    prefix = f"{module}." if type(module) is str and module != "builtins" else ""
    return f"<{prefix}{_qualname(kind)}>"


def sequence(value: Any, brackets: tuple[str, str], depth: int) -> str:
    items = [shown(item, depth - 1) for item in islice(value, MAX_ITEMS)] if depth else []
    return brackets[0] + listed(items, len(value)) + brackets[1]


def mapping(value: dict[Any, Any], depth: int) -> str:
    pairs = islice(dict.items(value), MAX_ITEMS) if depth else ()
    return "{" + listed(members(pairs, depth), len(value)) + "}"


def members(pairs: Iterable[tuple[Any, Any]], depth: int) -> Iterator[str]:
    for key, item in pairs:
        hidden = type(key) is str and redaction.is_secret(key)
        yield f"{shown(key, 0)}: {redaction.HIDDEN if hidden else shown(item, depth - 1)}"


def listed(items: Iterable[str], size: int) -> str:
    shortened = [*items]
    more = ["…"] if size > len(shortened) else []
    return ", ".join(shortened + more)


def _string(value: str, limit: int) -> str:
    whole = str.__len__(value) <= limit
    return str.__repr__(value if whole else str.__getitem__(value, slice(limit + MARGIN)))


def _bytes(value: bytes, limit: int) -> str:
    return bytes.__repr__(bytes.__getitem__(value, slice(limit + MARGIN)))


def _integer(value: int, limit: int) -> str:
    bits = int.bit_length(value)
    return int.__repr__(value) if bits < 2000 else f"<an int of {bits} bits>"


def _function(value: Any, limit: int) -> str:
    return f"<function {value.__qualname__}>"


def _name(value: Any, limit: int) -> Optional[str]:
    name = ModuleType.__getattribute__(value, "__dict__").get("__name__")
    return f"<module {name}>" if type(name) is str else "<module>"


def _class(value: type, limit: int) -> str:
    return f"<class {class_name(value)[1:]}"


def _plain(value: Any, limit: int) -> str:
    return repr(value)[: limit + MARGIN]


def _method(value: Any, limit: int) -> str:
    function = value.__func__
    return _function(function, limit) if type(function) is FunctionType else "<method>"


def _opaque(value: Any, limit: int) -> str:
    return class_name(type(value))


def _moment(value: Any, limit: int) -> str:
    """Its `repr` runs a time zone's code, which may be the user's."""
    return str(value.replace(tzinfo=None).isoformat())


SIMPLE: dict[type, Callable[[Any, int], Any]] = {
    str: _string,
    bytes: _bytes,
    int: _integer,
    **dict.fromkeys((type(None), bool, float, complex, range, slice, type(...)), _plain),
    **dict.fromkeys((datetime.date, datetime.timedelta, decimal.Decimal, uuid.UUID), _plain),
    **dict.fromkeys((pathlib.PosixPath, pathlib.PurePosixPath), _plain),
    **dict.fromkeys((datetime.datetime, datetime.time), _moment),
    FunctionType: _function,
    BuiltinFunctionType: _function,
    MethodType: _method,
    ModuleType: _name,
    CodeType: _opaque,
    type: _class,
}
SEQUENCES: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    deque: ("deque([", "])"),
}
MAPPINGS = (dict, OrderedDict, defaultdict)
