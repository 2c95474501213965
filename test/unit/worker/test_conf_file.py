"""What `conf_file.py` makes of real conf files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path
from typing import Any

from prefork_worker import conf_file

NAMES = ["bind", "workers", "timeout", "raw_env", "post_fork", "worker_class", "logconfig_dict"]


class ConfFileTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def write(self, text: str, name: str = "gunicorn.conf.py") -> str:
        path = self.folder / name
        path.write_text(textwrap.dedent(text))
        return str(path)

    def run_it(self, location: str, **environ: str) -> Any:
        """As the server runs it: a process of its own, started in the project's folder."""
        command = [sys.executable, conf_file.__file__, location, ",".join(NAMES)]
        inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment = {**inherited, **environ}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, check=True
        )
        self.written = done.stderr
        return json.loads(done.stdout)

    def test_values_of_every_type(self) -> None:
        path = self.write(
            """
            bind = ["127.0.0.1:8000", "unix:/run/app.sock"]
            workers = 2 * 2 + 1
            timeout = 30.0
            raw_env = ("A=1",)
            logconfig_dict = {"version": 1, "handlers": {"console": {"level": None}}}
            def post_fork(server, worker):
                workers = 1
            class Worker: ...
            worker_class = Worker
            """
        )
        found = self.run_it(path)
        self.assertEqual(
            found["values"],
            {
                "bind": ["127.0.0.1:8000", "unix:/run/app.sock"],
                "workers": 5,
                "timeout": {"$repr": "30.0"},
                "raw_env": ["A=1"],
                "logconfig_dict": {"version": 1, "handlers": {"console": {"level": None}}},
                "post_fork": {"$callable": "__config__.post_fork"},
                "worker_class": {"$callable": "__config__.Worker"},
            },
        )
        self.assertEqual(found["file"], path)
        lines = {"bind": 2, "workers": 3, "timeout": 4, "raw_env": 5}
        lines.update(logconfig_dict=6, post_fork=7, worker_class=10)
        self.assertEqual(found["lines"], lines)

    def test_the_last_line_that_binds_a_name_is_named(self) -> None:
        path = self.write(
            """
            workers = 1
            if True:
                workers: int = 2
            from os import sep as bind
            with open(__file__) as timeout:
                pass
            globals()["raw_env"] = []
            """
        )
        lines = self.run_it(path)["lines"]
        self.assertEqual(lines, {"workers": 4, "bind": 5, "timeout": 6})

    def test_what_it_prints_is_not_in_the_answer(self) -> None:
        path = self.write('import os\nprint("hello")\nos.system("echo hello")\nworkers = 1')
        self.assertEqual(self.run_it(path)["values"], {"workers": 1})
        self.assertEqual(sorted(self.written.split()), [b"hello", b"hello"])

    def test_it_imports_from_the_folder_of_the_start_and_not_from_the_package(self) -> None:
        self.write("workers = 7", "control.py")
        path = self.write("from control import workers")
        self.assertEqual(self.run_it(path)["values"], {"workers": 7})

    def test_a_module(self) -> None:
        self.write("workers = 8", "settings_module.py")
        found = self.run_it("python:settings_module")
        self.assertEqual(found["values"], {"workers": 8})
        self.assertEqual(found["file"], str(self.folder / "settings_module.py"))

    def test_changes_of_the_environment(self) -> None:
        path = self.write(
            """
            import os
            os.environ["ADDED"] = "1"
            os.environ.setdefault("KEPT", "other")
            del os.environ["GONE"]
            """
        )
        found = self.run_it(path, KEPT="kept", GONE="gone")
        self.assertEqual(found["environ"], {"ADDED": "1", "GONE": None})

    def test_two_saves_in_one_second_of_one_size(self) -> None:
        path = self.write("workers = 1")
        self.assertEqual(self.run_it(path)["values"], {"workers": 1})
        self.write("workers = 2")
        self.assertEqual(self.run_it(path)["values"], {"workers": 2})
        self.assertEqual(os.listdir(self.folder), ["gunicorn.conf.py"])

    def test_an_exception_below_names_the_line_of_the_conf_file(self) -> None:
        self.write("def broken():\n    raise KeyError('SECRET')", "helper.py")
        path = self.write("import helper\n\nhelper.broken()")
        found = self.run_it(path)
        self.assertEqual(found, {"file": path, "error": "KeyError: 'SECRET'", "line": 3})

    def test_a_syntax_error_below_names_the_file_that_has_it(self) -> None:
        helper = self.write("x = 1\nif x\n", "helper.py")
        found = self.run_it(self.write("import helper"))
        self.assertEqual((found["file"], found["line"]), (helper, 2))

    def test_a_file_that_cannot_be_read(self) -> None:
        found = self.run_it(str(self.folder))
        self.assertIn("IsADirectoryError", found["error"])
        self.assertIsNone(found["line"])


if __name__ == "__main__":
    unittest.main()
