"""SQL spans of sqlite3, SQLAlchemy and Django: one a query, with its rows; and the app never notices.

The hooks change the process, so each case runs in an interpreter of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
import unittest
from typing import Any

WORKER = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../../server/worker"))

PRELUDE = """
import json, os, sys
from time import perf_counter_ns
from prefork_worker.capture import Capture
{before}
capture = Capture()
capture.install(lambda: None)
record = None
def begin():
    global record
    record = capture.begin("GET", "/", "", "127.0.0.1", perf_counter_ns())
def tell():
    capture.end(record)
    (ended,) = [event for event in capture.take()[0] if event["type"] == "request.ended"]
    print(json.dumps([ended, capture.hooks.states()]))
"""

Spans = list[dict[str, Any]]


def run(script: str, before: str = "") -> dict[str, Any]:
    """The event `request.ended` that the script's request makes, with `states` of the hooks."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "app.py")
        with open(path, "w") as file:
            file.write(PRELUDE.format(before=before) + textwrap.dedent(script) + "\ntell()\n")
        environment = {**os.environ, "PYTHONPATH": WORKER}
        command = [sys.executable, path]
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise AssertionError(done.stderr)
    ended, states = json.loads(done.stdout.splitlines()[-1])
    return {**ended, "states": states}


def queries(ended: dict[str, Any]) -> Spans:
    trace = ended["trace"]
    return [
        {"text": trace["texts"][text], "site": trace["sites"][site] if site >= 0 else None, **rest}
        for kind, _, _, _, text, site, rest in trace["spans"]
        if kind == "sql"
    ]


ROWS = "db.response.returned_rows"

TEA = """
import sqlite3
db = sqlite3.connect("shop.db")
db.execute("CREATE TABLE tea (id INTEGER PRIMARY KEY, name TEXT, token TEXT)")
db.executemany("INSERT INTO tea (name) VALUES (?)", [("oolong",), ("sencha",), ("assam",)])
db.commit()
"""


