"""Preloading: library modules are imported in the zygote, where a trial fork proves it safe.

Two kinds of trial, each in a child that is thrown away. The first imports all candidates and rejects
those that fail, that change the process (`process_state`), that ask for user code, that load modules
the app itself had not loaded, or that read a variable the app sets. The next imports only what is
left and must find nothing to reject; otherwise that is left out, too, and it is run again. The
candidates are what a worker recorded while it imported the app, in the order in which that completed.

What is proven is then imported one module at a time, whenever the arbiter wants nothing else.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
import time
from functools import partial
from typing import Any, Callable, Iterable, Iterator, Optional

from . import process_state, user_code
from .control import Message

MAX_TRIALS = 6
DEADLINE = 20
"""Seconds for one trial; the system ends one that takes longer."""

Verdict = dict[str, str]
"""Module name to the reason why it was rejected."""

NATIVE = (".so", ".pyd", ".dylib")


class Trial:
    """One try of a list of modules, in a process that is thrown away."""

    def __init__(self, loaded: list[str], written: list[str]) -> None:
        self.guard = user_code.UserCodeGuard()
        self.environ = process_state.EnvironWatch()
        self.allowed = set(loaded)
        self.written = set(written)
        self.rejected: Verdict = {}

    def run(self, modules: list[str]) -> Iterator[list[Any]]:
        """Two passes: what a circular import kept from being imported first may come later.

        Yields `["trying", name]`, then `["proven", name]` or `["rejected", name, reason]`.
        """
        sys.meta_path.insert(0, self.guard)
        self.environ.note_reads()
        process_state.watch_exit_callbacks()
        self.allowed.update(modules)
        failed: Verdict = {}
        yield from self._pass(modules, failed)
        finally_failed: Verdict = {}
        yield from self._pass(list(failed), finally_failed)
        for name, reason in finally_failed.items():
            yield self._reject(name, reason)
        if "numpy.linalg" in sys.modules and not calculates_in_child():
            yield self._reject("numpy.linalg", "does not work after a fork")

    def _pass(self, modules: list[str], failed: Verdict) -> Iterator[list[Any]]:
        """Those that raise, and what, go to `failed`."""
        before = process_state.picture()
        for name in modules:
            yield ["trying", name]
            known, asked = set(sys.modules), len(self.guard.asked)
            try:
                read = self.environ.read_during(partial(importlib.import_module, name))
            except BaseException as error:
                failed[name] = f"cannot be imported ahead: {type(error).__name__}: {error}"[:200]
                continue
            after = picture_without_pools(before)
            reason = self._fault(name, known, asked, read) or changed(before, after)
            before = after
            yield self._reject(name, reason) if reason else ["proven", name, sorted(read)]

    def _reject(self, name: str, reason: str) -> list[Any]:
        self.rejected[name] = reason
        self.allowed.discard(name)
        return ["rejected", name, reason]

    def _fault(self, name: str, known: set[str], asked: int, read: set[str]) -> Optional[str]:
        """Why what was just imported must not be preloaded, if there is a reason."""
        if len(self.guard.asked) > asked:
            return f"asks for user code ({self.guard.asked[-1]})"
        extra = unasked(known, self.allowed)
        if extra:
            return f"also loads {extra[0]}, which stays cold or is not the app's"
        early = sorted(read & self.written) or self._native(name)
        return f"reads {early[0]}, which the app sets" if early else None

    def _native(self, name: str) -> list[str]:
        """What of the app's variables native code may read, if the module is native."""
        file = getattr(sys.modules[name], "__file__", None) or ""
        if not file.endswith(NATIVE) or user_code.is_standard(file):
            return []
        return sorted(key for key in self.written if key.startswith(process_state.NATIVE_VARIABLES))


def unasked(known: set[str], allowed: set[str]) -> list[str]:
    """File modules that came into `sys.modules` without being on the list."""
    new = [name for name in sys.modules if name not in known and name not in allowed]
    return [name for name in new if getattr(sys.modules[name], "__file__", None)]


def picture_without_pools(before: process_state.Picture) -> process_state.Picture:
    """Native threads that end when the process forks are no hindrance: they have ended then."""
    if process_state.threads() > before["starts a thread"]:
        process_state.end_native_threads()
    return process_state.picture()


def calculates_in_child() -> bool:
    """Whether numpy's linear algebra ends in a child, twice; some builds of OpenBLAS hang there."""
    pid = os.fork()
    if pid == 0:
        signal.alarm(5)
        numpy, code = sys.modules["numpy"], 1
        try:
            matrix = numpy.eye(300) * 2
            ones = [numpy.linalg.solve(matrix, matrix).trace() for _ in range(2)]
            code = int(ones != [300, 300])
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1] == 0


def changed(before: process_state.Picture, after: process_state.Picture) -> str:
    return ", ".join(process_state.changes(before, after))


