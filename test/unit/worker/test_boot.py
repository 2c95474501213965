"""What keeps an import from its end, or ends its process, is told with its stack."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import unittest

import prefork_worker
from prefork_worker import app_hook, worker
from prefork_worker.capture.exceptions import describe

BOOT = """
import os, sys
from prefork_worker import app_hook

def boot():
    with app_hook.watched(sys.argv[1], float(sys.argv[2])):
        app_hook.load("hooked")

boot()
"""


class BootTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)
        self.stacks = os.path.join(self.folder, "stacks")

    def boot(self, source: str, deadline: float = 0) -> tuple[int, str]:
        """Imports `source` in a process of its own; how it ended, and the stack that it left."""
        with open(os.path.join(self.folder, "hooked.py"), "w") as file:
            file.write(source)
        package = os.path.dirname(os.path.dirname(prefork_worker.__file__))
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([package, self.folder])}
        command = [sys.executable, "-c", BOOT, self.stacks, str(deadline)]
        done = subprocess.run(command, env=environment, timeout=60, capture_output=True)
        with open(self.stacks) as file:
            return done.returncode, file.read()

    def place(self, stack: str) -> tuple[str, int]:
        """The innermost frame of the user's."""
        error = app_hook.boot_error({"kind": "exit", "message": "It ended", "stack": stack})
        place = describe(error, "import")["location"]
        return os.path.basename(place["code.file.path"]), place["code.line.number"]

    def test_nothing_is_left_of_an_import_that_ends(self) -> None:
        self.assertEqual(self.boot("def application(e, s): ...\n", deadline=30), (0, ""))

    def test_a_loop_is_stopped_at_the_deadline(self) -> None:
        code, stack = self.boot("def turn():\n    while True: pass\n\nturn()\n", deadline=0.5)
        self.assertEqual(code, 1)
        self.assertTrue(stack.startswith("Timeout ("), stack)
        self.assertEqual(self.place(stack), ("hooked.py", 2))

    def test_a_call_of_the_system_is_stopped_at_the_deadline(self) -> None:
        _, stack = self.boot("import time\n\ntime.sleep(1e6)\n", deadline=0.5)
        self.assertEqual(self.place(stack), ("hooked.py", 3))

    def test_c_code_that_keeps_the_lock_is_stopped_at_the_deadline(self) -> None:
        _, stack = self.boot('import re\nre.match("(a+)+$", "a" * 50 + "b")\n', deadline=0.5)
        self.assertEqual(self.place(stack), ("hooked.py", 2))

    def test_another_thread_is_not_taken_for_the_import(self) -> None:
        source = "import threading, time\nthreading.Thread(target=time.sleep, args=[9e5]).start()\n"
        _, stack = self.boot(f"{source}\nwhile True: pass\n", deadline=0.5)
        self.assertEqual(self.place(stack), ("hooked.py", 4))

    def test_an_import_that_stands_still_in_a_debugger_has_no_deadline(self) -> None:
        source = "import time\nfrom prefork_worker import app_hook\n"
        paused = (
            "app_hook.no_deadline()  # as when the arbiter asks for the debugger\ntime.sleep(1)\n"
        )
        ended = self.boot(f"{source}{paused}application = print\n", deadline=0.3)
        self.assertEqual(ended, (0, ""))

    def test_an_exit_is_told_with_its_place(self) -> None:
        code, stack = self.boot("import os\n\nos._exit(7)\n")
        self.assertEqual((code, self.place(stack)), (7, ("hooked.py", 3)))

    def test_the_exit_of_a_child_that_the_app_forks_is_not(self) -> None:
        source = "import os\npid = os.fork()\nif not pid: os._exit(7)\nos.waitpid(pid, 0)\n"
        self.assertEqual(self.boot(f"{source}application = print\n"), (0, ""))

    def test_a_crash_is_told_with_its_place(self) -> None:
        code, stack = self.boot("import ctypes\n\nctypes.string_at(0)\n")
        self.assertEqual((code, self.place(stack)), (-11, ("hooked.py", 3)))

    def test_the_stack_is_part_of_the_traceback(self) -> None:
        _, stack = self.boot("import os\n\nos._exit(7)\n")
        error = app_hook.boot_error({"kind": "exit", "message": "It ended", "stack": stack})
        file = os.path.join(self.folder, "hooked.py")
        self.assertEqual(
            describe(error, "import")["exception.stacktrace"],
            "Traceback (most recent call last):\n"
            f'  File "{file}", line 3, in <module>\n    os._exit(7)\n'
            "BootExit: It ended\n",
        )

    def test_without_a_stack_there_is_no_place(self) -> None:
        error = app_hook.boot_error({"kind": "crash", "message": "It was killed", "stack": ""})
        self.assertEqual(app_hook.one_line(error, "hooked"), "It was killed")
        self.assertNotIn("location", describe(error, "import"))


if __name__ == "__main__":
    unittest.main()


class CollectionsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.addCleanup(gc.set_threshold, *gc.get_threshold())
        gc.set_threshold(600, 9, 8)

    def test_nothing_is_collected_while_the_app_is_imported(self) -> None:
        with self.assertRaises(ImportError), worker.without_collections():
            self.assertEqual(gc.get_threshold()[0], 0)
            raise ImportError
        self.assertEqual(gc.get_threshold(), (600, 9, 8))

    def test_an_app_decides_for_itself_all_the_same(self) -> None:
        with worker.without_collections():
            gc.set_threshold(5000)
        self.assertEqual(gc.get_threshold()[0], 5000)
        self.addCleanup(gc.enable)
        with worker.without_collections():
            gc.disable()
        self.assertFalse(gc.isenabled())
