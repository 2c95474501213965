"""Secrets in URLs: the password before the host, the values of a query, segments of a path."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_plus

from .names import HIDDEN, is_secret
from .shapes import text

_TOKENLIKE = re.compile(r"(?=(?:[^0-9]*[0-9]){2})[\w.~%=-]{12,}", re.A)
_ASSIGNMENT = re.compile(r"(?<=;)([^;=/]{1,80})=([^;/]*)")


def url(whole: str) -> str:
    """With all of its secrets hidden, and otherwise as it is."""
    rest, hash_sign, fragment = whole.partition("#")
    rest, mark, queried = rest.partition("?")
    start, slashes, location = rest.partition("://")
    if slashes:
        host, slash, under = location.partition("/")
        rest = text(start + slashes + host) + (path(slash + under) if slash else "")
    else:
        rest = path(rest)
    fragment = query(fragment) if "=" in fragment else text(fragment)
    return rest + mark + query(queried) + hash_sign + fragment


@lru_cache(maxsize=1024)
def path(whole: str) -> str:
    """What looks like a token, and what follows a segment that speaks of one: `/reset-password/…`."""
    segments = whole.split("/")
    for number, segment in enumerate(segments[1:], 1):
        if _TOKENLIKE.fullmatch(segment) and is_secret(segments[number - 1]):
            segments[number] = HIDDEN
    hidden = "/".join(segments)
    if ";" in hidden:
        hidden = _ASSIGNMENT.sub(_hide_parameter, hidden)
    return text(hidden)


@lru_cache(maxsize=1024)
def query(whole: str) -> str:
    """`name=value&…`: values by their names or shapes; names, order and encoding stay."""
    if not whole:
        return ""
    return "".join(map(_pair, re.split("([&;])", whole)))


def urlencoded(whole: str) -> str:
    """A form's body; only `&` separates."""
    return "&".join(map(_pair, whole.split("&")))


def _pair(pair: str) -> str:
    name, equals, content = pair.partition("=")
    if not equals:
        return text(pair) if len(pair) > 1 else pair
    decoded = unquote_plus(content)
    if decoded and is_secret(unquote_plus(name)) or text(decoded) != decoded:
        return f"{name}={HIDDEN}"
    return pair


def _hide_parameter(found: re.Match[str]) -> str:
    return f"{found[1]}={HIDDEN}" if is_secret(found[1]) else found[0]
