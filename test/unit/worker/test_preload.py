"""Trial forks: what is rejected, and why. Each trial runs in a process of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Any

WORKER = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../../server/worker"))

HEAD = """
import json, os, pkgutil, sys
standard = [module.name for module in pkgutil.iter_modules()]
sys.path[:0] = [WORKER, LIBRARY, USER]
from prefork_worker import preload, process_state, user_code
user_code.LIBRARY_FOLDERS += (os.path.join(os.path.realpath(LIBRARY), ""),)
"""

TRIAL = """
trial = preload.Trial(standard, WRITTEN)
found = list(trial.run(MODULES))
print(json.dumps(trial.rejected))
"""

PRELOAD = """
os.environ["ZYGOTE"] = str(os.getpid())
order = {"modules": MODULES, "loaded": standard, "written": WRITTEN, "variables": []}
pids, report = [], None
preloader = preload.Preloader(order, pids.append)
while report is None:
    report = preloader.go_on()
for pid in pids:
    os.waitpid(pid, 0)
print(json.dumps({**report, "held": [name for name in EVERY if name in sys.modules]}))
"""

TRUST = """
order = {"modules": MODULES, "variables": {"reading": ["COLOUR"]}}
os.environ.update(COLOUR="red", ZYGOTE=str(os.getpid()))
order["fingerprint"] = process_state.fingerprint(["COLOUR"])
exec(CHANGE)
print(json.dumps(preload.import_trusted(order)))
"""

MODULES = {
    "plain": "value = 1",
    "threaded": "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
    "connected": "import socket; kept = socket.socket()",
    "exporting": "import os; os.environ['CHANGED'] = '1'",
    "patching": "import time; time.sleep = print",
    "exiting": "import atexit\ndef bye(): pass\natexit.register(bye)",
    "logged": "import logging, weakref",
    "hooking": "import sys; sys.meta_path.insert(0, type('Finder', (), {}))",
    "redirecting": "import sys; sys.meta_path.append(type('Finder', (), {}))",
    "keeping": "import tempfile\nkept = tempfile.TemporaryDirectory()",
    "base": "name = 1\nfrom feature import also",
    "feature": "from base import name\nalso = 2",
    "failing": "import plain; raise RuntimeError('not now')",
    "greedy": "import extra",
    "extra": "",
    "configured": "import mysettings",
    "reading": "import os; colour = os.environ.get('COLOUR')",
    "crashing": "import os; os.kill(os.getpid(), 11)",
    "opening": "kept = open(__file__)",
    "fickle": "import os\nif os.environ['ZYGOTE'] == str(os.getpid()): raise ValueError('now')",
    "changing": "import os\nif os.environ['ZYGOTE'] == str(os.getpid()): os.environ['A'] = '1'",
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

    def run_script(self, script: str, *modules: str, **more: Any) -> Any:
        names = {"WORKER": WORKER, "LIBRARY": self.library, "USER": self.user, "WRITTEN": []}
        names.update(MODULES=list(modules), EVERY=list(MODULES), **more)
        head = "\n".join(f"{name} = {value!r}" for name, value in names.items())
        command = [sys.executable, "-c", f"{head}\n{HEAD}\n{script}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def verdict(self, *modules: str, written: tuple[str, ...] = ()) -> dict[str, str]:
        found: dict[str, str] = self.run_script(TRIAL, *modules, WRITTEN=list(written))
        return found

    def test_what_leaves_the_process_as_it_was_is_kept(self) -> None:
        self.assertEqual(self.verdict("plain"), {})

    def test_what_changes_the_process_is_rejected_with_the_reason(self) -> None:
        reasons = {
            "threaded": "starts a thread",
            "connected": "opens a file or socket",
            "opening": "opens a file or socket",
            "exporting": "changes the environment",
            "patching": "patches the standard library",
            "hooking": "adds an import hook",
            "exiting": "registers an exit callback",
            "keeping": "keeps a temporary folder",
        }
        for name, reason in reasons.items():
            with self.subTest(name):
                self.assertEqual(self.verdict("threading", "socket", name), {name: reason})

    def test_the_standard_librarys_exit_callbacks_are_fine(self) -> None:
        self.assertEqual(self.verdict("logged"), {})

    def test_a_finder_that_is_asked_last_is_fine(self) -> None:
        self.assertEqual(self.verdict("redirecting"), {})

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

    def test_a_variable_that_the_app_sets_must_not_be_read_before(self) -> None:
        self.assertEqual(self.verdict("reading", written=("OTHER",)), {})
        reason = "reads COLOUR, which the app sets"
        self.assertEqual(self.verdict("reading", written=("COLOUR",)), {"reading": reason})

    def test_native_code_may_read_variables_unseen(self) -> None:
        spec = importlib.util.find_spec("_lsprof")
        if spec is None or not spec.has_location:
            self.skipTest("this Python has no native module in a file")
        shutil.copy(spec.origin or "", self.library)
        self.assertEqual(self.verdict("_lsprof", written=("COLOUR",)), {})
        reason = "reads OMP_NUM_THREADS, which the app sets"
        self.assertEqual(self.verdict("_lsprof", written=("OMP_NUM_THREADS",)), {"_lsprof": reason})

    def test_a_namespace_package_with_a_portion_of_the_users_is_the_users(self) -> None:
        for folder in (self.library, self.user):
            os.mkdir(os.path.join(folder, "shared"))
        self.write(self.library, "shared/theirs", "")
        self.write(self.user, "shared/mine", "")
        reason = "cannot be imported ahead: ImportError: shared is user code"
        self.assertIn(reason, self.verdict("shared.theirs")["shared.theirs"])

    def test_an_editable_install_is_user_code(self) -> None:
        project = self.folder()
        self.write(project, "editable", "")
        script = f"sys.path.append({project!r})\n{TRIAL}"
        self.assertIn("user code", self.run_script(script, "editable")["editable"])

    def test_preloading_imports_what_a_second_trial_finds_nothing_against(self) -> None:
        report = self.run_script(PRELOAD, "plain", "greedy", "failing", "reading")
        self.assertEqual(report["held"], ["plain", "reading"])
        self.assertEqual(list(report["modules"]), ["plain", "reading"])
        self.assertEqual(sorted(report["rejected"]), ["failing", "greedy"])
        self.assertEqual(report["variables"], {"reading": ["COLOUR"]})

    def test_a_module_that_ends_the_trial_is_rejected_alone(self) -> None:
        report = self.run_script(PRELOAD, "plain", "crashing", "logged")
        reason = "importing it ahead ended the trial process"
        self.assertEqual(report["rejected"], {"crashing": reason})
        self.assertEqual(report["held"], ["plain", "logged"])

    def test_what_goes_wrong_in_the_zygote_alone_is_told(self) -> None:
        report = self.run_script(PRELOAD, "plain", "fickle", "logged")
        self.assertIn("ValueError: now", report["spoilt"]["fickle"])
        self.assertNotIn("logged", report["held"])
        report = self.run_script(PRELOAD, "changing")
        self.assertEqual(report["spoilt"], {"changing": "changes the environment"})

    def test_what_was_proven_before_is_imported_if_nothing_it_depends_on_has_changed(self) -> None:
        report = self.run_script(TRUST, "plain", "reading", CHANGE="")
        self.assertEqual(list(report["modules"]), ["plain", "reading"])
        self.assertNotIn("outdated", report)

    def test_another_variable_or_distribution_makes_it_outdated(self) -> None:
        site = os.path.join(self.folder(), "site-packages")
        os.mkdir(site)
        for change in (
            "os.environ['COLOUR'] = 'blue'",
            "os.environ['OMP_NUM_THREADS'] = '1'",
            f"sys.path.append({site!r})",
        ):
            with self.subTest(change):
                report = self.run_script(TRUST, "plain", CHANGE=change)
                self.assertTrue(report["outdated"])
                self.assertEqual(report["modules"], {})

    def test_an_installed_distribution_changes_the_fingerprint_and_bytecode_does_not(self) -> None:
        site = os.path.join(self.folder(), "site-packages")
        os.makedirs(os.path.join(site, "package"))
        look = "process_state.fingerprint([])"
        script = f"""
sys.path.append({site!r})
before = {look}
for name in ("__pycache__", "package/__pycache__"):
    os.mkdir(os.path.join({site!r}, name))
same = {look}
os.mkdir(os.path.join({site!r}, "package-1.0.dist-info"))
print(json.dumps([before == same, same == {look}]))
"""
        self.assertEqual(self.run_script(script), [True, False])

    def test_a_trusted_import_that_changes_the_process_is_told(self) -> None:
        report = self.run_script(TRUST, "changing", CHANGE="")
        self.assertEqual(report["spoilt"], {"": "changes the environment"})


if __name__ == "__main__":
    unittest.main()
