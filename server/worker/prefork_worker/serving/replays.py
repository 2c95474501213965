"""Replays on their way to the loop: requests that are there already, each on a connection of its own.

The near end of a socket pair is that connection; no listener took it, and no other worker can have it. So
neither steering nor a free sibling gets the request. While this worker is paused in the debugger it waits.
"""

from __future__ import annotations

import os
import socket
from collections import deque
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Callable, Deque, NamedTuple

from .connection import Connection

if TYPE_CHECKING:
    from .connections import Connections
    from .server import WorkerState


class Replay(NamedTuple):
    """`request` is the id that it is to have, `original` that of the request it repeats.

    `data` is all of it. `client` is an address, '' for none; `fd` the near end of its connection.
    `give_back` is called, in any thread, when the worker ends before it has begun it.
    """

    request: str
    original: str
    data: bytes
    client: str
    fd: int
    give_back: Callable[[], None]


class Replays:
    """`put` and `end` may be called from any thread, `admit` by who holds the baton."""

    def __init__(self, state: WorkerState) -> None:
        self._state = state
        self._waiting: Deque[Replay] = deque()
        self._ended = False

    def put(self, replay: Replay) -> None:
        self._waiting.append(replay)
        if self._ended:
            self.end()

    def admit(self, connections: Connections, queue: Callable[[Connection], None]) -> None:
        """Has those that came served in their turn."""
        if self._state.ending:
            self._give_back()
        while self._waiting and not self._state.held:
            connection = self._connection(self._waiting.popleft())
            connections.enter(connection, perf_counter_ns())
            queue(connection)

    def end(self) -> None:
        """The worker begins nothing any more."""
        self._ended = True
        self._give_back()

    def _give_back(self) -> None:
        while self._waiting:
            replay = self._waiting.popleft()
            os.close(replay.fd)
            replay.give_back()

    def _connection(self, replay: Replay) -> Connection:
        """Plain, whatever the listener speaks."""
        state, address = self._state, (replay.client, 0) if replay.client else ""
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=replay.fd)
        sock.setblocking(False)
        entrance = state.entrances.find(self._listener(bool(replay.client)), address)
        connection = Connection(sock, entrance, state.options, address)
        connection.replay = replay
        connection.buffer = replay.data
        return connection

    def _listener(self, by_address: bool) -> int:
        """The first through which such a client can have come."""
        kinds: Any = [sock.family != socket.AF_UNIX for sock in self._state.listeners]
        return kinds.index(by_address) if by_address in kinds else 0
