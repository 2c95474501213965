"""A statement's parameters: copied at the call, shown later, told apart without being told.

`keep` runs on the app's thread and calls no code of the user's: only values of exact builtin types
are kept, of the others their type. What it gives belongs to capture alone, so that the app may change
or drop its own meanwhile. `shown` and `digest` run on the control thread.
"""

from __future__ import annotations

import datetime
import decimal
import functools
import hashlib
import itertools
import os
import uuid
from collections.abc import Iterable
from typing import Any, Optional, Union

from .. import redaction
from .values import columns

MAX_COUNT = 200
MAX_STRING = 256
MAX_STRING_OF_MANY = 64
MANY = 20
"""So that a statement holds a few KB whatever it is given: of more than `MANY` each is cut shorter."""
MAX_SHOWN = 2048
MAX_BITS = 1024
MIN_SHAPE = 8
"""Characters that a secret has at least which is known by its shape."""

PLAIN = frozenset(
    (type(None), bool, int, float, decimal.Decimal, datetime.date, datetime.timedelta, uuid.UUID)
)
TIMES = frozenset((datetime.datetime, datetime.time))
ZONES = frozenset((("datetime", "timezone"), ("zoneinfo", "ZoneInfo")))
BYTES = frozenset((bytes, bytearray, memoryview))

Kept = Union[list[Any], dict[str, Any], "Opaque", None]

_name_of = type.__dict__["__qualname__"].__get__
_unequal = itertools.count()
_key = os.urandom(16)


class Opaque(str):
    """Stands for a value that is not kept; `mark` is equal for equal ones, where that is known."""

    mark: int

    def __new__(cls, text: str, mark: Optional[int] = None) -> Opaque:
        opaque = super().__new__(cls, text)
        opaque.mark = next(_unequal) if mark is None else mark
        return opaque


def keep(parameters: Any) -> Kept:
    kind = type(parameters)
    if kind is tuple or kind is list:
        longest = MAX_STRING if len(parameters) <= MANY else MAX_STRING_OF_MANY
        kept = [
            value
            if (kind := type(value)) in PLAIN or kind is str and len(value) <= longest
            else keep_value(value, longest)
            for value in parameters[:MAX_COUNT]
        ]
        if len(parameters) > MAX_COUNT:
            kept.append(Opaque(f"… {len(parameters) - MAX_COUNT} more", len(parameters)))
        return kept
    if kind is dict:
        pairs = itertools.islice(parameters.items(), MAX_COUNT)
        return {name: keep_value(value, MAX_STRING) for name, value in pairs if type(name) is str}
    return None if parameters is None else Opaque(f"<{_name_of(kind)}>")


def keep_value(value: Any, longest: int, depth: int = 1) -> Any:
    kind = type(value)
    if kind is str:
        return value if len(value) <= longest else Opaque(value[:longest] + "…", hash(value))
    if kind in PLAIN:
        return value
    if kind in BYTES:
        return Opaque(f"<{len(value)} bytes>", hash(value) if kind is bytes else None)
    if kind in TIMES and is_plain_zone(value.tzinfo):
        return value
    if (kind is list or kind is tuple) and depth and len(value) <= MANY:
        return [keep_value(item, MAX_STRING_OF_MANY, depth - 1) for item in value]
    return Opaque(f"<{_name_of(kind)}>")


def is_plain_zone(zone: Any) -> bool:
    kind = type(zone)
    return zone is None or (kind.__module__, kind.__name__) in ZONES


def is_whole(kept: Kept) -> bool:
    """Whether it can be passed to a database again."""
    if isinstance(kept, (list, dict)):
        values = kept if isinstance(kept, list) else kept.values()
        return all(
            is_whole(value) if isinstance(value, list) else not_opaque(value) for value in values
        )
    return not_opaque(kept)


def not_opaque(value: Any) -> bool:
    return not isinstance(value, Opaque)


def shown(kept: Kept, statement: str) -> str:
    """As Python writes them, secrets hidden by the column's name and by their shape."""
    if isinstance(kept, Opaque) or kept is None:
        return str(kept)
    shown = [show(value, secret) for value, secret in named(kept, statement)]
    if isinstance(kept, list):
        return within_bound(shown, "[", "]")
    return within_bound((f"{name!r}: {text}" for name, text in zip(kept, shown)), "{", "}")


def named(kept: Kept, statement: str) -> list[tuple[Any, bool]]:
    """Each value, and whether one of the names that it goes by is a secret's: its own, or its column's."""
    if isinstance(kept, dict):
        column = dict(columns(statement))
        is_secret = redaction.is_secret
        return [
            (value, is_secret(name) or is_secret(column.get(name, "")))
            for name, value in kept.items()
        ]
    if isinstance(kept, list):
        return list(zip(kept, itertools.chain(secret_places(statement), itertools.repeat(False))))
    return []


@functools.lru_cache(maxsize=512)
def secret_places(statement: str) -> list[bool]:
    """Of the placeholders in order, whether the column is a secret's; not to be changed."""
    return [redaction.is_secret(column) for _, column in columns(statement)]


def within_bound(parts: Iterable[str], before: str, after: str) -> str:
    text = before
    for number, part in enumerate(parts):
        text += f", {part}" if number else part
        if len(text) > MAX_SHOWN:
            return text[: MAX_SHOWN - 1] + "…"
    return text + after


def show(value: Any, secret: bool) -> str:
    if isinstance(value, list):
        return within_bound((show(item, secret) for item in value), "[", "]")
    text = plain_text(value)
    if is_hidden(value, text, secret):
        return redaction.HIDDEN
    return repr(value) if type(value) is str else text


def is_hidden(value: Any, text: str, secret: bool) -> bool:
    """`secret`: it goes by the name of one."""
    if not text or value is None:
        return False
    if secret:
        return True
    return isinstance(value, str) and len(text) >= MIN_SHAPE and redaction.text(text) != text


def plain_text(value: Any) -> str:
    if type(value) is int and value.bit_length() > MAX_BITS:
        return f"<int of {value.bit_length()} bits>"
    return str(value)


def digest(kept: Kept) -> str:
    """Equal for equal parameters within one process; it cannot be tried against guesses."""
    text = repr(kept) + "".join(marks(kept))
    return hashlib.blake2b(text.encode("utf-8", "replace"), key=_key, digest_size=8).hexdigest()


def marks(kept: Any) -> list[str]:
    if isinstance(kept, Opaque):
        return [str(kept.mark)]
    if isinstance(kept, dict):
        kept = list(kept.values())
    return [mark for value in kept for mark in marks(value)] if isinstance(kept, list) else []
