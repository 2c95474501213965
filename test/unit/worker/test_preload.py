"""Trial forks: what is rejected, and why. Each trial runs in a process of its own."""

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

TRIAL = """
import json, os, pkgutil, sys
standard = [module.name for module in pkgutil.iter_modules()]
sys.path[:0] = [WORKER, LIBRARY, USER]
from prefork_worker import preload, user_code
user_code.LIBRARY_FOLDERS += (os.path.join(os.path.realpath(LIBRARY), ""),)
trial = preload.Trial(standard)
trial.run(MODULES)
print(json.dumps(trial.rejected))
"""

MODULES = {
    "plain": "value = 1",
    "threaded": "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
    "connected": "import socket; kept = socket.socket()",
    "exporting": "import os; os.environ['CHANGED'] = '1'",
    "patching": "import time; time.sleep = print",
    "exiting": "import atexit\ndef bye(): pass\natexit.register(bye)",
    "logged": "import logging, weakref",
    "keeping": "import tempfile\nkept = tempfile.TemporaryDirectory()",
    "base": "name = 1\nfrom feature import also",
    "feature": "from base import name\nalso = 2",
    "failing": "import plain; raise RuntimeError('not now')",
    "greedy": "import extra",
    "extra": "",
    "configured": "import mysettings",
    "forgiving": "try:\n    import mysettings\nexcept ImportError:\n    pass",
}


class PreloadTest(unittest.TestCase):
    def setUp(self) -> None:
        self.library, self.user = self.folder(), self.folder()
        for name, source in MODULES.items():
            self.write(self.library, name, source)
        self.write(self.user, "mysettings", "DEBUG = True")

    def folder(self) -> str:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return folder.name

    def write(self, folder: str, name: str, source: str) -> None:
        with open(os.path.join(folder, f"{name}.py"), "w") as file:
            file.write(source)

    def verdict(self, *modules: str) -> dict[str, str]:
        names: dict[str, Any] = {"WORKER": WORKER, "LIBRARY": self.library, "USER": self.user}
        head = "\n".join(f"{name} = {value!r}" for name, value in names.items())
        script = f"{head}\nMODULES = {list(modules)!r}\n{textwrap.dedent(TRIAL)}"
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found: dict[str, str] = json.loads(done.stdout)
        return found

    def test_what_leaves_the_process_as_it_was_is_kept(self) -> None:
        self.assertEqual(self.verdict("plain"), {})

    def test_what_changes_the_process_is_rejected_with_the_reason(self) -> None:
        reasons = {
            "threaded": "starts a thread",
            "connected": "opens a socket",
            "exporting": "changes the environment",
            "patching": "patches the standard library",
            "exiting": "registers an exit callback",
            "keeping": "keeps a temporary folder",
        }
        for name, reason in reasons.items():
            with self.subTest(name):
                self.assertEqual(self.verdict("threading", "socket", name), {name: reason})

    def test_the_standard_librarys_exit_callbacks_are_fine(self) -> None:
        self.assertEqual(self.verdict("logged"), {})

    def test_a_failed_import_is_rejected(self) -> None:
        self.assertIn("RuntimeError: not now", self.verdict("plain", "failing")["failing"])

    def test_a_circle_is_entered_where_the_app_entered_it(self) -> None:
        self.assertEqual(self.verdict("feature", "base"), {})

    def test_what_loads_more_than_the_app_did_is_rejected(self) -> None:
        self.assertIn("also loads extra", self.verdict("greedy")["greedy"])

    def test_what_asks_for_user_code_is_rejected_even_if_it_forgives(self) -> None:
        self.assertIn("user code", self.verdict("configured")["configured"])
        self.assertEqual(
            self.verdict("forgiving"), {"forgiving": "asks for user code (mysettings)"}
        )


if __name__ == "__main__":
    unittest.main()
