"""Statements that psycopg's `sql` module composes, as text, without their literals."""

from __future__ import annotations

from typing import Any

from .statements import plain

MAX_PARTS = 1_000


def text(query: Any) -> str:
    """Of the library's own classes; the parameters in them stay out of it."""
    if not type(query).__module__.startswith(("psycopg.sql", "psycopg2.sql")):
        return plain(query)
    content = getattr(query, "_obj", getattr(query, "_wrapped", ""))
    return READERS.get(type(query).__name__, unknown)(content)


def joined(parts: Any) -> str:
    return "".join(text(part) for part in list(parts)[:MAX_PARTS])


def identifier(names: Any) -> str:
    return ".".join('"' + plain(name).replace('"', '""') + '"' for name in names)


def placeholder(name: Any) -> str:
    return f"%({plain(name)})s" if name else "%s"


def unknown(content: Any) -> str:
    return "'…'"


READERS = {
    "Composed": joined,
    "SQL": plain,
    "Identifier": identifier,
    "Placeholder": placeholder,
    "Literal": unknown,
}
