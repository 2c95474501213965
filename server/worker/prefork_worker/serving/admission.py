"""Admission: whether this worker waits for new connections, so that all hold about as many.

A connection is a commitment for as long as it is kept alive, so a worker accepts only while no
sibling that could accept holds fewer. That is decided before each wait; who holds more looks again
every 5 ms. After 50 ms it waits with the rest, to cost nothing while idle, and declines when woken,
unless the connection was there already: then nobody else takes it. A busy or dead
sibling does not count, but one that was idle a moment ago does.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any, List, Tuple

from .board import Board
from .poller import READ
from .steering import ALL, HANDOVER, LISTENERS, LOOK_AGAIN, NONE, Steering

_RECHECK = 0.005
_RELUCTANT_AFTER = 0.05
_WAS_THERE = 0.002
_PATIENCE = 10
_PAUSE = 0.1
_SLACK = 8


class Admission:
    """Registers and unregisters the doors that connections come through: listeners and the handover.

    With `most` connections it takes no more until one of them ends (`worker_connections`).
    """

    def __init__(
        self,
        poller: Any,
        listeners: List[int],
        handover: int,
        steering: Steering,
        board: Board,
        slot: int,
        generation: int,
        most: int,
    ) -> None:
        self._poller = poller
        self._doors = {
            ALL: (*listeners, handover),
            LISTENERS: tuple(listeners),
            HANDOVER: (handover,),
            NONE: (),
        }
        self._open: Tuple[int, ...] = ()
        self._steering = steering
        self._board = board
        self._slot = slot
        self._generation = generation
        self._most = most
        self._ended = False
        self._paused = False
        self._since = 0.0
        self._reluctant = False

    def before_wait(self, connections: int) -> float:
        """How long to wait at most, in seconds; -1 for ever."""
        if self._ended:
            return -1
        if self._paused:
            self._paused = False
            self._unregister()
            return _PAUSE
        if connections >= self._most:
            self._unregister()
            return -1
        if self._steering.on:
            doors = self._steering.doors()
            if doors != ALL:
                self._stand_at(doors)
                return LOOK_AGAIN
        if self._fair(connections):
            self._since = 0.0
            self._reluctant = False
            self._stand_at(ALL)
            return LOOK_AGAIN if self._steering.on else -1
        return self._hold_back()

    def admits(self, door: int, connections: int) -> bool:
        """A door is ready: whether to take one connection."""
        if self._ended or connections >= self._most:
            return False
        if self._steering.on and door not in self._doors[self._steering.doors()]:
            return False
        now = perf_counter()
        if not self._reluctant or self._fair(connections) or now - self._since < _WAS_THERE:
            return True
        self._since = now
        self._reluctant = False
        self._unregister()
        return False

    def pause(self) -> None:
        """No descriptors are left: a tenth of a second without new connections."""
        self._paused = True

    def end(self) -> None:
        """No more connections, ever."""
        self._ended = True
        self._unregister()

    def _fair(self, connections: int) -> bool:
        if not connections:
            return True
        least = self._board.least_connections(self._slot, self._generation, _PATIENCE)
        # With many connections a small difference matters less than being quick to accept.
        return least is None or connections <= least + least // _SLACK

    def _hold_back(self) -> float:
        if self._reluctant:
            return -1
        now = perf_counter()
        self._since = self._since or now
        if now - self._since < _RELUCTANT_AFTER:
            self._unregister()
            return _RECHECK
        self._since = now
        self._reluctant = True
        self._stand_at(ALL)
        return -1

    def _unregister(self) -> None:
        self._stand_at(NONE)

    def _stand_at(self, doors: int) -> None:
        wanted, opened = self._doors[doors], self._open
        if wanted is opened:
            return
        for fd in opened:
            if fd not in wanted:
                self._poller.unregister(fd)
        for fd in wanted:
            if fd not in opened:
                self._poller.register(fd, READ)
        self._open = wanted
