"""All connections of a worker, from their arrival to their end, and the poller they wait in.

They come from a listener or from an older worker, and go by a close, by a refusal, by a deadline, or to a
newer worker. To be touched only by the thread that holds the baton.
"""

from __future__ import annotations

import socket
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Set

from ..http import ClientGone, Refusal, closing_answer
from .connection import (
    COLLECTING,
    FLUSHING,
    GREETING,
    IDLE,
    LEAVING,
    LINGERING,
    OFFERED,
    PENDING,
    READING,
    RUNNING,
    Connection,
)
from .custody import UNDEPOSITED
from .poller import READ, WRITE, new_poller

if TYPE_CHECKING:
    from .server import WorkerState

SECOND = 1_000_000_000
_LINGER = 2 * SECOND
_SWEEP = SECOND // 4
_DISCARD = 65536
_MOMENT = 0.002


class Connections:
    """By descriptor. `poller` knows those that are waited for."""

    def __init__(self, state: WorkerState) -> None:
        self.poller = new_poller()
        self._state = state
        self._by_fd: Dict[int, Connection] = {}
        self.get = self._by_fd.get
        self._next_sweep = 0
        self._kinds = [(int(sock.family), int(sock.type), sock.proto) for sock in state.listeners]

    def __len__(self) -> int:
        return len(self._by_fd)

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._by_fd.values()))

    def ready(self) -> List[Connection]:
        """Those that have something to read, or room to be sent something; after a moment, if none has."""
        known = [self._by_fd.get(fd) for fd, _ in self.poller.poll(_MOMENT)]
        return [connection for connection in known if connection is not None]

    # --- arrivals

    def accept(self, index: int, now: int) -> Connection:
        """One connection from a listener. Raises OSError."""
        listener = self._state.listeners[index]
        fd, address = listener._accept()  # type: ignore[attr-defined]
        # Told all, `socket` asks the kernel nothing.
        sock = socket.socket(*self._kinds[index], fileno=fd)
        custody, deposit = self._state.custody, UNDEPOSITED
        if custody is not None and self._state.greeting is None:
            deposit = custody.deposit(sock, index, True)
        return self._add(sock, index, address, now, None, deposit)

    def take_over(self, now: int) -> Connection:
        """One connection that another worker gave. Raises OSError."""
        # What a PROXY header said would not come along from the zygote.
        custody = self._state.custody if self._state.greeting is None else None
        given = self._state.handover.take(custody)
        try:
            address = given.sock.getpeername()
        except OSError:  # the client has left
            given.sock.close()
            given.deposit.withdraw()
            raise
        connection = self._add(
            given.sock, given.listener, address, now, given.origin, given.deposit
        )
        connection.buffer = given.unread
        connection.spool = given.spool
        connection.began = now
        return connection

    def _add(
        self,
        sock: socket.socket,
        index: int,
        address: Any,
        now: int,
        origin: Optional[Dict[str, str]],
        deposit: Any,
    ) -> Connection:
        state, greeting = self._state, self._state.greeting
        sock.setblocking(False)
        if self._kinds[index][0] != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if greeting is not None:
            sock = greeting.wrap(sock)
        connection = Connection(sock, state.entrances.find(index, address), state.options, address)
        if greeting is not None:
            self._begin(connection, origin)
        connection.deposit = deposit
        self.enter(connection, now)
        return connection

    def enter(self, connection: Connection, now: int) -> None:
        connection.deadline = now + int(self._state.options.header_timeout * SECOND)
        self._by_fd[connection.fd] = connection
        self._count()

    def _begin(self, connection: Connection, origin: Optional[Dict[str, str]]) -> None:
        connection.secure = bool(self._state.options.certfile)
        if origin is None:
            connection.state = GREETING
        else:
            connection.came_from(origin)

    def greet(self, connection: Connection) -> bool:
        """Goes on with what comes before the first request; True when that is done."""
        greeting = self._state.greeting
        try:
            events = greeting.proceed(connection) if greeting is not None else 0
        except Refusal as refusal:
            self.refuse(connection, refusal)
            return False
        except ConnectionError:
            self.drop(connection)
            return False
        except OSError as error:
            peer = connection.peer[0] or "a Unix socket"
            self._state.log("info", f"No request came from {peer}: {error.strerror or error}")
            self.drop(connection)
            return False
        if events or connection.watched:
            self.watch(connection, events or READ)
        if not events:
            connection.state = IDLE
        return not events

    # --- what becomes of one

    def watch(self, connection: Connection, events: int = READ) -> None:
        """Waits for it from now on. One that is served and closed at once is never waited for."""
        if not connection.watched:
            self.poller.register(connection.fd, events)
        elif connection.watched != events:
            self.poller.modify(connection.fd, events)
        connection.watched = events

    def rest(self, connection: Connection) -> None:
        """There was nothing to read."""
        if connection.state == IDLE:
            connection.deposit.rest()
        self.watch(connection)

    def unwatch(self, connection: Connection) -> None:
        if connection.watched:
            self.poller.unregister(connection.fd)
            connection.watched = 0

    def wait_under(self, connection: Connection, receipt: Optional[int]) -> None:
        """Offered to another worker: it is heard of by its receipt; without one, by nothing."""
        self.unwatch(connection)
        del self._by_fd[connection.fd]
        connection.wait_under(receipt)
        self._by_fd[connection.fd] = connection
        if receipt is not None:
            self.watch(connection)

    def wait(self, connection: Connection, seconds: float) -> None:
        """Its deadline is `seconds` from now."""
        connection.deadline = perf_counter_ns() + int(seconds * SECOND)

    def flush_later(self, connection: Connection) -> None:
        """The client is slow to read the end of its answer: the loop sends it, not a thread."""
        connection.state = FLUSHING
        self.wait(connection, self._state.options.send_timeout)
        self.watch(connection, WRITE)

    def flushed(self, connection: Connection) -> bool:
        """Goes on sending to a client that is ready; True when all is sent."""
        try:
            done = connection.flush()
        except OSError:
            self.drop(connection)
            return False
        if done:
            self.watch(connection)
        else:
            self.wait(connection, self._state.options.send_timeout)
        return done

    def refuse(self, connection: Connection, refusal: Refusal) -> None:
        """Says why, and closes so that the client gets to read it."""
        peer = connection.peer[0] or "a Unix socket"
        self._state.log("warning", f"Invalid request from {peer}: {refusal.detail}")
        self.send_back(connection, refusal)

    def send_back(self, connection: Connection, refusal: Refusal) -> None:
        """Its last answer; the client gets to read it."""
        try:
            connection.send(closing_answer(refusal.status, refusal.detail), True)
        except ClientGone:
            self.drop(connection)
            return
        connection.unfinished = True
        self.end(connection)

    def end(self, connection: Connection) -> None:
        """RFC 9112, section 9.6: closing with unread data would destroy the answer on its way."""
        if not connection.buffer and not connection.unfinished:
            self.drop(connection)
            return
        try:
            connection.half_close()
        except OSError:
            self.drop(connection)
            return
        self.watch(connection)
        connection.state = LINGERING
        connection.deadline = perf_counter_ns() + _LINGER

    def discard(self, connection: Connection) -> None:
        """Reads past what a client still sends after its last answer."""
        try:
            if not connection.sock.recv(_DISCARD):
                self.drop(connection)
        except BlockingIOError:
            pass
        except OSError:
            self.drop(connection)

    def drop(self, connection: Connection) -> None:
        """Closes it now."""
        self.unwatch(connection)
        self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        del self._by_fd[connection.fd]
        self._shut(connection)
        self._count()

    def _shut(self, connection: Connection) -> None:
        """For the zygote, too, unless it is another worker's now."""
        if self._state.custody is not None and connection.state not in (LEAVING, OFFERED):
            try:
                connection.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # the client has left
        connection.deposit.withdraw()
        connection.shut()

    def _count(self) -> None:
        self._state.board.set_connections(self._state.slot, len(self._by_fd))

    # --- deadlines

    def sweep(self, now: int, ready: Set[int]) -> None:
        """Ends what is past its deadline; what is ready has just been heard of."""
        for fd, connection in list(self._by_fd.items()):
            if connection.deadline < now and fd not in ready:
                self._expire(connection)

    def sweep_is_due(self, now: int) -> bool:
        """Four times a second is exact enough for deadlines of seconds."""
        if now < self._next_sweep:
            return False
        self._next_sweep = now + _SWEEP
        return True

    def make_room(self) -> bool:
        """Out of descriptors: the connection that was idle longest goes; False when none is."""
        idle = [connection for connection in self if connection.state == IDLE]
        if not idle:
            return False
        self.drop(min(idle, key=lambda connection: connection.deadline))
        return True

    def _expire(self, connection: Connection) -> None:
        if connection.state in (READING, COLLECTING):
            self.refuse(connection, Refusal(408, "the request took too long to arrive"))
        elif connection.state not in (PENDING, RUNNING, LEAVING):
            self.drop(connection)

    def close(self) -> None:
        """Closes all at once; the worker ends."""
        for connection in self:
            self._shut(connection)
        self.poller.close()
