"""Departures: what becomes of a worker's connections when other workers are to go on with them.

One that is offered waits under its receipt's descriptor instead of its own.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, List

from ..http import Refusal
from .connection import GREETING, IDLE, LEAVING, OFFERED, READING, Connection, Request
from .handover import Given, was_taken

if TYPE_CHECKING:
    from .connections import Connections
    from .server import WorkerState

_FULL = (errno.EAGAIN, errno.ENOBUFS, errno.ETOOMANYREFS)
_NO_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)
_IDLE_NOW = -1
_PATIENCE = 10  # seconds until one that nobody takes is left to the pair alone


class Departures:
    """By who holds the baton. `waiting` are those for which the handover had no room."""

    def __init__(self, state: WorkerState, connections: Connections) -> None:
        self.waiting: List[Connection] = []
        self._state = state
        self._connections = connections

    def finishes(self, connection: Connection) -> bool:
        """Whether its requests are answered here although this worker ends: it cannot be handed over."""
        state = self._state
        return connection.secure and not (state.stopping or state.superseded())

    def stays(self, connection: Connection) -> bool:
        """Whether a retired worker goes on with it, as what was read cannot go along."""
        if self._state.stopping or connection.state == IDLE:
            return False
        return connection.spooling or self.finishes(connection)

    def leave(self, connection: Connection) -> None:
        """To a newer worker, or, when this one was stopped for good, to an end."""
        if connection.secure:
            self._end_secure(connection)
            return
        if connection.replay is not None:
            connection.replay.give_back()
            self._connections.drop(connection)
            return
        connection.buffer = connection.unread()
        self._offer(connection)

    def relieve(self, connection: Connection) -> bool:
        """It asks for something while no thread is free here: to an idle sibling, if there is one."""
        state = self._state
        if state.ending or connection.secure or connection.spooling:
            return False
        if state.board.least_connections(state.slot, state.generation, _IDLE_NOW) is None:
            return False
        self.leave(connection)
        return True

    def sends_away(self, connection: Connection, request: Request, retired: bool) -> bool:
        """Whether another worker is to start this request, to which it is on its way then.

        One that comes to old code waits until the worker has `retired`, all the others with it.
        """
        state = self._state
        if state.ending or state.superseded():
            if self.finishes(connection):
                return False
            connection.state = READING
            state.ending = True
        elif connection.replay or not state.steering.sends_away(request.head):
            return False
        connection.rewind(request)
        if retired or not state.ending:
            self.leave(connection)
        return True

    def offer_the_rest(self) -> None:
        """Tries those again for which the handover had no room; a worker that is stopped waits for none."""
        waiting, self.waiting = self.waiting, []
        for connection in waiting:
            self._offer(connection)
        if self._state.stopping:
            for connection in self._connections:
                if connection.state == OFFERED:
                    self._connections.drop(connection)

    def hear(self, connection: Connection) -> None:
        """There is something to read on the receipt."""
        try:
            taken = was_taken(connection.fd)
        except BlockingIOError:
            return
        if taken:
            self._connections.drop(connection)
        else:
            self._offer(connection)

    def _offer(self, connection: Connection) -> None:
        if self._state.stopping:
            self._connections.drop(connection)
            return
        self._connections.wait_under(connection, None)
        connection.state = LEAVING
        try:
            receipt = self._state.handover.offer(_given(connection))
        except OSError as error:
            self._without_receipt(connection, error)
            return
        connection.state = OFFERED
        self._connections.wait_under(connection, receipt)
        self._connections.wait(connection, _PATIENCE)

    def _without_receipt(self, connection: Connection, error: OSError) -> None:
        """Later, when there was no room. Without descriptors for a receipt it must go without one."""
        try:
            if error.errno not in _NO_DESCRIPTORS:
                raise error
            self._state.handover.give(_given(connection))
        except OSError as failure:
            if failure.errno in _FULL:
                self.waiting.append(connection)
                return
            # More unread bytes than a message may have.
            self._state.log("error", f"Cannot hand a connection over: {failure.strerror}")
        self._connections.drop(connection)

    def _end_secure(self, connection: Connection) -> None:
        """It cannot be handed over. A request that older code must not answer is sent back."""
        if connection.unread() and connection.state != GREETING and not self._state.stopping:
            refusal = Refusal(503, "the server is being replaced; ask again")
            self._connections.send_back(connection, refusal)
        else:
            self._connections.drop(connection)


def _given(connection: Connection) -> Given:
    return Given(
        connection.sock,
        connection.entrance.index,
        connection.origin,
        connection.buffer,
        connection.spool,
        connection.deposit,
    )
