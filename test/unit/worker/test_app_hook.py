"""The app hook's grammar and its errors, as Gunicorn has them."""

from __future__ import annotations

import os
import sys
import tempfile
import unittest

from prefork_worker import app_hook

MODULE = """
def application(environ, start_response): ...
def create_app(name, debug=False): return lambda environ, start_response: (name, debug)
number = 7
"""


class AppHookTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        with open(os.path.join(folder.name, "hooked.py"), "w") as file:
            file.write(MODULE)
        sys.path.insert(0, folder.name)
        self.addCleanup(sys.path.remove, folder.name)
        self.addCleanup(sys.modules.pop, "hooked", None)

    def failure(self, hook: str) -> BaseException:
        with self.assertRaises(Exception) as caught:
            app_hook.load(hook)
        return caught.exception

    def test_the_attribute_defaults_to_application(self) -> None:
        self.assertEqual(app_hook.load("hooked").__name__, "application")

    def test_a_factory_is_called_with_literals(self) -> None:
        self.assertEqual(app_hook.load("hooked:create_app('x', debug=True)")({}, None), ("x", True))

    def test_a_missing_module_is_a_boot_error(self) -> None:
        error = self.failure("absent:application")
        self.assertEqual(app_hook.exit_code(error), 3)
        self.assertIn("No module named 'absent'", app_hook.one_line(error, "absent:application"))

    def test_a_missing_attribute_names_a_likely_one(self) -> None:
        error = self.failure("hooked:app")
        self.assertEqual(app_hook.exit_code(error), 4)
        self.assertIn("did you mean hooked:application?", str(error))

    def test_what_is_not_callable_is_said(self) -> None:
        error = self.failure("hooked:number")
        self.assertEqual(app_hook.exit_code(error), 4)
        self.assertIn("an int, not a callable", str(error))

    def test_arguments_that_do_not_fit_are_the_hooks_fault(self) -> None:
        self.assertEqual(app_hook.exit_code(self.failure("hooked:create_app()")), 4)

    def test_an_expression_is_refused(self) -> None:
        for hook in ("hooked:a.b", "hooked:create_app(number)", "hooked:("):
            self.assertIsInstance(self.failure(hook), app_hook.AppHookError)


if __name__ == "__main__":
    unittest.main()
