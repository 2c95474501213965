"""Preloading: library modules are imported in the zygote, where a trial fork proves it safe.

Two kinds of trial, each in a child that is thrown away. The first imports all candidates and rejects
those that fail, that change the process (`process_state`), that ask for user code, or that load
modules the app itself had not loaded. The second imports only what is left and must find nothing to
reject; otherwise what it found is left out and it is run again. The candidates are what a worker
recorded while it imported the app.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import threading
import time
from importlib.machinery import ExtensionFileLoader, SourceFileLoader
from types import ModuleType
from typing import Any, Optional

from . import process_state, user_code

MAX_TRIALS = 6
DEADLINE = 20.0

Verdict = dict[str, str]
"""Module name to the reason why it was rejected."""


class UserCodeGuard:
    """A finder, first in `sys.meta_path`, that refuses user modules and remembers being asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                self._refuse_user(name, spec)
                return

    def _refuse_user(self, name: str, spec: Any) -> None:
        portions = list(spec.submodule_search_locations or []) if not spec.origin else []
        places = [spec.origin] if spec.origin and spec.has_location else portions
        if any(user_code.is_user(place) for place in places):
            self.asked.append(name)
            raise ImportError(f"{name} is user code, which a zygote does not import")


class Trial:
    """One try of a list of modules, in a process that is thrown away."""

    def __init__(self, loaded: list[str]) -> None:
        self.guard = UserCodeGuard()
        self.allowed = set(loaded)
        self.proven: list[str] = []
        self.rejected: Verdict = {}

    def run(self, modules: list[str]) -> None:
        """Two passes: what a circular import kept from being imported first may come later."""
        sys.meta_path.insert(0, self.guard)
        process_state.watch_exit_callbacks()
        self.allowed.update(modules)
        failed = self._pass(modules)
        for name, reason in self._pass(list(failed)).items():
            self._reject(name, reason)

    def _pass(self, modules: list[str]) -> Verdict:
        """Those that raised, and what."""
        failed: Verdict = {}
        for name in modules:
            known, asked, before = set(sys.modules), len(self.guard.asked), process_state.picture()
            try:
                importlib.import_module(name)
            except BaseException as error:
                failed[name] = f"cannot be imported ahead: {type(error).__name__}: {error}"[:200]
                continue
            reason = self._fault(known, asked, before)
            if reason:
                self._reject(name, reason)
            else:
                self.proven.append(name)
        return failed

    def _reject(self, name: str, reason: str) -> None:
        self.rejected[name] = reason
        self.allowed.discard(name)

    def _fault(self, known: set[str], asked: int, before: process_state.Picture) -> Optional[str]:
        """Why what was just imported must not be preloaded, if there is a reason."""
        if len(self.guard.asked) > asked:
            return f"asks for user code ({self.guard.asked[-1]})"
        extra = unasked(known, self.allowed)
        if extra:
            return f"also loads {extra[0]}, which the app did not"
        changed = process_state.changes(before, process_state.picture())
        return ", ".join(changed) or None


def unasked(known: set[str], allowed: set[str]) -> list[str]:
    """File modules that came into `sys.modules` without being on the list."""
    new = [name for name in sys.modules if name not in known and name not in allowed]
    return [name for name in new if getattr(sys.modules[name], "__file__", None)]


class Preloader:
    """Runs the trials without ever blocking the zygote; `fileno` is ready when one has ended."""

    def __init__(self, modules: list[str], loaded: list[str]) -> None:
        self._left = modules
        self._loaded = loaded
        self._started = time.monotonic()
        self._trials = 0
        self._pid = -1
        self._pipe = -1
        self.rejected: Verdict = {}

    def fileno(self) -> int:
        return self._pipe

    def pid(self) -> int:
        return self._pid

    def start_trial(self) -> None:
        """Forks the child that tries what is left; its verdict comes through a pipe."""
        self._trials += 1
        self._pipe, write = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            self._in_child(write)
        os.close(write)

    def _in_child(self, write: int) -> None:
        try:
            silence()
            trial = Trial([name for name in self._loaded if name not in self.rejected])
            trial.run(self._left)
            with os.fdopen(write, "w") as pipe:
                json.dump([trial.proven, trial.rejected], pipe)
        finally:
            os._exit(0)

    def finish_trial(self) -> bool:
        """Reads the outcome; True when this trial had nothing to reject."""
        with os.fdopen(self._pipe, "r") as pipe:
            self._left, rejected = read_outcome(pipe.read(), self._left)
        self._pipe = -1
        self.rejected.update(rejected)
        return not rejected

    def exhausted(self) -> bool:
        return self._trials >= MAX_TRIALS or time.monotonic() - self._started > DEADLINE

    def import_all(self) -> list[str]:
        """Imports what is proven, here and for every later child; the heap is frozen after it."""
        for name in self._left:
            importlib.import_module(name)
        user_code.loaded_files()  # which file is whose is asked of the file system once, here
        gc.collect()
        gc.freeze()
        return self._left


def silence() -> None:
    """A trial prints nothing: the real import does."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 2)


def read_outcome(text: str, tried: list[str]) -> tuple[list[str], Verdict]:
    """What the child has proven and rejected; a child that died without a word rejects all."""
    try:
        proven, rejected = json.loads(text)
    except ValueError:
        return [], dict.fromkeys(tried, "importing it ahead ended the trial process")
    return proven, rejected


class ImportRecorder:
    """In a worker: which library modules the app imports, in the order in which that completed.

    Wraps the two loaders that run files. Names come innermost first. A module whose
    import, at any depth, ran user code is left out: the zygote must not import that.
    """

    def __init__(self) -> None:
        self._completed_now: list[str] = []
        self._running = threading.local()
        self._misses = user_code.Misses()

    def report(self) -> dict[str, Any]:
        """What was imported since the last report; all there is, if there is something new."""
        new, self._completed_now = self._completed_now, []
        loaded = list(sys.modules) if new else []
        return {"preloadable": new, "loaded": loaded, **self.sources(user_code.loaded_files())}

    def sources(self, files: list[str]) -> dict[str, Any]:
        """What decides whether a change of a file is one of the app's code."""
        digests = user_code.code_cache.digests(files)
        return {"files": files, "digests": digests, "missed": self._misses.take()}

    def install(self) -> None:
        sys.meta_path.append(self._misses)
        for loader in (SourceFileLoader, ExtensionFileLoader):
            self._wrap(loader)

    def _wrap(self, loader: Any) -> None:
        exec_module = loader.exec_module

        def recorded(instance: Any, module: ModuleType) -> None:
            self._enter(module)
            try:
                exec_module(instance, module)
            except BaseException:
                self._stack().pop()
                raise
            self._completed(module)

        loader.exec_module = recorded

    def _stack(self) -> list[bool]:
        """One entry a running import: whether user code ran inside it."""
        if not hasattr(self._running, "stack"):
            self._running.stack = []
        stack: list[bool] = self._running.stack
        return stack

    def _enter(self, module: ModuleType) -> None:
        stack = self._stack()
        file = getattr(module, "__file__", None) or ""
        ran_user_code = user_code.is_user(file)
        if ran_user_code:
            stack[:] = [True] * len(stack)
        stack.append(ran_user_code)

    def _completed(self, module: ModuleType) -> None:
        if not self._stack().pop():
            spec = module.__spec__  # its name, for `_decimal` calls itself `decimal`
            self._completed_now.append(spec.name if spec else module.__name__)
