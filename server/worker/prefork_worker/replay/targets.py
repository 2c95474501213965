"""A request's target: as it stands in the request line, and as it is told, its path decoded."""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes

_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


def as_told(target: str) -> str:
    """Path and query; the path's bytes are shown as latin-1, as in the environ (PEP 3333)."""
    path, mark, query = target.partition("?")
    return unquote_to_bytes(path.encode("latin-1")).decode("latin-1") + mark + query


def quoted(told: str) -> str:
    """As a request line may have it. What a person typed is UTF-8, and so is most that was decoded."""
    try:
        encoded = told.encode("latin-1")
        encoded.decode("utf-8")
    except UnicodeError:
        encoded = told.encode("utf-8")
    return quote(encoded, safe=_VISIBLE)
