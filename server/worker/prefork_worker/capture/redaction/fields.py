"""Secrets in header fields. The names of cookies stay: they tell who asks for what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Optional

from .names import HIDDEN, is_secret
from .shapes import text
from .urls import url

Field = tuple[str, str]

_SCHEMES = ("basic", "bearer", "digest", "negotiate", "token")
_SHORT = 1000
_CHANGING = ("Date: ", "Server-Timing: ", "X-Prefork-Request: ", "Content-Length: ")
"""What is another with each answer is not worth remembering."""
_HARMLESS = re.compile(
    r"[0-9a-f]{1,16}|\w{3}, [\w :]{24}|app;dur=[\d.]+(?:, db;dur=[\d.]+;desc=\"\d+ \w+\")?", re.A
)
"""Of these: what the server itself writes."""
_URLS = ("referer", "location", "content-location", "origin", "refresh", "link")


Line = tuple[Field, str, str]
"""The field with its secrets hidden, its name in small letters, and what it came with."""


def fields(named: Iterable[Field]) -> list[Field]:
    """Header fields in their order, secrets hidden."""
    return [(name, _field(name.lower(), content)) for name, content in named]


def head(lines: Iterable[str]) -> list[Line]:
    """The header fields of a request or an answer; what has no name is left out."""
    read = []
    for line in lines:
        if line.startswith(_CHANGING):
            read.append(_changing(line))
        elif line:
            read.append(_remembered(line) if len(line) <= _SHORT else _read(line))
    return [field for field in read if field is not None]


def _changing(line: str) -> Optional[Line]:
    name, _, content = line.partition(": ")
    if _HARMLESS.fullmatch(content):
        return (name, content), name.lower(), content
    return _read(line)


def _read(line: str) -> Optional[Line]:
    name, _, content = line.partition(":")
    content = content.strip()
    small = name.lower()
    return ((name, _field(small, content)), small, content) if name else None


_remembered = lru_cache(maxsize=512)(_read)
"""Most lines are the same each time."""


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
    return text(content)


def _cookie(pair: str) -> str:
    name, equals, _ = pair.strip().partition("=")
    return f"{name}={HIDDEN}" if equals else HIDDEN
