"""The loop: one thread leads it, waits for all connections and calls the app itself.

While it is in the app it has laid down the baton (`crew.py`). When it comes back and the baton is
still there it leads on, at the cost of an append and a remove. When not, somebody else leads now: the
thread gives its connection back through `returned` and stands by.
"""

from __future__ import annotations

import errno
import sys
from collections import deque
from time import perf_counter_ns
from typing import TYPE_CHECKING, Callable, Deque, List, Set

from ..http import Refusal
from .admission import Admission
from .connection import (
    COLLECTING,
    FLUSHING,
    GREETING,
    IDLE,
    LINGERING,
    OFFERED,
    PENDING,
    RUNNING,
    Connection,
    Request,
)
from .connections import Connections
from .departures import Departures
from .exchange import serve
from .poller import READ, Waker

if TYPE_CHECKING:
    from .server import WorkerState

_RECEIVE = 16384
_EVENTS = 256
_HOUSEKEEPING = 0.25
_RETRY = 0.005
_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Loop:
    """`offered` is where the baton lies, with the connection whose request is in the app."""

    def __init__(self, state: WorkerState) -> None:
        self.offered: List[Connection] = []
        self.taken: Set[Connection] = set()
        self.requests = 0
        self.on_call: Callable[[], None] = lambda: None
        self.connections = Connections(state)
        self.departures = Departures(state, self.connections)
        self._state = state
        self._returned: Deque[Connection] = deque()
        self._pending: Deque[Connection] = deque()
        self._waker = Waker()
        self._now = perf_counter_ns()
        self._retired = False
        self._listeners = {sock.fileno(): i for i, sock in enumerate(state.listeners)}
        self.connections.poller.register(self._waker.fd, READ)
        self._admission = Admission(
            self.connections.poller,
            [*self._listeners],
            state.handover.take_end.fileno(),
            state.steering,
            state.board,
            state.slot,
            state.generation,
            state.options.worker_connections or sys.maxsize,
        )
        self.wake = self._waker.wake

    def lead(self) -> bool:
        """Leads until all is done (True) or until somebody else does (False)."""
        state, connections = self._state, self.connections
        board, slot, poll = state.board, state.slot, connections.poller.poll
        while not (state.ending and self._ended()):
            timeout = self._before_wait()
            board.set_idle(slot)
            events = poll(timeout, _EVENTS)
            board.set_busy(slot)
            self._now = now = perf_counter_ns()
            if connections.sweep_is_due(now):
                connections.sweep(now, {fd for fd, _ in events})
            for fd, _ in events:
                connection = connections.get(fd)
                if not (self._ready(connection) if connection else self._from_outside(fd)):
                    return False
            if self._pending and not self._serve_pending():
                return False
        return True

    def care(self) -> bool:
        """A turn while no thread is free; whether there was anything to do without. With the baton."""
        done = False
        self._take_back()
        for connection in self.connections.ready():
            if connection.state > PENDING:
                done = self._ready_otherwise(connection)
            else:
                done |= self.departures.relieve(connection)
        return done

    def detach(self, connection: Connection) -> None:
        """Its call goes on without the loop. By who holds the baton."""
        self.connections.unwatch(connection)
        self.taken.add(connection)

    def retire(self) -> None:
        """Begins nothing more from here on. By who holds the baton."""
        if self._retired:
            return
        self._retired = True
        self._admission.end()
        pending, self._pending = self._pending, deque()
        for connection in self.connections:
            greets = connection.state == GREETING
            if greets or connection.state <= PENDING and not self.departures.stays(connection):
                self.departures.leave(connection)
        known = self.connections.get
        self._pending.extend(c for c in pending if c.state == PENDING and known(c.fd) is c)
        self._state.on_retired()

    def close(self) -> None:
        self.connections.close()
        self._waker.close()

    # --- waiting

    def _before_wait(self) -> float:
        timeout = self._admission.before_wait(len(self.connections))
        if self._pending:
            return 0
        if self.departures.waiting:
            self.departures.offer_the_rest()
            return _RETRY
        if timeout < 0 and (self.connections or self._state.ending):
            return _HOUSEKEEPING
        return timeout

    def _ended(self) -> bool:
        """Retires if that is still to do; True when nothing is left to finish."""
        self.retire()
        self.departures.offer_the_rest()
        return not self.connections or perf_counter_ns() > self._state.stop_by

    # --- what is ready

    def _from_outside(self, fd: int) -> bool:
        """False when the loop was lost to another thread."""
        if fd == self._waker.fd:
            self._take_back()
            return True
        if self._state.superseded():
            self._state.ending = True  # newcomers are for the newer generation
            return True
        if not self._admission.admits(fd, len(self.connections)):
            return True
        try:
            connection = self._take_one(fd)
        except OSError as error:
            # Otherwise a sibling was quicker, or the client has left again.
            if error.errno in _NO_ROOM and not self.connections.make_room():
                self._state.log("error", f"Cannot accept a connection: {error.strerror}")
                self._admission.pause()
            return True
        return self._ready(connection)  # most clients send at once

    def _take_one(self, fd: int) -> Connection:
        if fd in self._listeners:
            return self.connections.accept(self._listeners[fd], self._now)
        connection = self.connections.take_over(self._now)
        if connection.buffer and connection.state != GREETING:
            self._queue(connection)
        return connection

    def _ready(self, connection: Connection) -> bool:
        """False when the loop was lost to another thread."""
        if connection.state >= PENDING:
            return self._ready_otherwise(connection)
        connection.deposit.begin()
        try:
            data = connection.sock.recv(_RECEIVE)
        except BlockingIOError:
            self.connections.rest(connection)
            return True
        except OSError:
            data = b""
        if not data:
            self.connections.drop(connection)
            return True
        if connection.state == IDLE:
            connection.began = self._now
        return self._feed(connection, data)

    def _ready_otherwise(self, connection: Connection) -> bool:
        if connection.state == FLUSHING and self.connections.flushed(connection):
            self._after(connection)
        elif connection.state == LINGERING:
            self.connections.discard(connection)
        elif connection.state == OFFERED:
            self.departures.hear(connection)
        elif connection.state == GREETING and self.connections.greet(connection):
            if not connection.buffer:
                return self._ready(connection)
            self._queue(connection)
        return True

    def _feed(self, connection: Connection, data: bytes) -> bool:
        before = connection.state
        try:
            request = connection.advance(data)
        except Refusal as refusal:
            self.connections.refuse(connection, refusal)
            return True
        if request is not None:
            return self._start(connection, request)
        self.connections.watch(connection)
        if connection.state == COLLECTING:
            self.connections.wait(connection, self._state.options.body_timeout)
        elif connection.state != before:
            self.connections.wait(connection, self._state.options.header_timeout)
        return True

    # --- requests

    def _start(self, connection: Connection, request: Request) -> bool:
        state = self._state
        if state.ending or state.held or state.board.calls(state.generation):
            if self.departures.sends_away(connection, request, self._retired):
                return True
            if state.steering.is_last():
                request = request._replace(head=request.head._replace(keep_alive=False))
        connection.state = RUNNING
        connection.called = perf_counter_ns()
        self.requests += 1
        self.offered.append(connection)
        self.on_call()
        serve(state.stage, connection, request)
        try:
            # By name: another leader's call may lie there by now.
            self.offered.remove(connection)
        except ValueError:
            self._returned.append(connection)
            self.wake()
            return False
        self._after(connection)
        return True

    def _after(self, connection: Connection) -> None:
        """An answer was given: what becomes of its connection."""
        state = self._state
        if state.options.max_requests and self.requests >= state.options.max_requests:
            state.ending = True
        if connection.gone:
            self.connections.drop(connection)
        elif connection.outgoing is not None:
            self.connections.flush_later(connection)
        elif connection.close:
            self.connections.end(connection)
        else:
            self._keep(connection)

    def _keep(self, connection: Connection) -> None:
        connection.state = IDLE
        if self._retired and not (connection.buffer and self.departures.finishes(connection)):
            self.departures.leave(connection)
        elif connection.buffer:
            self._queue(connection)
        else:
            connection.deposit.rest()
            self.connections.wait(connection, self._state.options.keepalive)
            if not connection.watched:
                self.connections.watch(connection)

    def _take_back(self) -> None:
        """Those whose threads had lost the baton, and have answered; and replays, which nobody accepts."""
        self._waker.clear()
        self._state.replays.admit(self.connections, self._queue)
        while self._returned:
            connection = self._returned.popleft()
            self.taken.discard(connection)
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
            connection.began = self._now
            if not self._feed(connection, data):
                return False
        return True
