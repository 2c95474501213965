"""The loop: one thread leads it, waits for all connections and calls the app itself.

While it is in the app it has laid down the baton (`crew.py`). When it comes back and the baton is
still there it leads on, at the cost of an append and a pop. When not, somebody else leads now: the
thread gives its connection back through `returned` and stands by. Whoever holds the baton, and nobody
else, touches the connections and the poller.
"""

from __future__ import annotations

import socket
from collections import deque
from time import perf_counter_ns
from typing import Any, Deque, Dict, List, Set

from ..http.refusal import ClientGone, Refusal, closing_answer
from .admission import Admission
from .connection import (
    COLLECTING,
    FLUSHING,
    IDLE,
    LINGERING,
    PENDING,
    READING,
    RUNNING,
    Connection,
    Request,
)
from .exchange import serve
from .poller import READ, WRITE, new_poller
from .waker import Waker
from .worker_state import WorkerState

_SECOND = 1_000_000_000
_LINGER = 2 * _SECOND
_SWEEP = _SECOND // 4
_RECEIVE = 16384
_EVENTS = 256


class Loop:
    """All connections of a worker. `offered` is where the baton lies while the app is called."""

    def __init__(self, state: WorkerState) -> None:
        self.state = state
        self.connections: Dict[int, Connection] = {}
        self.offered: List[Connection] = []
        self.returned: Deque[Connection] = deque()
        self.taken: Set[Connection] = set()
        self.waker = Waker()
        self.requests = 0
        self.on_call = _nothing
        self._poller = new_poller()
        self._pending: Deque[Connection] = deque()
        self._leaving: List[Connection] = []
        self._listeners = {sock.fileno(): i for i, sock in enumerate(state.listeners)}
        self._now = perf_counter_ns()
        self._next_sweep = 0
        self._retired = False
        self._keepalive = int(state.options.keepalive * _SECOND)
        self._poller.register(self.waker.fd, READ)
        sources = [*self._listeners, state.handover.take_end.fileno()]
        self._admission = Admission(
            self._poller, sources, state.board, state.slot, state.generation
        )

    def lead(self) -> bool:
        """Leads until all is done (True) or until somebody else does (False)."""
        state, board, slot = self.state, self.state.board, self.state.slot
        while True:
            if state.ending and self._ended():
                return True
            timeout = self._before_wait()
            board.set_idle(slot)
            events = self._poller.poll(timeout, _EVENTS)
            board.set_busy(slot)
            self._now = perf_counter_ns()
            if self._now >= self._next_sweep:
                self._sweep({fd for fd, _ in events})
            for fd, _ in events:
                connection = self.connections.get(fd)
                if connection is None:
                    self._from_outside(fd)
                elif not self._ready(connection):
                    return False
            if self._pending and not self._serve_pending():
                return False

    def detach(self, connection: Connection) -> None:
        """Its call goes on without the loop. By who holds the baton."""
        self._poller.unregister(connection.fd)
        self.taken.add(connection)

    def retire(self) -> None:
        """Begins nothing more from here on. By who holds the baton."""
        if self._retired:
            return
        self._retired = True
        self._admission.end()
        for connection in list(self.connections.values()):
            if connection.state <= PENDING:
                self._poller.unregister(connection.fd)
                self._leave(connection)
        self._pending.clear()
        self.state.on_retired()

    def close(self) -> None:
        for connection in list(self.connections.values()):
            connection.sock.close()
        self._poller.close()
        self.waker.close()

    # --- waiting

    def _before_wait(self) -> float:
        timeout = self._admission.before_wait(len(self.connections))
        if self._pending:
            return 0
        if self._leaving:
            return 0.005
        if self.connections or self.state.ending:
            timeout = _SWEEP / _SECOND if timeout < 0 else timeout
        return timeout

    def _ended(self) -> bool:
        """Retires if that is still to do; True when nothing is left to finish."""
        self.retire()
        leaving, self._leaving = self._leaving, []
        for connection in leaving:
            self._leave(connection)
        return not self.connections or self._now > self.state.stop_by

    def _sweep(self, ready: Set[int]) -> None:
        """Ends what is past its deadline; what is ready has just been heard of."""
        self._next_sweep = self._now + _SWEEP
        late = [
            connection
            for fd, connection in self.connections.items()
            if connection.deadline < self._now
            and connection.state not in (RUNNING, PENDING)
            and fd not in ready
        ]
        for connection in late:
            if connection.state in (READING, COLLECTING):
                self._refuse(connection, Refusal(408, "the request took too long to arrive"))
            elif connection not in self._leaving:
                self._drop(connection)

    # --- where connections come from

    def _from_outside(self, fd: int) -> None:
        if fd == self.waker.fd:
            self.waker.clear()
            while self.returned:
                self._take_back(self.returned.popleft())
        elif self._admission.admits(len(self.connections)):
            if fd in self._listeners:
                self._accept(self._listeners[fd])
            else:
                self._take_over()

    def _accept(self, index: int) -> None:
        try:
            sock, address = self.state.listeners[index].accept()
        except OSError:
            return  # a sibling was quicker, or the client has left again
        self._add(sock, index, address)

    def _take_over(self) -> None:
        given = self.state.handover.take()
        if given is None:
            return
        try:
            address = given.sock.getpeername()
        except OSError:
            given.sock.close()
            return
        connection = self._add(given.sock, given.listener, address)
        if given.unread:
            connection.buffer = given.unread
            connection.began = self._now
            self._queue(connection)

    def _add(self, sock: socket.socket, index: int, address: Any) -> Connection:
        state = self.state
        sock.setblocking(False)
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(sock, state.entrances.find(index, address), state.options, address)
        connection.deadline = self._now + int(state.options.header_timeout * _SECOND)
        self.connections[connection.fd] = connection
        self._poller.register(connection.fd, READ)
        self._count()
        return connection

    def _count(self) -> None:
        self.state.board.set_connections(self.state.slot, len(self.connections))

    # --- requests

    def _ready(self, connection: Connection) -> bool:
        """False when the loop was lost to another thread."""
        if connection.state >= PENDING:
            self._ready_in_other_state(connection)
            return True
        try:
            data = connection.sock.recv(_RECEIVE)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        if not data:
            self._drop(connection)
            return True
        if connection.state == IDLE:
            connection.began = self._now
        return self._feed(connection, data)

    def _feed(self, connection: Connection, data: bytes) -> bool:
        before = connection.state
        try:
            request = connection.advance(data)
        except Refusal as refusal:
            self._refuse(connection, refusal)
            return True
        if request is not None:
            return self._start(connection, request)
        if connection.state != before or before == COLLECTING:
            options = self.state.options
            seconds = (
                options.body_timeout if connection.state == COLLECTING else options.header_timeout
            )
            connection.deadline = self._now + int(seconds * _SECOND)
        return True

    def _start(self, connection: Connection, request: Request) -> bool:
        state = self.state
        if state.board.generation != state.generation and not state.stopping or state.ending:
            connection.rewind(request.raw)
            connection.state = IDLE
            state.ending = True
            return True
        connection.state = RUNNING
        self.requests += 1
        self.offered.append(connection)
        self.on_call()
        serve(state.stage, connection, request, not state.stopping)
        try:
            self.offered.remove(connection)  # not pop(): by now another leader's may lie there
        except ValueError:
            self.returned.append(connection)
            self.waker.wake()
            return False
        self._after(connection)
        return True

    def _after(self, connection: Connection) -> None:
        """An answer was given: what becomes of its connection."""
        state = self.state
        if state.options.max_requests and self.requests >= state.options.max_requests:
            state.ending = True
        if connection.gone:
            self._drop(connection)
        elif connection.outgoing is not None:
            connection.state = FLUSHING
            connection.deadline = perf_counter_ns() + int(state.options.send_timeout * _SECOND)
            self._poller.modify(connection.fd, WRITE)
        elif connection.close:
            self._linger(connection)
        else:
            connection.state = IDLE
            connection.deadline = perf_counter_ns() + self._keepalive
            if self._retired:
                self._poller.unregister(connection.fd)
                self._leave(connection)
            elif connection.buffer:
                self._queue(connection)

    def _take_back(self, connection: Connection) -> None:
        self.taken.discard(connection)
        self._poller.register(connection.fd, READ)
        self._after(connection)

    def _queue(self, connection: Connection) -> None:
        """It holds bytes that were read already; served after all that are ready now."""
        connection.state = PENDING
        self._pending.append(connection)

    def _serve_pending(self) -> bool:
        for _ in range(len(self._pending)):
            connection = self._pending.popleft()
            data, connection.buffer = connection.buffer, b""
            connection.state = IDLE
            if not self._feed(connection, data):
                return False
        return True

    # --- ends

    def _ready_in_other_state(self, connection: Connection) -> None:
        try:
            if connection.state == FLUSHING and connection.flush():
                self._poller.modify(connection.fd, READ)
                self._after(connection)
            elif connection.state == LINGERING and not connection.sock.recv(_RECEIVE):
                self._drop(connection)
        except BlockingIOError:
            pass
        except OSError:
            self._drop(connection)

    def _refuse(self, connection: Connection, refusal: Refusal) -> None:
        """Says why, and closes so that the client gets to read it."""
        self.state.log("debug", f"Invalid request from {connection.peer[0]}: {refusal.detail}")
        try:
            connection.send(closing_answer(refusal.status, refusal.detail), True)
        except ClientGone:
            self._drop(connection)
            return
        connection.buffer = b"refused"
        self._linger(connection)

    def _linger(self, connection: Connection) -> None:
        """RFC 9112, section 9.6: closing with unread data would destroy the answer on its way."""
        if not connection.buffer and not connection.unfinished:
            self._drop(connection)
            return
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(connection)
            return
        connection.state = LINGERING
        connection.deadline = perf_counter_ns() + _LINGER

    def _leave(self, connection: Connection) -> None:
        """To a newer worker, or, when this one was stopped for good, to an end."""
        state = self.state
        if not state.stopping:
            unread = connection.unread()
            if not state.handover.give(connection.sock, connection.entrance.index, unread):
                self._leaving.append(connection)
                return
        self._forget(connection)

    def _drop(self, connection: Connection) -> None:
        try:
            self._poller.unregister(connection.fd)
        except OSError:
            pass
        self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        del self.connections[connection.fd]
        connection.sock.close()
        self._count()


def _nothing() -> None:
    """What a worker with one thread does at each call."""
