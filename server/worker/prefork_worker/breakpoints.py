"""`breakpoint()` in the app. A worker has no terminal of its own, so Python's way would fail the request.

It stops when a debugger is attached; else it is skipped, and said so once a place; or, as a setting has it, it
is `pdb` on the terminal that the server was started on. Who has set PYTHONBREAKPOINT has decided.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Callable

from .debugger import Debugger

STREAMS = (2, 1, 0)


class Breakpoint:
    """What stands in `sys.breakpointhook`. `log` takes (level, message)."""

    def __init__(
        self, debugger: Debugger, on_terminal: bool, log: Callable[[str, str], None]
    ) -> None:
        self._debugger = debugger
        self._on_terminal = on_terminal
        self._log = log
        self._told: set[str] = set()

    def install(self) -> None:
        if "PYTHONBREAKPOINT" not in os.environ:
            sys.breakpointhook = self

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        frame = sys._getframe(1)
        terminal = None if self._debugger.attached or not self._on_terminal else terminal_name()
        if self._debugger.attached:
            self._debugger.stop_here()
        elif terminal:
            from .terminal_pdb import TerminalPdb  # slow to import, and seldom needed

            TerminalPdb(self._debugger, terminal).set_trace(frame)
        else:
            self._skip(f"{frame.f_code.co_filename}:{frame.f_lineno}")

    def _skip(self, place: str) -> None:
        if place in self._told:
            return
        self._told.add(place)
        reason = "there is no terminal" if self._on_terminal else "no debugger is attached"
        self._log("warning", f"breakpoint() at {place} is skipped: {reason}")


def terminal_name() -> str | None:
    """Of the terminal that the server writes to; None when it is none."""
    return next((os.ttyname(stream) for stream in STREAMS if os.isatty(stream)), None)
