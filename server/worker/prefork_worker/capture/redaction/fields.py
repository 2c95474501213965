"""Secrets in header fields. The names of cookies stay: they tell who asks for what."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from .names import HIDDEN, is_secret
from .shapes import text
from .urls import url

Field = tuple[str, str]

_SCHEMES = ("basic", "bearer", "digest", "negotiate", "token")
_SHORT = 200
_URLS = ("referer", "location", "content-location", "origin", "refresh", "link")


def fields(named: Iterable[Field]) -> list[Field]:
    """Header fields in their order, secrets hidden."""
    return [(name, _field(name.lower(), content)) for name, content in named]


def _field(name: str, content: str) -> str:
    if not content:
        return content
    if name == "cookie":
        return "; ".join(_cookie(pair) for pair in content.split(";"))
    if name == "set-cookie":
        pair, semicolon, attributes = content.partition(";")
        return _cookie(pair) + semicolon + attributes
    if name in _URLS:
        return url(content)
    if is_secret(name):
        scheme = content.split(" ", 1)[0]
        return f"{scheme} {HIDDEN}" if scheme.lower() in _SCHEMES else HIDDEN
    return _usual(content) if len(content) <= _SHORT else text(content)


_usual = lru_cache(maxsize=512)(text)
"""Most fields are the same each time."""


def _cookie(pair: str) -> str:
    name, equals, _ = pair.strip().partition("=")
    return f"{name}={HIDDEN}" if equals else HIDDEN
