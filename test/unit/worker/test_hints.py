"""What to do about the common faults of an app."""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import unittest
from typing import Optional

from prefork_worker.capture.hints import Hint, hint


class HintTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)
        sys.path.insert(0, self.folder)
        self.addCleanup(sys.path.remove, self.folder)
        self.addCleanup(self.forget, set(sys.modules))
        here = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, here)

    def forget(self, known: set[str]) -> None:
        for name in set(sys.modules) - known:
            del sys.modules[name]

    def write(self, **modules: str) -> None:
        for name, source in modules.items():
            with open(os.path.join(self.folder, f"{name}.py"), "w") as file:
                file.write(source)

    def importing(self, name: str) -> Hint:
        try:
            __import__(name)
        except BaseException as error:
            return self.of(error)
        raise AssertionError("it was to fail")

    def of(self, error: BaseException) -> Hint:
        found: Optional[Hint] = hint(error)
        assert found is not None, repr(error)
        return found

    def test_a_package_is_installed_for_this_interpreter(self) -> None:
        command = self.importing("flask_no_such_thing").get("command", "")
        self.assertIn(sys.executable, command)
        self.assertTrue(command.endswith("install flask-no-such-thing"), command)

    def test_a_package_may_be_called_otherwise_than_its_module(self) -> None:
        error = ModuleNotFoundError("No module named 'yaml'", name="yaml")
        sys.modules.pop("yaml", None)
        self.assertTrue(self.of(error)["command"].endswith(" PyYAML"))

    def test_a_slip_names_the_module_that_is_there(self) -> None:
        self.write(messages="")
        found = self.importing("mesages")
        self.assertIn("'messages'", found["text"])
        self.assertNotIn("command", found)

    def test_a_circle_is_named(self) -> None:
        self.write(shop="import orders", orders="import payment")
        self.write(payment="from orders import Order")
        text = self.importing("shop")["text"]
        self.assertIn("orders imports payment imports orders", text)

    def test_a_circle_of_modules_that_are_used_too_early(self) -> None:
        self.write(orders="import payment\nOrder = 1", payment="import orders\norders.Order")
        text = self.importing("orders")["text"]
        self.assertIn("orders imports payment imports orders", text)

    def test_a_variable_that_is_not_set(self) -> None:
        self.write(conf="import os\nos.environ['PREFORK_TEST_ABSENT']")
        text = self.importing("conf")["text"]
        self.assertIn("--env PREFORK_TEST_ABSENT=", text)

    def test_a_setting_of_django(self) -> None:
        self.write(conf="")
        __import__("conf")
        os.environ["DJANGO_SETTINGS_MODULE"] = "conf"
        self.addCleanup(os.environ.pop, "DJANGO_SETTINGS_MODULE")
        kind = type("ImproperlyConfigured", (Exception,), {"__module__": "django.core.exceptions"})
        file = os.path.join(self.folder, "conf.py")
        for error in (
            kind("The SECRET_KEY setting must not be empty."),
            AttributeError("'Settings' object has no attribute 'SECRET_KEY'"),
        ):
            self.assertEqual(self.of(error)["text"], f"Set SECRET_KEY in {file}.")

    def test_a_missing_table(self) -> None:
        error = sqlite3.OperationalError("no such table: shop_order")
        self.assertIn("no shop_order", self.of(error)["text"])
        self.assertNotIn("command", self.of(error))

    def test_a_missing_table_of_django(self) -> None:
        self.write(manage="", django="")
        __import__("django")
        error = sqlite3.OperationalError("no such table: shop_order")
        manage = os.path.join(self.folder, "manage.py")
        self.assertEqual(self.of(error)["command"], f"{sys.executable} {manage} migrate")

    def test_a_missing_table_of_postgresql(self) -> None:
        kind = type("ProgrammingError", (Exception,), {})
        error = kind('relation "shop_order" does not exist\nLINE 1: SELECT')
        self.assertIn("no shop_order", self.of(error)["text"])

    def test_an_exit(self) -> None:
        self.write(script="import sys\nsys.exit(3)")
        self.assertIn("__main__", self.importing("script")["text"])

    def test_most_errors_have_none(self) -> None:
        for error in (
            ValueError("no"),
            KeyError("a"),
            ImportError(),
            sqlite3.OperationalError("x"),
        ):
            self.assertIsNone(hint(error))

    def test_an_error_that_cannot_be_read_has_none(self) -> None:
        class Unreadable(Exception):
            def __str__(self) -> str:
                raise RuntimeError

        self.assertIsNone(hint(Unreadable()))


if __name__ == "__main__":
    unittest.main()
