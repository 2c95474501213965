"""Where a standby waits, and which changes make it useless.

Each case runs in an interpreter of its own, for an audit hook cannot be taken away again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import textwrap
import unittest

WORKER = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../../server/worker"))

PROLOGUE = """
import os, sys, threading
from prefork_worker import control_thread, user_code
from prefork_worker.standby import Standby

user_code.compile_from_content()
folder = sys.argv[1]
path = lambda name: os.path.join(folder, name)

said = []

def say(*words):
    said.append(" ".join(map(str, words)))

def tell():
    os.write(1, "\\n".join(said).encode())
    os._exit(0)

def unfit(reason, module=None):
    say("unfit:", reason, module or "")
    tell()

def arrive(wait=Standby.wait):
    def waits(standby):
        arrived.set()
        wait(standby)
    return waits

arrived = threading.Event()
Standby.wait = arrive()
standby = Standby([path("late.py")], [], unfit)
standby.install()

def control(act):
    # as the control thread does it, while the main thread imports
    def run():
        arrived.wait(10)
        act()
        if standby.waiting:
            tell()
    controlling.append(threading.Thread(target=run, daemon=True))
    control_thread.make_internal(controlling[0])
    controlling[0].start()

controlling = []
"""

EPILOGUE = """
for thread in controlling:
    thread.join(10)
tell()
"""


class StandbyTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)
        self.write("early.py", "TEXT = 'early'\n")
        self.write("late.py", "TEXT = 'old'\n")
        self.write("new.py", "TEXT = 'new'\n")
        self.write("app.py", "import early, late\nTEXT = late.TEXT\n")
        self.write("page.html", "old")

    def write(self, name: str, text: str) -> None:
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)

    def run_script(self, script: str) -> str:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([WORKER, self.folder])}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-c", PROLOGUE + textwrap.dedent(script) + EPILOGUE, self.folder]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=30
        )
        self.assertEqual(done.stderr, "")
        return done.stdout.strip()

    def test_it_waits_before_the_expected_file_and_goes_on_with_what_that_holds_then(self) -> None:
        script = """
        def save():
            say("early" in sys.modules, standby.waiting)
            os.replace(path("new.py"), path("late.py"))
            say(standby.begin([path("late.py")]))

        control(save)
        import app
        say(app.TEXT, standby.waiting)
        """
        self.assertEqual(self.run_script(script).split(), ["True", "True", "True", "new", "False"])

    def test_a_change_of_what_it_has_read_makes_it_useless(self) -> None:
        script = """
        control(lambda: say(standby.begin([path("late.py"), path("early.py")])))
        import app
        """
        self.assertEqual(self.run_script(script), "False")

    def test_a_file_that_is_gone_makes_it_useless(self) -> None:
        script = """
        control(lambda: (os.unlink(path("late.py")), say(standby.begin([path("late.py")]))))
        import app
        """
        self.assertEqual(self.run_script(script), "False")

    def test_data_that_was_read_counts_too_and_data_that_was_not_does_not(self) -> None:
        self.write("early.py", "TEXT = open(__file__.replace('early.py', 'page.html')).read()\n")
        self.write("other.html", "")
        script = """
        control(lambda: say(standby.begin([path("page.html")])))
        import app
        """
        self.assertEqual(self.run_script(script), "False")
        script = script.replace("page.html", "late.py")
        self.assertEqual(self.run_script(script), "True")

    def test_a_template_in_a_folder_that_was_listed_makes_it_useless(self) -> None:
        self.write("early.py", "import os\nNAMES = os.listdir(os.path.dirname(__file__))\n")
        script = """
        control(lambda: say(standby.begin([path("page.html")])))
        import app
        """
        self.assertEqual(self.run_script(script), "False")

    def test_it_waits_at_the_end_when_the_file_is_read_by_requests_only(self) -> None:
        self.write("app.py", "import early\n")
        script = """
        control(lambda: say("app" in sys.modules, standby.begin([path("late.py")])))
        import app
        standby.wait()
        say("serves")
        """
        self.assertEqual(self.run_script(script).split(), ["True", "True", "serves"])

    def test_it_does_not_wait_once_its_generation_has_begun(self) -> None:
        script = """
        say(standby.begin([path("late.py")]))
        import app
        say(app.TEXT)
        """
        self.assertEqual(self.run_script(script).split(), ["True", "old"])

    def test_an_app_that_starts_threads_or_processes_or_connects_cannot_have_one(self) -> None:
        threads = "import threading\nfor _ in range(3):\n    threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        self.write("early.py", threads)
        self.assertEqual(
            self.run_script("import app"), "unfit: it starts threads when it is imported"
        )
        self.write("early.py", "import socket\nsocket.socket().connect_ex(('127.0.0.1', 9))\n")
        self.assertEqual(
            self.run_script("import app"), "unfit: it starts connections when it is imported"
        )
        child = "import subprocess\nchild = subprocess.Popen(['cat'], stdin=subprocess.PIPE)\n"
        self.write("early.py", child)
        self.assertEqual(
            self.run_script("import app"), "unfit: it starts processes when it is imported"
        )

    def test_it_imports_what_requests_import_and_waits_there_too(self) -> None:
        self.write("app.py", "import early\n")
        script = """
        standby.begin([])
        standby = Standby([path("late.py")], ["late", "other"], unfit)
        standby.install()
        def save():
            text = getattr(sys.modules["late"], "TEXT", "unread")
            say("app" in sys.modules, text, standby.begin([path("late.py")]))
        control(save)
        import app
        standby.finish()
        say("late" in sys.modules, "other" in sys.modules)
        """
        self.assertEqual(
            self.run_script(script).split(), ["True", "unread", "True", "True", "False"]
        )

    def test_it_says_which_module_cannot_be_imported_ahead(self) -> None:
        self.write("urls.py", "raise LookupError('no request')\n")
        script = """
        Standby([path("late.py")], ["urls"], unfit).finish()
        """
        self.assertEqual(self.run_script(script), "unfit: LookupError: no request urls")

    def test_new_code_that_fails_late_is_left_to_the_request(self) -> None:
        self.write("app.py", "import early\n")
        self.write("new.py", "TEXT =\n")
        script = """
        standby.begin([])
        standby = Standby([path("late.py")], ["late"], unfit)
        standby.install()
        def save():
            os.replace(path("new.py"), path("late.py"))
            standby.begin([path("late.py")])
        control(save)
        import app
        standby.finish()
        say("serves", "late" in sys.modules)
        """
        self.assertEqual(self.run_script(script), "serves False")

    def test_late_imports_are_the_users_and_come_in_order(self) -> None:
        script = """
        from prefork_worker.standby import LateImports
        standby.begin([])
        late = LateImports()
        import early
        say(late.names())
        late.install()
        import app, colorsys
        say(late.names())
        """
        self.assertEqual(self.run_script(script).splitlines(), ["[]", "['app', 'late']"])
