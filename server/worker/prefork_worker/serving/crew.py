"""The crew: the threads that call the app, and the baton that says which of them leads the loop.

A leader in the app has laid the baton down in `loop.offered`. The monitor, which sleeps while the
worker is idle, looks every 2 ms; when it sees the same call twice it seizes the baton and frees it for a
thread that stands by (made when first needed, up to `threads`). The thread whose call was slow
finds its baton gone and stands by in turn. With one thread there is no monitor.
"""

from __future__ import annotations

import threading
import time
from typing import Optional

from .connection import Connection
from .loop import Loop

_TICK = 0.002
_IDLE_TICKS = 25


class Crew:
    """`run()` serves with the calling thread and up to `threads - 1` more."""

    def __init__(self, loop: Loop, threads: int, name: str) -> None:
        self._loop = loop
        self._threads = threads
        self._name = name
        self._hired = 1
        self._standing_by = 0
        self._free = True
        self._ended = False
        self._failure: Optional[BaseException] = None
        self._changed = threading.Condition()
        self._asleep = False
        self._wake_monitor = threading.Event()

    def run(self) -> None:
        """Returns when the loop has nothing left to do; a loop that failed fails here."""
        if self._threads > 1:
            self._loop.on_call = self._on_call
            self._start(threading.Thread(target=self._monitor, name=f"{self._name}-monitor"), True)
        self._work()
        if self._failure is not None:
            raise self._failure

    def seize(self) -> Optional[Connection]:
        """Takes the baton from a leader that is in the app; the call it is in, or None."""
        try:
            connection = self._loop.offered.pop()
        except IndexError:
            return None
        self._loop.detach(connection)
        return connection

    def free(self) -> None:
        """Gives the baton that was seized to whoever comes first."""
        with self._changed:
            self._free = True
            if self._standing_by:
                self._changed.notify()
            elif self._hired < self._threads and not self._ended:
                self._hire()

    def hire_all(self) -> None:
        """Has all threads stand by now, rather than each when it is first needed."""
        with self._changed:
            while self._hired < self._threads and not self._ended:
                self._hire()

    def _hire(self) -> None:
        self._hired += 1
        self._start(threading.Thread(target=self._work, name=f"{self._name}-{self._hired}"))

    def _work(self) -> None:
        while self._take_turn():
            try:
                if self._loop.lead():
                    self._end()
            except BaseException as error:
                self._failure = error
                self._end()

    def _take_turn(self) -> bool:
        with self._changed:
            while not self._free and not self._ended:
                self._standing_by += 1
                self._changed.wait()
                self._standing_by -= 1
            self._free = False
            return not self._ended

    def _end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._wake_monitor.set()

    def _on_call(self) -> None:
        if self._asleep:
            self._wake_monitor.set()

    def _monitor(self) -> None:
        loop, idle = self._loop, 0
        while not self._ended:
            seen = loop.requests
            time.sleep(_TICK)
            if loop.requests != seen:
                idle = 0
            elif loop.offered:
                if self.seize():
                    self.free()
            else:
                idle += 1
                if idle > _IDLE_TICKS:
                    self._sleep()
                    idle = 0

    def _sleep(self) -> None:
        self._wake_monitor.clear()
        self._asleep = True
        if not self._loop.offered and not self._ended:
            self._wake_monitor.wait()
        self._asleep = False

    def _start(self, thread: threading.Thread, internal: bool = False) -> None:
        thread.daemon = True
        if internal:
            # A debugger that stops the app must neither trace nor suspend this thread.
            thread.pydev_do_not_trace = True  # type: ignore[attr-defined]
            thread.is_pydev_daemon_thread = True  # type: ignore[attr-defined]
        thread.start()