class SqliteTest(unittest.TestCase):
    def test_a_query_is_one_span_with_rows_parameters_and_place(self) -> None:
        ended = run(
            TEA + 'begin()\nrows = db.execute("SELECT * FROM tea WHERE id > ?", (1,)).fetchall()'
        )
        (query,) = queries(ended)
        self.assertEqual(query["text"], "SELECT * FROM tea WHERE id > ?")
        self.assertEqual((query["db.system.name"], query["db.namespace"]), ("sqlite", "shop.db"))
        self.assertEqual((query[ROWS], query["parameters"]), (2, "[1]"))
        self.assertEqual(query["site"][0].rpartition("/")[2], "app.py")
        self.assertIn("fetch", query)
        self.assertEqual(ended["totals"]["sql"]["count"], 1)

    def test_rows_are_counted_however_they_are_fetched(self) -> None:
        script = """
            begin()
            cursor = db.cursor()
            cursor.execute("SELECT 'iterate' FROM tea")
            assert len(list(cursor)) == 3
            cursor.execute("SELECT 'one' FROM tea").fetchone()
            cursor.execute("SELECT 'many' FROM tea").fetchmany(2)
            cursor.fetchmany(2)
            db.execute("UPDATE tea SET name = 'x' WHERE id < 3")
            db.executemany("INSERT INTO tea (name) VALUES (?)", [("a",), ("b",)])
            db.executemany("INSERT INTO tea (name) VALUES (?)", iter([("c",)]))
            db.executescript("SELECT 1; SELECT 2")
        """
        found = [
            (query.get(ROWS), query.get("db.operation.batch.size"))
            for query in queries(run(TEA + textwrap.dedent(script)))
        ]
        expected = [(3, None), (1, None), (3, None), (2, None), (2, 2), (1, None), (None, None)]
        self.assertEqual(found, expected)

    def test_many_rows_are_counted_one_by_one(self) -> None:
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000)"
        script = f"""
            begin()
            assert sum(1 for row in db.execute("{numbers} SELECT * FROM n")) == 1000
            cursor = db.execute("{numbers} SELECT * FROM n")
            assert [cursor.fetchone() for _ in range(333)][-1] == (333,)
        """
        found = queries(run(TEA + textwrap.dedent(script)))
        self.assertEqual([query[ROWS] for query in found], [1000, 333])
        self.assertTrue(all(query["fetch"] > 0 for query in found))

    def test_the_time_of_fetching_is_the_querys(self) -> None:
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000)"
        ended = run(TEA + f'begin()\nrows = db.execute("{numbers} SELECT * FROM n").fetchall()')
        (query,) = queries(ended)
        self.assertEqual(query[ROWS], 50_000)
        self.assertGreater(query["fetch"], 0)
        self.assertGreaterEqual(ended["totals"]["sql"]["duration"], query["fetch"])

    def test_an_error_is_told_and_raised_as_it_is(self) -> None:
        script = """
            begin()
            try:
                db.execute("SELECT * FROM coffee")
            except sqlite3.OperationalError as error:
                assert str(error) == "no such table: coffee", error
                assert error.__context__ is None
        """
        (query,) = queries(run(TEA + textwrap.dedent(script)))
        self.assertEqual(query["error.type"], "OperationalError")

    def test_classes_of_the_users_are_kept(self) -> None:
        script = """
            class Cursor(sqlite3.Cursor):
                def execute(self, *arguments):
                    return super().execute(*arguments)
            class Connection(sqlite3.Connection):
                def cursor(self):
                    return super().cursor(Cursor)
            begin()
            made = sqlite3.connect("shop.db", factory=Connection)
            assert isinstance(made, Connection) and isinstance(made, sqlite3.Connection)
            assert type(made).__name__ == "Connection", type(made)
            cursor = made.cursor()
            assert isinstance(cursor, Cursor) and cursor.connection is made
            assert cursor.execute("SELECT 'by factory'").fetchone() == ("by factory",)
            assert db.cursor(Cursor).execute("SELECT 'own cursor'").fetchone() == ("own cursor",)
            assert Connection("shop.db").cursor().execute("SELECT 'direct'").fetchone() == ("direct",)
            called = sqlite3.connect("shop.db", factory=lambda *a, **k: sqlite3.Connection(a[0]))
            assert called.execute("SELECT 'callable'").fetchone() == ("callable",)
            db.row_factory = sqlite3.Row
            assert db.execute("SELECT 'row' AS kind").fetchone()["kind"] == "row"
        """
        texts = [query["text"] for query in queries(run(TEA + textwrap.dedent(script)))]
        kinds = ("'by factory'", "'own cursor'", "'direct'", "'callable'", "'row' AS kind")
        self.assertEqual(texts, [f"SELECT {kind}" for kind in kinds])

    def test_types_look_as_without_capture(self) -> None:
        script = """
            begin()
            assert type(db) is sqlite3.Connection and repr(sqlite3.Cursor) == "<class 'sqlite3.Cursor'>"
            assert type(db.cursor()) is sqlite3.Cursor
            assert iter(cursor := db.cursor()) is cursor
            assert sqlite3.connect is sqlite3.dbapi2.connect
            db.execute("SELECT 1")
        """
        self.assertEqual(len(queries(run(TEA + textwrap.dedent(script)))), 1)

    def test_what_is_preloaded_and_has_subclasses_keeps_its_name(self) -> None:
        before = "import sqlite3\\nclass Old(sqlite3.Connection): pass\\nfrom sqlite3 import connect".replace(
            "\\n", "\n"
        )
        script = """
            begin()
            assert isinstance(Old("shop.db"), sqlite3.Connection)
            connect("shop.db").execute("SELECT 1")
        """
        ended = run(TEA + textwrap.dedent(script), before)
        self.assertEqual(len(queries(ended)), 1, "a name imported earlier is replaced, too")

    def test_outside_of_requests_nothing_is_recorded(self) -> None:
        ended = run(TEA + "begin()")
        self.assertNotIn("trace", ended)

    def test_thousands_of_queries_are_bounded_and_exact(self) -> None:
        script = """
            begin()
            for number in range(4_500):
                db.execute("SELECT name FROM tea WHERE id = ?", (number,)).fetchone()
        """
        ended = run(TEA + textwrap.dedent(script))
        self.assertEqual(ended["totals"]["sql"]["count"], 4_500)
        self.assertEqual(len(queries(ended)), 500)
        (group,) = ended["trace"]["groups"]
        self.assertEqual(group[3], 4_000)

    def test_a_hook_that_fails_is_switched_off_and_the_app_goes_on(self) -> None:
        script = """
            from prefork_worker.capture.sql import parameters
            def broken(given):
                raise ValueError("broken")
            parameters.keep = broken
            begin()
            for _ in range(3):
                assert db.execute("SELECT count(*) FROM tea").fetchone() == (3,)
        """
        ended = run(TEA + textwrap.dedent(script))
        self.assertEqual(ended["states"]["sqlite3"], "ValueError: broken")
        self.assertEqual(len(queries(ended)), 1)


ALCHEMY = """
import sqlalchemy as sa
engine = sa.create_engine("sqlite:///shop.db")
with engine.begin() as connection:
    connection.execute(sa.text("CREATE TABLE tea (id INTEGER PRIMARY KEY, name TEXT)"))
    connection.execute(sa.text("INSERT INTO tea (name) VALUES (:name)"), [{"name": "a"}, {"name": "b"}])
"""


