"""EXPLAIN: what is let through, what is told, and that nothing is run."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import unittest
from typing import Any, Optional

from prefork_worker.capture.sql import explain, parameters, secrets, statements
from prefork_worker.capture.sql.sqlite import describe
from prefork_worker.capture.sql.statements import Statement


class ExplainTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "shop.db")
        self.db = sqlite3.connect(self.path)
        self.addCleanup(self.db.close)
        with self.db:
            self.db.execute("CREATE TABLE tea (id INTEGER PRIMARY KEY, name, token)")
            self.db.execute("INSERT INTO tea VALUES (1, 'oolong', 'hunter2')")
        statements.recent.clear()

    def answer(self, text: str, values: Any = None, told: Optional[str] = None) -> dict[str, Any]:
        database = describe(self.path, sqlite3.Connection)
        kept = parameters.keep(values)
        statements.recent.append(Statement("r1", 0, text, kept, database))
        place = {"system": "sqlite", "namespace": "shop.db"}
        statement = {"text": text, "parameters": told, **place}
        request = "r1" if told is None else "gone"
        return explain.answer({"request": request, "span": 0, "statement": statement})

    def test_a_plan_is_told(self) -> None:
        answer = self.answer("SELECT * FROM tea WHERE id = ?", (1,))
        self.assertIn("detail", answer["columns"])
        self.assertIn("USING INTEGER PRIMARY KEY", answer["rows"][0][-1])

    def test_nothing_is_changed(self) -> None:
        for text in (
            "DELETE FROM tea",
            "UPDATE tea SET name = 'x'",
            "INSERT INTO tea (id) VALUES (2)",
        ):
            self.assertNotIn("error", self.answer(text))
        found = self.db.execute("SELECT * FROM tea").fetchall()
        self.assertEqual(found, [(1, "oolong", "hunter2")])

    def test_what_could_change_something_is_refused(self) -> None:
        for text in (
            "DROP TABLE tea",
            "PRAGMA user_version = 3",
            "-- SELECT\nDROP TABLE tea",
            "SELECT 1; DROP TABLE tea",
            "SELECT 1 /*! INTO OUTFILE 'x' */",
            "ANALYZE",
            "VACUUM",
            "",
        ):
            self.assertIn("error", self.answer(text), text)

    def test_comments_and_brackets_may_come_first(self) -> None:
        for text in (
            "/* who */ SELECT 1",
            "-- who\n SELECT 1;",
            "WITH a AS (SELECT 1) SELECT * FROM a",
        ):
            self.assertNotIn("error", self.answer(text), text)

    def test_parameters_that_were_not_kept_are_not_made_up(self) -> None:
        answer = self.answer("SELECT * FROM tea WHERE name = ?", (b"oolong",))
        self.assertIn("not kept", answer["error"])

    def test_another_worker_does_it_if_it_knows_all(self) -> None:
        self.assertNotIn("error", self.answer("SELECT * FROM tea WHERE id = ?", (1,), "[1]"))
        for told in ("[[hidden]]", "[2026-11-22]", "['a'…", "[<5 bytes>]", "[__import__('os')]"):
            answer = self.answer("SELECT * FROM tea WHERE id = ?", (1,), told)
            self.assertIn("send the request again", answer["error"])

    def test_the_databases_own_words_are_told_without_secrets(self) -> None:
        answer = self.answer("SELECT * FROM coffee")
        self.assertEqual(answer["error"], "OperationalError: no such table: coffee")
        statement = Statement(
            "", 0, "SELECT 1 WHERE token = ?", ["hunter2"], statements.Database("", "", list)
        )
        self.assertEqual(secrets.secrets_of(statement), ["hunter2"])
        self.assertEqual(
            secrets.hide("Filter: (token = 'hunter2')", ["hunter2"]), "Filter: (token = '[hidden]')"
        )

    def test_a_database_in_memory_is_told_to_be_one(self) -> None:
        database = describe(":memory:", sqlite3.Connection)
        statements.recent.append(Statement("r2", 1, "SELECT 1", None, database))
        answer = explain.answer({"request": "r2", "span": 1, "statement": {}})
        self.assertTrue(answer["error"].startswith("This database is in memory"), answer)
