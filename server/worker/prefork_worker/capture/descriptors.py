"""What C code and subprocesses write to descriptors 1 and 2: told of as lines, too.

Both become pipes that the arbiter reads: always, so that no writer waits for this process, and C code
may hold the GIL meanwhile. It passes all on to where it would have gone, and gives it back to the
worker, which knows what ran. What Python itself prints goes there directly.

A terminal stays as it is: colours, prompts and the order of lines depend on it.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import sys
import threading
from select import POLLOUT, poll  # not what an app puts in their place
from typing import TYPE_CHECKING, Any

from .logs import Line, is_told
from .streams import LEVELS, MAX_PARTIAL

if TYPE_CHECKING:
    from . import Capture

NUMBERS = {"stdout": 1, "stderr": 2}
F_SETPIPE_SZ = 1031
"""Linux; Python has a name for it since 3.10."""
PATIENCE = 0.25
"""Seconds that an arbiter which is held up is waited for."""
PIPE_SIZE = 256 * 1024
"""What fits while the arbiter is held up; what all pipes of a user may hold is limited."""


class Descriptors:
    """Those of this worker; one is made before its streams are captured, on the main thread.

    `directory` is private to the server's processes. `lead` and `take` are the control thread's.
    """

    def __init__(self, capture: Capture, directory: str) -> None:
        self._capture = capture
        self._partial = dict.fromkeys(NUMBERS, "")
        self._led = threading.Event()
        self._pipes: dict[str, Pipe] = {}
        for name, number in NUMBERS.items():
            if isinstance(getattr(sys, name), io.TextIOWrapper) and not os.isatty(number):
                self._pipes[name] = Pipe(name, number, directory)

    def paths(self) -> dict[str, str]:
        """Of the pipes (FIFOs) that the arbiter is to open, by stream."""
        return {name: pipe.path for name, pipe in self._pipes.items()}

    def lead(self) -> None:
        """The arbiter has opened them: whatever is written from now on arrives there."""
        for pipe in self._pipes.values():
            with contextlib.suppress(OSError):
                pipe.lead()
        self._led.set()

    def wait(self) -> None:
        """Until they lead there, so that nothing of the first request is missed: importing takes longer."""
        self._led.wait(PATIENCE)

    def take(self, message: dict[str, Any]) -> None:
        """The arbiter's command `output`: `source`, `text`, `time` in microseconds."""
        source, time = message["source"], message["time"] * 1000
        *lines, rest = (self._partial[source] + message["text"]).split("\n")
        if len(rest) > MAX_PARTIAL:
            lines, rest = [*lines, rest], ""
        self._partial[source] = rest
        record, level = self._capture.alone(time), LEVELS[source]
        for text in lines:
            if text and not text.isspace() and (record is None or is_told(record, level)):
                line = Line(source, level, text, None)
                line.time = time
                self._capture.say(line, record)


class Pipe:
    """One that a descriptor is to lead to; its stream is put aside at once."""

    def __init__(self, name: str, number: int, directory: str) -> None:
        self.path = os.path.join(directory, f"{name}-{os.getpid()}")
        self._number = number
        self._aside = put_aside(name, number)
        os.mkfifo(self.path, 0o600)
        self._held = os.open(self.path, os.O_RDWR)
        """While the arbiter opens its end: one without a writer would be at its end already."""

    def lead(self) -> None:
        pipe = os.open(self.path, os.O_WRONLY)
        with contextlib.suppress(OSError):  # not on macOS; or there are too many
            fcntl.fcntl(pipe, F_SETPIPE_SZ, PIPE_SIZE)
        self._aside.targets.add(identity(pipe))
        os.dup2(pipe, self._number)
        os.close(pipe)
        os.close(self._held)
        os.unlink(self.path)


class Aside(io.FileIO):
    """Writes to where a descriptor led before; says that it is still that one, for subprocesses.

    `targets` are the files that the descriptor leads to by itself: an app that leads it elsewhere (to
    silence a library, say) means what Python prints, too.
    """

    def __init__(self, name: str, number: int) -> None:
        super().__init__(os.dup(number), "w")
        self.name = f"<{name}>"
        self._number = number
        self.targets = {identity(number)}

    def fileno(self) -> int:
        return self._number

    def write(self, data: Any) -> int:
        if identity(self._number) not in self.targets:
            return os.write(self._number, data)
        written = super().write(data)
        while written is None:  # full: the arbiter's end of it is non-blocking, and so this one
            room = poll()
            room.register(super().fileno(), POLLOUT)
            room.poll()
            written = super().write(data)
        return written


def identity(number: int) -> tuple[int, int]:
    """Of the open file."""
    status = os.fstat(number)
    return status.st_dev, status.st_ino


def put_aside(name: str, number: int) -> Aside:
    """Gives `sys.stdout` or `sys.stderr` a descriptor of its own; all else of it stays as it was."""
    stream = getattr(sys, name)
    stream.flush()
    raw = Aside(name, number)
    buffer = io.BufferedWriter(raw)
    made = io.TextIOWrapper(
        buffer,
        stream.encoding,
        stream.errors,
        newline="\n",
        line_buffering=stream.line_buffering,
        write_through=getattr(stream, "write_through", False),
    )
    made.mode = "w"  # type: ignore[misc]
    setattr(sys, name, made)
    return raw
