"""What imports do to a process: a picture of it before and after, what they read, what they bring.

A zygote may import a module ahead only if that leaves the process fit to be forked: no thread, no
open file, no signal handler, nothing patched: a child has none of the first, and shares the rest.
"""

from __future__ import annotations

import atexit
import builtins
import hashlib
import json
import locale
import os
import select
import signal
import socket
import stat
import sys
import threading
import time
import warnings
import weakref
from importlib.machinery import ExtensionFileLoader, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any, Callable, Iterable

from . import user_code

Picture = dict[str, Any]
"""Aspect to value."""

PATCHABLE: tuple[tuple[Any, str], ...] = (
    (socket, "socket"),
    (socket, "create_connection"),
    (socket, "getaddrinfo"),
    (time, "sleep"),
    (time, "time"),
    (threading, "Thread"),
    (threading, "Lock"),
    (os, "fork"),
    (os, "read"),
    (os, "write"),
    (builtins, "open"),
    (builtins, "__import__"),
    (sys, "excepthook"),
    (sys, "stdout"),
    (sys, "stderr"),
)


SWITCHED: tuple[tuple[Any, str], ...] = (
    (socket, "socket"),
    (time, "sleep"),
    (select, "select"),
    (threading, "Thread"),
    (threading, "Lock"),
)
"""What gevent and its like replace: whoever imported them earlier keeps names that block."""

NATIVE = [getattr(module, name) for module, name in SWITCHED]


def is_patched() -> bool:
    """Whether the app has replaced any of that: then threads may be none, and locks not the system's."""
    return any(getattr(module, name) is not kept for (module, name), kept in zip(SWITCHED, NATIVE))