class SqlAlchemyTest(unittest.TestCase):
    def test_a_query_is_one_span_through_the_layers(self) -> None:
        script = """
            begin()
            with engine.connect() as connection:
                rows = connection.execute(sa.text("SELECT * FROM tea WHERE id > :id"), {"id": 0}).all()
                assert rows == [(1, "a"), (2, "b")], rows
        """
        (query,) = queries(run(ALCHEMY + textwrap.dedent(script)))
        self.assertEqual(query["text"], "SELECT * FROM tea WHERE id > ?")
        self.assertEqual((query["db.system.name"], query["db.namespace"]), ("sqlite", "shop.db"))
        self.assertEqual((query[ROWS], query["parameters"]), (2, "[0]"))
        self.assertEqual(query["site"][0].rpartition("/")[2], "app.py")

    def test_engines_made_earlier_are_seen_and_connecting_is_not(self) -> None:
        script = """
            begin()
            with engine.begin() as connection:
                connection.execute(sa.text("SELECT 1"))
                connection.exec_driver_sql("INSERT INTO tea (name) VALUES (?)", [("c",), ("d",)])
                try:
                    connection.execute(sa.text("SELECT * FROM coffee"))
                except sa.exc.OperationalError:
                    pass
                connection.execute(sa.text("SELECT 2"))
        """
        before = "import sqlalchemy as sa\nengine = sa.create_engine('sqlite:///shop.db')"
        make = ALCHEMY.replace("engine = ", "other = ")
        found = queries(run(make + textwrap.dedent(script), before))
        texts = [query["text"].split()[0] for query in found]
        self.assertEqual(texts, ["SELECT", "INSERT", "SELECT", "SELECT"])
        self.assertEqual(found[1]["db.operation.batch.size"], 2)
        self.assertEqual(found[2]["error.type"], "OperationalError")
        self.assertNotIn("error.type", found[3])


DJANGO = """
import django
from django.conf import settings
database = {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.db"}
settings.configure(DEBUG=True, DATABASES={"default": database, "other": database},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"])
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth.models import Group, User
from django.db import connection, connections
Group.objects.bulk_create(Group(name=name) for name in "abc")
"""


class DjangoTest(unittest.TestCase):
    def test_queries_are_djangos_own_and_only_those(self) -> None:
        script = """
            connection.close()
            begin()
            connection.queries_log.clear()
            assert [group.name for group in Group.objects.filter(name__gt="a")] == ["b", "c"]
            Group.objects.filter(name="c").update(name="d")
            with connections["other"].cursor() as cursor:
                cursor.execute(sql="SELECT %s, %s", params=[1, "x"])
                assert cursor.fetchall() == [(1, "x")]
            assert len(connection.queries) == 2, connection.queries
        """
        for before in ("", "import django.db.backends.sqlite3.base, sqlite3"):
            found = queries(run(DJANGO + textwrap.dedent(script), before))
            texts = [query["text"].split()[0] for query in found]
            self.assertEqual(texts, ["SELECT", "UPDATE", "SELECT"])
            self.assertEqual([query[ROWS] for query in found], [2, 1, 1])
            spaces = [query["db.namespace"] for query in found]
            self.assertEqual(spaces, ["default", "default", "other"])
            self.assertEqual(found[0]["parameters"], "['a']")
            self.assertEqual(found[0]["site"][0].rpartition("/")[2], "app.py")

    def test_a_query_of_a_template_has_the_templates_line(self) -> None:
        with_templates = DJANGO.replace(
            "django.setup()",
            "settings.TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates',"
            " 'DIRS': ['.']}]\ndjango.setup()",
        )
        script = """
            from django.template.loader import render_to_string
            with open("list.html", "w") as file:
                file.write("groups\\n{% for group in groups %}\\n{{ group.user_set.count }}{% endfor %}")
            begin()
            render_to_string("list.html", {"groups": Group.objects.all()})
        """
        places = [
            query["template"] for query in queries(run(with_templates + textwrap.dedent(script)))
        ]
        self.assertEqual([place["code.line.number"] for place in places], [2, 3, 3, 3])
        self.assertTrue(all(place["code.file.path"].endswith("list.html") for place in places))

    def test_a_password_is_hidden(self) -> None:
        ended = run(DJANGO + 'begin()\nUser.objects.create(username="ann", password="hunter2")')
        self.assertNotIn("hunter2", json.dumps(ended))
        self.assertIn("'ann'", queries(ended)[-1]["parameters"])
