"""`pdb` on the terminal that the server was started on, which is not the worker's own."""

from __future__ import annotations

import fcntl
import os
import pdb
from typing import Any

from .debugger import Debugger, place_of


class TerminalPdb(pdb.Pdb):
    """One at a time among all workers; nothing ends a worker that waits for what is typed."""

    def __init__(self, debugger: Debugger, terminal: str) -> None:
        descriptor = os.open(terminal, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        self._descriptor = descriptor
        reads = open(descriptor, closefd=False)  # noqa: SIM115
        writes = open(descriptor, "w", closefd=False)  # noqa: SIM115
        super().__init__(stdin=reads, stdout=writes, nosigint=True)
        self.use_rawinput = False
        self._debugger = debugger

    def __del__(self) -> None:
        os.close(self._descriptor)

    def interaction(self, frame: Any, *rest: Any) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        try:
            with self._debugger.stopping(place_of(frame)):
                super().interaction(frame, *rest)
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
