"""EXPLAIN on demand: how the database would run a statement that was captured, which is not run.

On a connection of its own, made as the app's was, in a transaction that is rolled back; never
ANALYZE. Only what EXPLAIN leaves unexecuted is let through: one statement that reads or writes rows.
"""

from __future__ import annotations

import ast
import re
from typing import Any, Optional

from .. import redaction
from . import parameters, statements
from .secrets import hide, secrets_of
from .statements import Database, Refused, Statement

MAX_ROWS = 1_000
SECONDS = 3
"""How long the database may take, where it can be told."""

FIRST_WORD = re.compile(r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*([a-z]+)", re.IGNORECASE | re.DOTALL)
EXPLAINABLE = frozenset(("SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"))

PREFIXES = {
    "sqlite": "EXPLAIN QUERY PLAN ",
    "postgresql": "EXPLAIN ",
    "mysql": "EXPLAIN ",
    "mariadb": "EXPLAIN ",
}
PREPARE = {
    "postgresql": (
        "SET TRANSACTION READ ONLY",
        f"SET LOCAL statement_timeout = {SECONDS * 1000}",
    ),
    "mysql": (f"SET SESSION lock_wait_timeout = {SECONDS}",),
    "mariadb": (f"SET SESSION lock_wait_timeout = {SECONDS}",),
}


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """The fields of the report `explained`: `columns` and `rows`, or `error`."""
    secrets: list[str] = []
    try:
        statement = find(asked)
        secrets = secrets_of(statement)
        columns, rows = explain(statement)
    except Exception as error:
        kind = "" if isinstance(error, Refused) else f"{type(error).__name__}: "
        return {"error": redaction.text(hide(kind + str(error), secrets))}
    return {"columns": columns, "rows": [[hide(cell, secrets) for cell in row] for row in rows]}


def find(asked: dict[str, Any]) -> Statement:
    """As this worker has executed it, else as it was told by one that is gone."""
    found = statements.find(asked["request"], asked["span"])
    return found or retold(asked["statement"])


def retold(told: dict[str, Any]) -> Statement:
    text, shown = told["text"], told.get("parameters")
    if redaction.HIDDEN in text + (shown or "") or text.endswith("…"):
        raise Refused("A part of it is hidden, and its worker is gone; send the request again.")
    try:
        kept = None if shown is None else ast.literal_eval(shown)
    except (ValueError, SyntaxError):
        raise Refused("Its worker is gone; send the request again.") from None
    return Statement("", -1, text, kept, database_like(told["system"], told["namespace"]))


def database_like(system: str, namespace: str) -> Database:
    for statement in reversed(list(statements.recent)):
        if (statement.database.system, statement.database.namespace) == (system, namespace):
            return statement.database
    raise Refused(
        "Its worker is gone, and the one in its place has not asked that database anything yet; "
        "send the request again."
    )


def explain(statement: Statement) -> tuple[list[str], list[list[str]]]:
    prefix = check(statement)
    connection = statement.database.connect()
    try:
        cursor = connection.cursor()
        for preparation in PREPARE.get(statement.database.system, ()):
            cursor.execute(preparation)
        run(cursor, prefix + statement.text, statement.parameters)
        columns = [str(column[0]) for column in cursor.description]
        rows = [[str(cell) for cell in row] for row in cursor.fetchmany(MAX_ROWS)]
        connection.rollback()
    finally:
        connection.close()
    return columns, rows


def run(cursor: Any, text: str, kept: parameters.Kept) -> None:
    if kept is None:
        cursor.execute(text)
    else:
        cursor.execute(text, tuple(kept) if isinstance(kept, list) else kept)


def check(statement: Statement) -> str:
    """What to put before it; raises Refused."""
    text, system = statement.text, statement.database.system
    prefix: Optional[str] = PREFIXES.get(system)
    if prefix is None:
        raise Refused(f"EXPLAIN is not known for {system or 'this database'}.")
    word = FIRST_WORD.match(text)
    if word is None or word[1].upper() not in EXPLAINABLE:
        raise Refused("Only SELECT, INSERT, UPDATE, DELETE and WITH can be explained.")
    if ";" in text.rstrip("; \t\r\n") or "/*!" in text or "/*M!" in text:
        raise Refused("It may be more than one statement.")
    if not parameters.is_whole(statement.parameters) or text.endswith("…"):
        raise Refused("It or its parameters are too long, or of other types, and were not kept.")
    return prefix
