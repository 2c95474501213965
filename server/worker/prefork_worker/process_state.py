"""A picture of the process, so that what an import changed in it can be told.

A zygote may import a module ahead only if that leaves the process fit to be forked: no thread, no
socket, no signal handler, nothing patched: a child has none of the first two, and shares the rest.
"""

from __future__ import annotations

import atexit
import builtins
import os
import signal
import socket
import stat
import sys
import threading
import time
import weakref
from typing import Any, Callable

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


def threads() -> int:
    """Threads of the process, native ones included where the system tells (Linux)."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def sockets() -> frozenset[tuple[int, int]]:
    """Descriptor and inode of every open socket."""
    try:
        descriptors = [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        return frozenset()
    return frozenset(found for number in descriptors for found in socket_at(number))


def socket_at(descriptor: int) -> list[tuple[int, int]]:
    try:
        status = os.fstat(descriptor)
    except OSError:
        return []  # the listing's own descriptor
    return [(descriptor, status.st_ino)] if stat.S_ISSOCK(status.st_mode) else []


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
    "opens a socket": sockets,
    "changes the environment": lambda: dict(os.environ),
    "changes the working directory": os.getcwd,
    "changes sys.path": lambda: list(sys.path),
    "adds an import hook": lambda: (list(map(id, sys.meta_path)), list(map(id, sys.path_hooks))),
    "handles a signal": signal_handlers,
    "registers an exit callback": lambda: list(_exit_callbacks),
    "keeps a temporary folder": temporary_folders,
    "patches the standard library": lambda: [id(getattr(m, name)) for m, name in PATCHABLE],
}


def picture() -> Picture:
    """Comparable with `changes`."""
    return {aspect: look() for aspect, look in ASPECTS.items()}


def changes(before: Picture, after: Picture) -> list[str]:
    """What happened between two pictures, in words."""
    return [aspect for aspect in ASPECTS if before[aspect] != after[aspect]]
