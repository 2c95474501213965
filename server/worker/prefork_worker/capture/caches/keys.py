"""Keys as they are told of. Secrets in them are hidden by shape as a span is encoded."""

from __future__ import annotations

from typing import Any

from ..redaction import HIDDEN
from ..redaction import text as without_secrets
from ..spans import Span, shown

shown["cache"] = without_secrets

SHOWN = 5
SESSION = "django.contrib.sessions."


def text(key: Any) -> str:
    """One key. What follows a session backend's prefix is what the session's cookie holds."""
    if type(key) is bytes:
        key = key[:200].decode("utf-8", "replace")
    if isinstance(key, str):
        plain = str.__str__(key)  # Django's are SafeString at times
        return plain.partition(SESSION)[0] + SESSION + HIDDEN if SESSION in plain else plain
    return str(key) if type(key) in (int, float) else f"<{type(key).__name__}>"


def texts(keys: Any) -> str:
    """The first of several; an iterator is the cache's to go through."""
    if type(keys) not in (list, tuple, set, frozenset, dict):
        return "…"
    shown = [text(key) for _, key in zip(range(SHOWN), keys)]
    return ", ".join(shown) + (", …" if len(keys) > SHOWN else "")


def found(span: Span, keys: int, hits: int) -> None:
    """The cache had `hits` of `keys`."""
    span.attributes["keys"] = span.attributes.get("keys", 0) + keys
    span.attributes["hits"] = span.attributes.get("hits", 0) + hits
    span.spans.hits += hits
