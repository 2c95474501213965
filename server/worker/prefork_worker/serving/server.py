"""The server: what a worker runs from the moment its app is imported until it is gone."""

from __future__ import annotations

import socket
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Callable, List, Optional

from ..http import ClientGone
from ..process_state import is_patched
from ..wsgi.recording import Capture
from ..wsgi.response import Application
from . import ServingOptions
from .access_log import AccessLog
from .board import Board
from .crew import Crew
from .custody import Custody
from .entrance import Entrances
from .exchange import Stage
from .handover import Handover
from .loop import Loop
from .replays import Replay, Replays
from .steering import Steering

if TYPE_CHECKING:
    from .greeting import Greeting

_SECOND = 1_000_000_000
_NEVER = 1 << 62


class WorkerState:
    """What all parts of a worker's data path share: its place, its app, and whether it is to end.

    `ending`: starts no request any more. `stopping`: nor does it hand connections over. `held`: paused
    in the debugger, starts none that a sibling could.

    `stop_by` is a `perf_counter_ns` value after which nothing is waited for.
    """

    def __init__(
        self,
        listeners: List[socket.socket],
        options: ServingOptions,
        board: Board,
        slot: int,
        generation: int,
        handover: Handover,
        stage: Stage,
        on_retired: Callable[[], None],
        greeting: Optional[Greeting],
        custody: Optional[Custody],
    ) -> None:
        self.listeners = listeners
        self.options = options
        self.board = board
        self.slot = slot
        self.generation = generation
        self.handover = handover
        self.stage = stage
        self.on_retired = on_retired
        self.greeting = greeting
        self.custody = custody
        self.log = stage.log
        self.entrances = Entrances(listeners, options)
        self.replays = Replays(self)
        self.steering = Steering(board, slot, generation, bool(options.certfile))
        self.ending = False
        self.stopping = False
        self.held = False
        self.stop_by = _NEVER

    def superseded(self) -> bool:
        """There is a newer generation of the code."""
        return self.board.generation > self.generation


class Server:
    """Serves `application` on `listeners`.

    `slot` is the worker's own on the board, counted from 0. `capture` may be None. `on_retired` is
    called once, when it will start nothing more. `log` takes (level, message). `context` is an
    `ssl.SSLContext` when it serves https.
    """

    def __init__(
        self,
        *,
        listeners: List[socket.socket],
        application: Application,
        options: ServingOptions,
        board: Board,
        slot: int,
        generation: int,
        handover: Handover,
        capture: Optional[Capture],
        on_retired: Callable[[], None],
        log: Callable[[str, str], None],
        context: Any = None,
        custody: Optional[Custody] = None,
    ) -> None:
        for listener in listeners:
            listener.setblocking(False)
        board.claim(slot, generation)
        if custody is not None:
            custody.enter(slot)
        access_log = None
        if options.accesslog:
            access_log = AccessLog(options.accesslog, options.access_log_format)
        stage = Stage(application, options.dev, capture, access_log, log)
        greeting = None
        if context is not None or options.proxy_protocol != "off":
            from .greeting import Greeting

            greeting = Greeting(context, options)
        self._state = WorkerState(
            listeners,
            options,
            board,
            slot,
            generation,
            handover,
            stage,
            on_retired,
            greeting,
            custody,
        )
        self._loop = Loop(self._state)
        threads, siblings = options.threads, options.multiprocess or options.dev  # spare ones come
        if is_patched():  # a thread would be a greenlet of this one
            threads, siblings = 1, False
        self._crew = Crew(self._loop, threads, siblings, f"worker-{slot + 1}")

    @property
    def requests(self) -> int:
        """Requests begun."""
        return self._loop.requests

    @property
    def connections(self) -> int:
        """Connections open now."""
        return len(self._loop.connections)

    def busy_since(self) -> Optional[float]:
        """When the oldest request that still runs began, as `time.monotonic()` tells it."""
        running = [*self._loop.taken.copy(), *self._loop.offered]
        return min((one.called for one in running), default=0) / _SECOND or None

    @property
    def full(self) -> bool:
        """Whether every thread is in a request."""
        return len(self._loop.taken) + len(self._loop.offered) >= self._state.options.threads

    def run(self) -> None:
        """On the main thread. Returns when retired and drained, or stopped."""
        try:
            self._crew.run()
        finally:
            self._state.board.release(self._state.slot)
            self._loop.close()
            self._state.replays.end()

    def retire(self) -> None:
        """Accepts nothing more, hands idle connections over, finishes what began. From any thread."""
        self._state.ending = True
        if self._crew.seize():
            try:
                self._loop.retire()
            finally:
                self._crew.free()
        self._loop.wake()

    def stop(self, grace: float) -> None:
        """The same without handing over; `run()` returns after at most `grace` seconds.

        Only a call of the app on the main thread can keep it longer.
        """
        self._state.stop_by = perf_counter_ns() + int(grace * _SECOND)
        self._state.stopping = True
        self.retire()

    def hold(self, held: bool) -> None:
        """It is paused in the debugger, or goes on. From any thread."""
        self._state.board.set_held(self._state.slot, held)
        self._state.held = held
        self._loop.wake()

    def replay(self, replay: Replay) -> None:
        """Serves it as if a client had sent it, in its turn. From any thread."""
        self._state.replays.put(replay)
        self._loop.wake()

    def start_all_threads(self) -> None:
        """Before a debugger comes, which takes fright at a thread that is just being started."""
        self._crew.hire_all()

    def reopen_access_log(self) -> None:
        """After it was rotated away (SIGUSR1). Raises OSError."""
        if self._state.stage.access_log is not None:
            self._state.stage.access_log.reopen()

    def cut_streams(self) -> None:
        """Ends event streams, WebSockets and the like: their clients come back, to a newer worker."""
        for connection in [*self._loop.taken.copy(), *self._loop.offered]:
            response = connection.response
            endless = response is not None and response.endless
            try:
                if endless:
                    response.cut()
                if endless or connection.exposed.taken:
                    connection.sock.shutdown(socket.SHUT_RDWR)
            except (ClientGone, OSError):
                pass
