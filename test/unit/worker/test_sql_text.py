"""What is shown of statements and parameters: secrets hidden, bounded, nothing of the user's called."""

from __future__ import annotations

import datetime
import decimal
import unittest
import uuid
from typing import Any

from prefork_worker.capture.sql import parameters, values


class Touchy(str):
    """Whoever looks at it runs the user's code."""

    def touched(self, *_: Any) -> Any:
        raise AssertionError("the user's code was run")

    __repr__ = __str__ = __hash__ = __eq__ = __len__ = __format__ = touched


def shown(given: Any, statement: str = "") -> str:
    return parameters.shown(parameters.keep(given), statement)


def digest(given: Any) -> str:
    return parameters.digest(parameters.keep(given))


class ParametersTest(unittest.TestCase):
    def test_plain_values_are_shown_as_python_writes_them(self) -> None:
        self.assertEqual(shown((1, 2.5, "tea", None, True)), "[1, 2.5, 'tea', None, True]")
        self.assertEqual(shown({"id": 3, "name": "it's"}), "{'id': 3, 'name': \"it's\"}")
        given = [
            decimal.Decimal("1.50"),
            datetime.date(2026, 1, 2),
            datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc),
            uuid.UUID(int=1),
        ]
        expected = (
            "[1.50, 2026-01-02, 2026-01-02 00:00:00+00:00, 00000000-0000-0000-0000-000000000001]"
        )
        self.assertEqual(shown(given), expected)

    def test_of_bytes_only_the_length_is_told(self) -> None:
        self.assertEqual(shown([b"12345", bytearray(3)]), "[<5 bytes>, <3 bytes>]")

    def test_no_code_of_the_users_is_run(self) -> None:
        class Zone(datetime.tzinfo):
            def touched(self, when: Any) -> Any:
                raise AssertionError("the user's code was run")

            utcoffset = tzname = dst = touched

        when = datetime.datetime(2026, 1, 2, tzinfo=Zone())
        self.assertEqual(shown([Touchy("x"), when]), "[<Touchy>, <datetime>]")
        self.assertEqual(shown(Touchy("x")), "<Touchy>")

    def test_it_is_bounded_whatever_is_given(self) -> None:
        self.assertLess(len(shown(["x" * 10_000] * 10_000)), 2_100)
        self.assertLess(len(shown([10**100_000])), 100)
        endless: list[Any] = []
        endless.append(endless)
        self.assertLess(len(shown(endless)), 2_100)

    def test_secrets_are_hidden_by_column_name_and_shape(self) -> None:
        update = "UPDATE users SET name = %s, password = %s WHERE id = %s"
        self.assertEqual(shown(("ann", "hunter2", 3), update), "['ann', [hidden], 3]")
        insert = 'INSERT INTO "u" ("name", "api_key") VALUES (?, ?), (?, ?)'
        self.assertEqual(shown(("a", "k1", "b", "k2"), insert), "['a', [hidden], 'b', [hidden]]")
        self.assertEqual(shown({"p": "x"}, "UPDATE u SET token = :p"), "{'p': [hidden]}")
        self.assertEqual(shown({"p": 7}, "UPDATE u SET pwd = %(p)s"), "{'p': [hidden]}")
        among = "SELECT 1 FROM u WHERE u.secret IN (?, ?) LIMIT ?"
        self.assertEqual(shown(("a", "b", 5), among), "[[hidden], [hidden], 5]")
        self.assertNotIn("AKIA", shown(["AKIAIOSFODNN7EXAMPLE"]))

    def test_the_digest_is_equal_for_equal_parameters_only(self) -> None:
        self.assertEqual(digest((1, "a")), digest([1, "a"]))
        self.assertNotEqual(digest((1, "a")), digest((1, "b")))
        long = "x" * 1_000
        self.assertEqual(digest([long + "a"]), digest([long + "a"]))
        self.assertNotEqual(digest([long + "a"]), digest([long + "b"]))
        self.assertNotEqual(digest([b"ab"]), digest([b"cd"]))
        self.assertNotEqual(digest([object()]), digest([object()]), "not known to be equal")

    def test_what_the_app_changes_later_is_kept_as_it_was(self) -> None:
        given = ["before"]
        kept = parameters.keep(given)
        given[0] = "after"
        self.assertEqual(parameters.shown(kept, ""), "['before']")

    def test_only_whole_parameters_can_be_passed_again(self) -> None:
        whole: list[Any] = [None, [1, "a", [2]], {"id": 1}]
        for given in whole:
            self.assertTrue(parameters.is_whole(parameters.keep(given)), given)
        cut: list[Any] = [[b"a"], ["x" * 1_000], {"o": object()}, [[b"a"]], object(), [1] * 1_000]
        for given in cut:
            self.assertFalse(parameters.is_whole(parameters.keep(given)), given)


class StatementTest(unittest.TestCase):
    def test_secret_literals_are_hidden(self) -> None:
        cases = {
            "UPDATE u SET password = 'it''s', n = 'a'": "UPDATE u SET password = '[hidden]', n = 'a'",
            "SELECT 1 FROM u WHERE token LIKE 'a%'": "SELECT 1 FROM u WHERE token LIKE '[hidden]'",
            "SELECT 1 FROM u WHERE otp = 123456": "SELECT 1 FROM u WHERE otp = '[hidden]'",
            "INSERT INTO u (a, pwd) VALUES ('x', 'y')": (
                "INSERT INTO u (a, pwd) VALUES ('x', '[hidden]')"
            ),
            'SELECT 1 FROM u WHERE password = "x"': "SELECT 1 FROM u WHERE password = '[hidden]'",
        }
        for statement, expected in cases.items():
            self.assertEqual(values.redacted(statement), expected)

    def test_secrets_are_hidden_by_shape_in_literals_and_comments(self) -> None:
        for statement in ("SELECT 'AKIAIOSFODNN7EXAMPLE'", "SELECT 1 -- AKIAIOSFODNN7EXAMPLE"):
            self.assertNotIn("AKIA", values.redacted(statement))

    def test_names_are_left_alone(self) -> None:
        for statement in (
            'SELECT 1 FROM "s" INNER JOIN "t" ON ("s"."session_key" = "t"."session_key")',
            "UPDATE u SET password = lower(password), token = ?, secret = %s WHERE session = :id",
            "SELECT id::text FROM u WHERE u.token_id = t.id",
        ):
            self.assertEqual(values.redacted(statement), statement)

    def test_a_long_statement_takes_time_in_proportion(self) -> None:
        for piece in ("'", "(", '"', "/*", "a ", "password = 'x', ", "$$", "%("):
            values.redacted("INSERT INTO t (a) VALUES (" + piece * 200_000)
