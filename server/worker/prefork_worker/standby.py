"""Standby: a worker forked ahead of the next generation, which waits in the middle of its import.

The file that was changed last is the likeliest to change next. A standby imports the app until it would
open that file, and waits there; at the next save it has only the rest to import. After the app come
the modules that requests were seen to import. What it has opened is on record (audit events, PEP 578),
and a change of any of that makes it useless, which it says. So it is when the app started threads or
processes, or opened connections, as it was imported: they must not be there twice because of a worker
that may never serve.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from typing import Any, Callable

from . import app_hook
from .control_thread import is_internal
from .process_state import is_patched
from .user_code import LIBRARY_FOLDERS, is_user

LOOKED_AT = ("open", "os.listdir", "os.scandir")
ALONE = {"socket.bind": "servers", "socket.connect": "connections"}


class LateImports:
    """In a worker: user modules that requests import, after the app. A finder that finds nothing."""

    def __init__(self) -> None:
        self._asked: list[str] = []

    def install(self) -> None:
        """The app is imported."""
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        self._asked.append(name)

    def names(self) -> list[str]:
        """In the order in which their import began."""
        files = {name: getattr(sys.modules.get(name), "__file__", None) for name in self._asked}
        return [name for name, file in files.items() if file and is_user(file)]


class Standby:
    """`expected`: absolute paths of the files before which it waits. `late`: modules to import after
    the app. `unfit` is called when this app cannot have a standby, with the reason, or when a late
    module cannot be imported ahead, with that and its name; it does not return."""

    def __init__(self, expected: list[str], late: list[str], unfit: Callable[..., None]) -> None:
        self._expected = frozenset(expected)
        self._late = late
        self._unfit = unfit
        self._opened: set[str] = set()
        self._did = ""
        self._begins = False
        self._begun = threading.Event()
        self._importer = threading.get_ident()

    @property
    def waiting(self) -> bool:
        """Its generation has not begun."""
        return not self._begun.is_set()

    def install(self) -> None:
        """From here on the thread that called `__init__` waits at an expected file."""
        sys.addaudithook(self._audit)

    def begin(self, changed: list[str]) -> bool:
        """Its generation begins, by a change of these files; False when it knows old ones."""
        self._begins = True  # first: what is opened from now on is new
        if self._did or any(self._knows(os.path.abspath(path)) for path in changed):
            return False
        self._begun.set()
        return True

    def finish(self) -> None:
        """The app is imported; returns when its generation has begun."""
        for name in self._late:
            if self.waiting:
                self._import(name)
        self.wait()

    def _import(self, name: str) -> None:
        try:
            importlib.import_module(name)
        except BaseException as error:
            if self.waiting:
                self._unfit(f"{type(error).__name__}: {error}", name)
            # Otherwise it is the new code that fails, and a request will meet it.

    def wait(self) -> None:
        """Until its generation begins."""
        started = self._did or running()
        if started and self.waiting:
            self._unfit(f"it starts {started} when it is imported")
        app_hook.no_deadline()
        self._begun.wait()
        app_hook.deadline_anew()

    def _knows(self, path: str) -> bool:
        if path in self._opened or not os.path.exists(path):
            return True
        # A template may be new to a folder that was listed; a module would be new to the arbiter.
        return not path.endswith(".py") and os.path.dirname(path) in self._opened

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._begins:
            return
        if event in LOOKED_AT:
            self._looks_at(arguments[0])
        elif event in ALONE:
            self._did = ALONE[event]

    def _looks_at(self, place: Any) -> None:
        path = os.fsdecode(place) if isinstance(place, (str, bytes, os.PathLike)) else "."
        if path.startswith(LIBRARY_FOLDERS):
            return
        path = os.path.abspath(path)
        if path in self._expected and threading.get_ident() == self._importer:
            self.wait()
        self._opened.add(path)


def running() -> str:
    """What the app started that still runs, in a word; nothing: ''."""
    others = [thread for thread in threading.enumerate() if not is_internal(thread)]
    if len(others) > 1 or is_patched():
        return "threads"
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except (AttributeError, ChildProcessError):  # macOS has no waitid before Python 3.13
        return ""
    return "processes"
