"""Django's caches: class methods of each backend, wrapped as its first instance is made.

Backends call their own methods (`get_or_set` calls `get`, `get_many` of most calls it for each key): the
outermost is the one span.
"""

from __future__ import annotations

from functools import partial
from types import FunctionType, ModuleType
from typing import Any, Optional

from ..hooks import Function, Hook, Install, mark, patch
from ..record import Record, current
from ..spans import Span
from . import keys

ONE_KEY = (
    *("get", "set", "add", "delete", "touch", "has_key", "get_or_set"),
    *("incr", "decr", "incr_version", "decr_version"),
)
MANY_KEYS = ("get_many", "set_many", "delete_many")
OPERATIONS = (*ONE_KEY, *MANY_KEYS, "clear")
ALIAS = "_prefork_alias"


def install(module: ModuleType, hook: Hook) -> None:
    """Into `django.core.cache`; `create_connection` is there from Django 3.2 on."""
    handler = module.CacheHandler
    make = "create_connection" if "create_connection" in handler.__dict__ else "__getitem__"
    patch(handler, make, lambda original: making(original, hook))


def making(original: Function, hook: Hook) -> Function:
    def create_connection(self: Any, alias: Any) -> Any:
        backend = original(self, alias)
        try:
            if ALIAS not in vars(backend):
                prepare(type(backend), hook)
                setattr(backend, ALIAS, alias)
        except Exception as error:
            hook.fail(error)
        return backend

    return mark(create_connection, original)


def prepare(backend: type, hook: Hook) -> None:
    """Wraps what this backend and those it is derived from define."""
    for kind in backend.__mro__:
        for name in OPERATIONS:
            if type(kind.__dict__.get(name)) is FunctionType:
                patch(kind, name, partial(telling, name=name, hook=hook))


def telling(original: Function, name: str, hook: Hook) -> Function:
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        record = current.get()
        if record is None or hook.off:
            return original(self, *args, **kwargs)
        span = begin(hook, record, self, name, args, kwargs)
        if span is None:
            result = original(self, *args, **kwargs)
            if name == "get":
                within(hook, record, result, args, kwargs)
            return result
        with span:
            result = original(self, *args, **kwargs)
        if name in ("get", "has_key", "get_many"):
            note(hook, span, name, result, args, kwargs)
        return result

    return mark(wrapper, original)


def begin(
    hook: Hook, record: Record, backend: Any, name: str, args: Any, kwargs: Any
) -> Optional[Span]:
    try:
        spans = record.spans or record.begin_spans()
        span = spans.open("cache", operation(name, args, kwargs))
        if span is not None:
            span.attributes["db.system.name"] = system(type(backend))
            span.attributes["db.namespace"] = str(vars(backend).get(ALIAS, ""))
        return span
    except Exception as error:
        hook.fail(error)
        return None


def operation(name: str, args: Any, kwargs: Any) -> str:
    """`get KEY`, `get_many KEY, KEY`."""
    if name in ONE_KEY:
        return f"{name} {keys.text(args[0] if args else kwargs.get('key'))}"
    if name in MANY_KEYS:
        asked = args[0] if args else kwargs.get("data" if name == "set_many" else "keys")
        return f"{name} {keys.texts(asked)}"
    return name


def system(backend: type) -> str:
    """`locmem`, `redis`: Django names the module after it."""
    return backend.__module__.rpartition(".")[2]


def is_hit(result: Any, args: Any, kwargs: Any) -> bool:
    """Of `get(key, default=None)`."""
    return result is not (args[1] if len(args) > 1 else kwargs.get("default"))


def note(hook: Hook, span: Span, name: str, result: Any, args: Any, kwargs: Any) -> None:
    try:
        if name == "get":
            keys.found(span, 1, int(is_hit(result, args, kwargs)))
        elif name == "has_key":
            keys.found(span, 1, int(result is True))
        elif type(result) is dict and "keys" not in span.attributes:
            asked = args[0] if args else kwargs.get("keys")
            sized = type(asked) in (list, tuple, set, frozenset, dict)
            keys.found(span, len(asked) if sized else len(result), len(result))
    except Exception as error:
        hook.fail(error)


def within(hook: Hook, record: Record, result: Any, args: Any, kwargs: Any) -> None:
    """A `get` that is part of another operation tells what that found."""
    try:
        outer = record.spans.open_span() if record.spans is not None else None
        if outer is None:
            return
        first = "keys" not in outer.attributes
        # `get_or_set` asks again once it has set.
        if outer.text.startswith("get_many ") or (first and outer.text.startswith("get_or_set ")):
            keys.found(outer, 1, int(is_hit(result, args, kwargs)))
    except Exception as error:
        hook.fail(error)


HOOKS: dict[str, Install] = {"django.core.cache": install}
