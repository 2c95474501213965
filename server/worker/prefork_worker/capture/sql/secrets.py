"""What must not be told of a statement: a plan or a message repeats its values without their names."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from .. import redaction
from . import parameters, values
from .statements import Statement

MIN_SECRET = 3
"""Of shorter ones every plan is full."""


def secrets_of(statement: Statement) -> list[str]:
    """The values of its parameters and literals that are hidden, the longest first."""
    found = itertools.chain(in_parameters(statement), in_text(statement.text))
    return sorted({each for each in found if len(each) >= MIN_SECRET}, key=len, reverse=True)


def in_parameters(statement: Statement) -> Iterator[str]:
    for value, secret in parameters.named(statement.parameters, statement.text):
        for item in value if isinstance(value, list) else [value]:
            text = parameters.plain_text(item)
            if parameters.is_hidden(item, text, secret):
                yield text


def in_text(text: str) -> Iterator[str]:
    for value in values.values(text):
        literal = text[value.start : value.end]
        if value.kind in ("literal", "name") and values.hidden(value, literal) != literal:
            yield literal.strip("'\"")


def hide(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, redaction.HIDDEN)
    return text
