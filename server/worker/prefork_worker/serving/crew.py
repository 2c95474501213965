"""The crew: the threads that call the app, and the baton that says which of them leads the loop.

A leader in the app has laid the baton down in `loop.offered`. The monitor, which sleeps while the
worker is idle, looks every 2 ms; when it sees the same call twice it seizes the baton and frees it for a
thread that stands by (made when first needed, up to `threads`). The thread whose call was slow
finds its baton gone and stands by in turn.

When no thread is left to take it, the monitor picks it up for a moment at each tick: answers on their way
are sent on, and a connection that asks for something goes to an idle sibling. So one thread alone
is monitored, too, if there are siblings, but less closely.
"""

from __future__ import annotations

import threading
from time import sleep
from typing import Optional

from .connection import Connection
from .loop import Loop

_TICK = 0.002
_TICK_ALONE = 0.01
_TICK_WHEN_QUIET = 0.02
_QUIET = 25
_UNCLAIMED = 2


class Crew:
    """`run()` serves with the calling thread and up to `threads - 1` more."""

    def __init__(self, loop: Loop, threads: int, siblings: bool, name: str) -> None:
        self._loop = loop
        self._threads = threads
        self._monitored = threads > 1 or siblings
        self._tick = _TICK if threads > 1 else _TICK_ALONE
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
        if self._monitored:
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
        loop, quiet = self._loop, 0
        while not self._ended:
            seen = loop.requests
            sleep(self._tick if quiet <= _QUIET else _TICK_WHEN_QUIET)
            quiet = 0 if loop.requests != seen else quiet + 1
            if quiet and loop.offered:
                quiet = 0
                if self.seize():
                    self.free()
            elif self._free and quiet >= _UNCLAIMED:
                self._care()
            elif quiet > _QUIET:
                self._sleep()
                quiet = 0

    def _care(self) -> None:
        """Nobody claims the baton: all threads are in the app."""
        with self._changed:
            if not self._free or self._ended:
                return
            self._free = False
        try:
            while self._loop.care() and not (self._standing_by or self._ended):
                pass
        finally:
            self.free()

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