def threads() -> int:
    """Threads of the process, native ones included where the system tells (Linux)."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def end_native_threads() -> None:
    """Forks a child that ends at once: OpenBLAS and its like join their pool before any fork."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: forks while threads run
        pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def open_files() -> frozenset[tuple[int, int]]:
    """Descriptor and inode of all that is open and shares a position or a peer with a fork."""
    try:
        descriptors = [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        return frozenset()
    return frozenset(found for number in descriptors for found in file_at(number))


def file_at(descriptor: int) -> list[tuple[int, int]]:
    try:
        status = os.fstat(descriptor)
    except OSError:
        return []  # the listing's own descriptor
    return [] if stat.S_ISCHR(status.st_mode) else [(descriptor, status.st_ino)]  # /dev/urandom


def signal_handlers() -> tuple[Any, ...]:
    return tuple(signal.getsignal(number) for number in sorted(signal.valid_signals()))


_exit_callbacks: list[str] = []


def watch_exit_callbacks() -> None:
    """From here on `atexit.register` notes what libraries register; the standard library's is fine."""
    register = atexit.register

    def noted(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        module = getattr(function, "__module__", None) or ""
        if not user_code.is_standard(getattr(sys.modules.get(module), "__file__", None) or ""):
            _exit_callbacks.append(f"{module}.{getattr(function, '__qualname__', '')}")
        return register(function, *arguments, **keywords)

    atexit.register = noted  # type: ignore[assignment]


def temporary_folders() -> int:
    """Those that the first child to exit would delete for all."""
    finalizers = list(weakref.finalize._registry.values())  # type: ignore[attr-defined]
    return sum(getattr(info.func, "__module__", "") == "tempfile" for info in finalizers)


ASPECTS: dict[str, Callable[[], Any]] = {
    "starts a thread": threads,
    "opens a file or socket": open_files,
    "changes the environment": lambda: dict(os.environ),
    "changes the working directory": os.getcwd,
    "changes sys.path": lambda: list(sys.path),
    "adds an import hook": lambda: (early_finders(), list(map(id, sys.path_hooks))),
    "handles a signal": signal_handlers,
    "registers an exit callback": lambda: list(_exit_callbacks),
    "keeps a temporary folder": temporary_folders,
    "changes the locale": lambda: locale.setlocale(locale.LC_ALL),
    "traces calls": lambda: (sys.gettrace(), sys.getprofile()),
    "patches the standard library": lambda: identities(PATCHABLE),
}


def early_finders() -> list[int]:
    """Those that are asked before the usual one; what comes after it (six, Bottle) changes nothing."""
    usual = sys.meta_path.index(PathFinder) if PathFinder in sys.meta_path else len(sys.meta_path)
    return [id(finder) for finder in sys.meta_path[:usual]]


def identities(names: tuple[tuple[Any, str], ...]) -> list[int]:
    return [id(getattr(module, name)) for module, name in names]


def picture() -> Picture:
    """Comparable with `changes`."""
    return {aspect: look() for aspect, look in ASPECTS.items()}


def changes(before: Picture, after: Picture) -> list[str]:
    """What happened between two pictures, in words."""
    return [aspect for aspect in ASPECTS if before[aspect] != after[aspect]]


class EnvironWatch:
    """Notes which variables are read and written through `os.environ`, each once it is asked to."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.written: set[str] = set()

    def note_reads(self) -> None:
        note_keys("__getitem__", self.read)

    def note_writes(self) -> None:
        note_keys("__setitem__", self.written)
        note_keys("__delitem__", self.written)

    def read_during(self, run: Callable[[], object]) -> set[str]:
        """What `run` reads; raises what it raises."""
        self.read.clear()
        run()
        return set(self.read)


def note_keys(name: str, keys: set[str]) -> None:
    """Wraps a method of `os.environ` so that each key it gets is added to `keys`."""
    kind: Any = type(os.environ)
    method = getattr(kind, name)

    def noted(environ: Any, key: Any, *value: Any) -> Any:
        keys.add(key)
        return method(environ, key, *value)

    setattr(kind, name, noted)


NATIVE_VARIABLES = (
    *("BLIS_", "CUDA_", "GOTO_", "GRPC_", "KMP_", "LD_", "MALLOC_", "MKL_", "MPL", "NUMBA_"),
    *("NUMEXPR_", "OMP_", "OPENBLAS_", "TF_", "VECLIB_"),
)
"""Prefixes of what native code reads by itself, unseen."""


def fingerprint(variables: Iterable[str]) -> str:
    """Of what decides how an import ahead turns out: Python, distributions, variables that are read."""
    native = [name for name in os.environ if name.startswith((*NATIVE_VARIABLES, "PYTHON"))]
    environ = {name: os.environ.get(name) for name in {*variables, *native}}
    facts = [sys.version, sys.executable, sys.prefix, sys.path, user_code.distributions(), environ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


class ImportRecorder:
    """In a worker: which library modules the app imports, in the order in which that completed.

    Wraps the two loaders that run files. Names come innermost first. A module whose
    import, at any depth, ran user code is left out: the zygote must not import that.
    """

    def __init__(self) -> None:
        self._completed_now: list[str] = []
        self._left_out: dict[str, str] = {}
        self._running = threading.local()
        self._environ = EnvironWatch()
        self._misses = user_code.Misses()

    def report(self) -> dict[str, Any]:
        """What was imported since the last report; all there is, if there is something new."""
        new, self._completed_now = self._completed_now, []
        return {
            **self.sources(user_code.loaded_files()),
            "preloadable": new,
            "left_out": self._left_out,
            "loaded": list(sys.modules) if new else [],
            "written": sorted(self._environ.written),
            "patched": is_patched(),
        }

    def sources(self, files: list[str]) -> dict[str, Any]:
        """What decides whether a change of a file is one of the app's code."""
        digests = user_code.code_cache.digests(files)
        return {"files": files, "digests": digests, "missed": self._misses.take()}

    def install(self) -> None:
        sys.meta_path.append(self._misses)
        self._environ.note_writes()
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
        ran_user_code = user_code.is_user(module.__file__ or "")
        if ran_user_code:
            stack[:] = [True] * len(stack)
        stack.append(ran_user_code)

    def _completed(self, module: ModuleType) -> None:
        spec = module.__spec__  # its name, for `_decimal` calls itself `decimal`
        name = spec.name if spec else module.__name__
        if not self._stack().pop():
            self._completed_now.append(name)
        elif not user_code.is_user(module.__file__ or ""):
            self._left_out[name] = "runs user code while it is imported"
