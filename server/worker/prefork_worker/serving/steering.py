"""Steering: while a worker is debugged, new requests can go to it alone. What that means to each worker.

The steered worker takes what its siblings hand over, and closes each connection after its answer;
so every request comes to a sibling first, which sees whether it is one to be steered. Event
streams, WebSockets and polls are not: they are answered where they came, and neither stop at a breakpoint
nor fill the worker that is being looked at.

That holds while the steered worker can take requests. While it is held (paused in the debugger), or all
its threads have been in the app for a tenth of a second, the siblings answer; they look again every
25 ms. A worker that is held takes nothing, steered or not, if it has a sibling.

Over TLS no connection can be handed over: there the siblings accept nothing, and keep what they have.
"""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import Deque, Dict

from ..http.request import RequestHead
from .board import Board

LOOK_AGAIN = 0.025
_FULL = 100  # milliseconds

# Which of its doors a worker stands at.
ALL, LISTENERS, HANDOVER, NONE = range(4)


class Steering:
    """One a worker, whose own place on the board is `slot`."""

    def __init__(self, board: Board, slot: int, generation: int, secure: bool) -> None:
        self._board = board
        self._slot = slot
        self._generation = generation
        self._secure = secure
        self._polls = Polls()

    @property
    def on(self) -> bool:
        """Whether requests are steered, or this worker is held."""
        return self._board.steered >= 0 or self._held

    def doors(self) -> int:
        if self._held and self._has_sibling:
            return NONE
        if self._is_here():
            return HANDOVER if self._siblings_accept() else ALL
        if self._is_elsewhere():
            return NONE if self._secure else LISTENERS
        return ALL

    def sends_away(self, head: RequestHead) -> bool:
        """Whether a sibling is to answer this request, which came to this worker."""
        if self._secure:
            return False
        if self._held:
            return self._has_sibling
        return self._is_elsewhere() and not self._is_background(head)

    def is_last(self) -> bool:
        """Whether the connection is to be closed after its answer: the next request is for a sibling."""
        return self._is_here() and self._siblings_accept()

    @property
    def _held(self) -> bool:
        return self._board.held(self._slot)

    @property
    def _has_sibling(self) -> bool:
        return self._board.has_sibling(self._slot, self._generation)

    def _siblings_accept(self) -> bool:
        if self._secure:
            return False
        return self._board.least_connections(self._slot, self._generation, _FULL) is not None

    def _is_here(self) -> bool:
        return self._board.steered == self._slot

    def _is_elsewhere(self) -> bool:
        steered = self._board.steered
        if steered in (-1, self._slot):
            return False
        return self._board.can_take(steered, self._generation, _FULL)

    def _is_background(self, head: RequestHead) -> bool:
        """What no person waits for."""
        fields = head.fields.environ
        if fields.get("HTTP_ACCEPT") == "text/event-stream" or "HTTP_UPGRADE" in fields:
            return True
        by_script = head.method == "GET" and fields.get("HTTP_SEC_FETCH_DEST") == "empty"
        return by_script and self._polls.come(head.path)


class Polls:
    """Paths that a page asks for by the clock: four times with the same pauses, to a tenth."""

    _TIMES = 4
    _SHORTEST = 0.2  # seconds; what follows closer is no poll but a page that loads
    _PATHS = 256

    def __init__(self) -> None:
        self._asked: Dict[str, Deque[float]] = {}

    def come(self, path: str) -> bool:
        """The path was asked for now; whether it is a poll."""
        if len(self._asked) > self._PATHS:
            self._asked.clear()
        times = self._asked.setdefault(path, deque(maxlen=self._TIMES))
        times.append(monotonic())
        if len(times) < self._TIMES:
            return False
        moments = list(times)
        pauses = [later - earlier for earlier, later in zip(moments, moments[1:])]
        return min(pauses) >= self._SHORTEST and max(pauses) - min(pauses) <= max(pauses) / 10
