"""The values in a statement, placeholders and literals, and which column each of them is for.

Only names that may be a secret's matter, so a look at the tokens is enough: the last name before the
value, and in `INSERT` the one at its place in the column list.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from .. import redaction

TOKEN = re.compile(
    r"""
      (?P<literal> '(?:[^'\\]|''|\\.)*' | \$\$.*?\$\$ | (?<=[=(,\s])\d[\d.]* )
    | (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<place> \? | %s | %\(\w+\)s | \$\d+ | (?<!:):[^\W\d]\w* )
    | (?P<name> "[^"]*" | `[^`]*` | \[\w+\] | [^\W\d]\w* )
    | (?P<bracket> [()] )
    """,
    re.VERBOSE | re.DOTALL,
)

IN_BETWEEN = frozenset(
    (
        "AND",
        "ANY",
        "BETWEEN",
        "ESCAPE",
        "GLOB",
        "ILIKE",
        "IN",
        "IS",
        "LIKE",
        "LOWER",
        "NOT",
        "UPPER",
    )
)
"""May stand between a column and what it is compared to."""
NONE = frozenset(("FETCH", "LIMIT", "OFFSET", "SELECT", "VALUES", "WHERE"))


class Value(NamedTuple):
    kind: str
    """`literal`, `comment`, `place`, or `name` where that may be a string in double quotes."""
    start: int
    end: int
    column: str


@functools.lru_cache(maxsize=512)
def values(statement: str) -> list[Value]:
    """In order. Callers do not change the list."""
    inserted, start = inserted_columns(statement)
    found: list[Value] = []
    last, depth, in_row = "", 0, 0
    for token in TOKEN.finditer(statement, start):
        kind = str(token.lastgroup)
        if kind == "bracket":
            depth += 1 if token[0] == "(" else -1
            in_row = in_row if depth else 0
        elif kind == "name" and not is_quoted_value(token):
            last = name_after(token[0].strip('"`[]'), last)
            inserted = inserted if depth or last == "" else []
        else:
            column = inserted[in_row] if depth and in_row < len(inserted) else last
            found.append(Value(kind, token.start(), token.end(), column))
            in_row += kind != "comment"
    return found


def is_quoted_value(token: re.Match[str]) -> bool:
    """`= "…"`, which MySQL and SQLite may take for a string."""
    whole, start, end = token.string, *token.span()
    before = whole[max(0, start - 2) : start].rstrip()
    return whole[start] == '"' and before[-1:] in ("=", ">", "<") and whole[end : end + 1] != "."


def name_after(name: str, last: str) -> str:
    upper = name.upper()
    if upper in IN_BETWEEN:
        return last
    return "" if upper in NONE else name


INSERT = re.compile(
    r"\s*(?:INSERT|REPLACE)\b[^(]*\(([^()]*)\)\s*VALUES\b", re.IGNORECASE | re.DOTALL
)


def inserted_columns(statement: str) -> tuple[list[str], int]:
    """The column list of an `INSERT … VALUES`, and where its values begin."""
    insert = INSERT.match(statement)
    if insert is None:
        return [], 0
    return [name.strip().strip('"`[]') for name in insert[1].split(",")], insert.end()


@functools.lru_cache(maxsize=512)
def columns(statement: str) -> list[tuple[str, str]]:
    """The names of placeholders, if they have any, and of their columns, in order; not to be changed."""
    places = (value for value in values(statement) if value.kind == "place")
    return [(name_of(statement[each.start : each.end]), each.column) for each in places]


def name_of(placeholder: str) -> str:
    """`id` of `%(id)s` and `:id`."""
    return placeholder[2:-2] if placeholder.startswith("%(") else placeholder[1:]


@functools.lru_cache(maxsize=512)
def redacted(statement: str) -> str:
    """The statement with secret literals hidden: by their column's name, and by their shape."""
    pieces, done = [], 0
    for value in values(statement):
        literal = statement[value.start : value.end]
        shown = hidden(value, literal)
        if shown != literal:
            pieces += [statement[done : value.start], shown]
            done = value.end
    return "".join([*pieces, statement[done:]])


def hidden(value: Value, literal: str) -> str:
    if value.kind in ("literal", "name") and redaction.is_secret(value.column):
        return f"'{redaction.HIDDEN}'"
    return literal if value.kind == "place" else redaction.text(literal)