class Preloader:
    """Tries, then imports, without ever keeping the zygote from its commands.

    `go_on` when `fileno` is readable, and while `importing` whenever there is nothing else to do.
    """

    def __init__(self, order: Message, forked: Callable[[int], None]) -> None:
        """`forked` gets the pid of each trial, which its caller is to reap."""
        self._forked = forked
        self._left: list[str] = order["modules"]
        self._order = order
        self._trials = 0
        self._unread = b""
        self._found: list[list[Any]] = []
        self._rejected: Verdict = {}
        self._variables: dict[str, list[str]] = {}
        self._pipe = -1
        self.importing: Optional[Importer] = None
        self._start_trial()

    def fileno(self) -> int:
        """The pipe of the trial that is under way, else -1."""
        return self._pipe

    def go_on(self) -> Optional[Message]:
        """The report `preloaded`, when all is done."""
        if self.importing:
            return self._report() if self.importing.step() else None
        if self._read_trial():
            return None
        if self._conclude():
            self.importing = Importer(self._left)
            return None
        if self._trials >= MAX_TRIALS:
            return self._report()
        self._start_trial()
        return None

    def _start_trial(self) -> None:
        """Forks the child that tries what is left; its verdicts come through a pipe."""
        self._trials += 1
        self._found = []
        self._pipe, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._in_child(write)
        os.close(write)
        self._forked(pid)

    def _in_child(self, write: int) -> None:
        try:
            signal.set_wakeup_fd(-1)
            signal.alarm(DEADLINE)
            os.nice(10)  # whoever saves meanwhile comes first
            silence()
            allowed = [name for name in self._order["loaded"] if name not in self._rejected]
            for found in Trial(allowed, self._order["written"]).run(self._left):
                os.write(write, json.dumps(found).encode() + b"\n")
        finally:
            os._exit(0)

    def _read_trial(self) -> bool:
        """Takes what the trial has found; False when it has ended."""
        data = os.read(self._pipe, 65536)
        *lines, self._unread = (self._unread + data).split(b"\n")
        self._found += map(json.loads, lines)
        if not data:
            os.close(self._pipe)
            self._pipe, self._unread = -1, b""
        return bool(data)

    def _conclude(self) -> bool:
        """Whether the trial that has ended had nothing to reject."""
        proven = {found[1]: found[2] for found in self._found if found[0] == "proven"}
        rejected = {found[1]: found[2] for found in self._found if found[0] == "rejected"}
        if self._found and self._found[-1][0] == "trying":
            rejected[self._found[-1][1]] = "importing it ahead ended the trial process"
        untried = [name for name in self._left if name not in proven and name not in rejected]
        self._left = [name for name in proven if name not in rejected] + untried
        self._rejected.update(rejected)
        self._variables = {name: read for name, read in proven.items() if read}
        return not rejected and not untried

    def _report(self) -> Message:
        importer = self.importing or Importer([])
        return importer.report(self._rejected, self._variables, self._order["variables"])


class Importer:
    """Imports what is proven here, for every later child: one module a step."""

    def __init__(self, modules: list[str]) -> None:
        self._waiting = list(reversed(modules))
        self._costs: dict[str, int] = {}
        self._spoilt: Verdict = {}

    def step(self) -> bool:
        """Whether that was the last one. What it leaves is collected at once: all of it would take long."""
        if self._waiting:
            before, name = process_state.picture(), self._waiting.pop()
            self._import(name)
            self._compare(before, name)
            gc.collect()
            gc.freeze()
        return not self._waiting or bool(self._spoilt)

    def all_at_once(self) -> None:
        """With one look at the process for all: they were proven before."""
        before = process_state.picture()
        while self._waiting and not self._spoilt:
            self._import(self._waiting.pop())
        self._compare(before, "")
        gc.freeze()

    def _import(self, name: str) -> None:
        started = time.perf_counter_ns()
        try:
            module = importlib.import_module(name)
            user_code.is_user(getattr(module, "__file__", None) or "<none>")  # is remembered
        except BaseException as error:
            self._spoilt[name] = f"cannot be imported ahead: {type(error).__name__}: {error}"[:200]
        self._costs[name] = (time.perf_counter_ns() - started) // 1000

    def _compare(self, before: process_state.Picture, name: str) -> None:
        reason = changed(before, picture_without_pools(before))
        if reason:
            self._spoilt.setdefault(name, reason)

    def report(
        self, rejected: Verdict, variables: dict[str, list[str]], known: Iterable[str] = ()
    ) -> Message:
        """`variables`: what each module reads; `known`: what others read. Both go in the fingerprint."""
        read = {name for names in variables.values() for name in names}
        return {
            "type": "preloaded",
            "modules": {n: cost for n, cost in self._costs.items() if n not in self._spoilt},
            "rejected": rejected,
            "variables": variables,
            "spoilt": self._spoilt,
            "fingerprint": process_state.fingerprint({*read, *known}),
            "duration": sum(self._costs.values()),
        }


def import_trusted(trust: Message) -> Message:
    """Imports what an earlier start has proven, if all that it depends on is as it was then."""
    variables: dict[str, list[str]] = trust["variables"]
    nothing = Importer([]).report({}, variables)
    if nothing["fingerprint"] != trust["fingerprint"]:
        return {**nothing, "outdated": True}
    importer = Importer(trust["modules"])
    signal.alarm(DEADLINE)
    importer.all_at_once()
    signal.alarm(0)
    return {**importer.report({}, {}), "variables": variables, "fingerprint": trust["fingerprint"]}


def silence() -> None:
    """A trial prints nothing: the real import does."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 2)
