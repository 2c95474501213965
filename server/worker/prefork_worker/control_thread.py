"""The worker's control thread: obeys the arbiter, reports load and what capture recorded.

It sleeps while nothing happens. The first event after a quiet time wakes it with one byte; from then
on it looks every 50 ms until there was nothing to report, so that a busy app pays for no wake-up.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
import time
from collections import deque
from select import select  # not what an app puts in its place
from typing import TYPE_CHECKING, NamedTuple

from . import listeners, stacks, user_code
from .capture.sql import explain
from .control import Message, encode
from .process_state import is_patched

if TYPE_CHECKING:
    from .worker import Worker

REPORT_EVERY = 0.05
LOAD_EVERY = 0.2
MESSAGE_SIZE = 64 * 1024
"""Bytes of events in one message, roughly: while it is encoded, no other thread runs."""
MESSAGES = 50
"""In one report; then it is time to look for commands."""
MAX_POSTED = 1_000


def make_internal(thread: threading.Thread) -> None:
    """A debugger that stops all threads leaves this one running (pydevd's own marks)."""
    thread.daemon = True
    thread.pydev_do_not_trace = True  # type: ignore[attr-defined]
    thread.is_pydev_daemon_thread = True  # type: ignore[attr-defined]


def is_internal(thread: threading.Thread) -> bool:
    return hasattr(thread, "pydev_do_not_trace")


class Load(NamedTuple):
    """What is told of when it changes, and of a busy worker at intervals."""

    requests: int
    connections: int
    full: bool
    busy: bool


class ControlThread:
    """`start` it once; `wake` and `stop` may be called from any thread and from signal handlers."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._wakeup, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._asleep = self._collecting = False
        self._told_load: Load | None = None
        self._told_debugger: tuple[bool, str | None] = (False, None)
        self._modules_told: int | None = None
        self._next_load = 0.0
        self._posted: deque[Message] = deque(maxlen=MAX_POSTED)
        self._flushing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="prefork-control")

    def start(self) -> None:
        """Not among the app's threads: gevent patches only a process that has one."""
        make_internal(self._thread)
        self._thread.start()
        threading._active.pop(self._thread.ident)  # type: ignore[attr-defined]

    def wake(self) -> None:
        """There is something to report."""
        if self._asleep:
            self._asleep = False
            try:
                self._waker.send(b"w")
            except BlockingIOError:
                pass  # awake already, by 200 KiB of wake-ups

    def post(self, message: Message) -> None:
        """Sends it soon, from any thread: whoever waits for an arbiter that is held up is not the app."""
        self._posted.append(message)
        self.wake()

    def stop(self, grace: float) -> None:
        """Gracefully; a worker that still imports its app has begun nothing that could be lost."""
        server = self._worker.server
        if server is None:
            os._exit(0)
        server.stop(grace)
        self._worker.debugger.let_go()

    def finish(self) -> None:
        """The last report, on the main thread, before the process ends."""
        self._send_posted()
        capture = self._worker.capture
        if capture:
            capture.finish()
        self._report_events()
        while capture and capture.has_more():
            self._report_events()
        self._report_load()

    def _run(self) -> None:
        while self._obey_ready():
            if not self._is_standby():
                self._report()
        os._exit(0)  # the arbiter is gone

    def _obey_ready(self) -> bool:
        """Waits for a command or a wake-up, which is followed by a while of collecting."""
        channel = self._worker.channel
        commands, wakeup = channel.fileno(), self._wakeup.fileno()
        ready = select([commands, wakeup], [], [], self._patience())[0]
        if wakeup in ready:
            self._wakeup.recv(4096)
            ready = select([commands], [], [], REPORT_EVERY)[0]
        return commands not in ready or channel.obey(self)

    def _patience(self) -> float | None:
        """Seconds to wait. `_asleep` goes up before the look, so that no wake-up is lost."""
        if self._collecting and not self._posted:
            return REPORT_EVERY
        self._asleep = True
        if self._is_standby():
            return None
        if self._posted:
            return 0
        capture = self._worker.capture
        due = capture.due() if capture else None
        if capture is None or self._busy():
            return LOAD_EVERY if due is None else min(due, LOAD_EVERY)
        return due

    def _is_standby(self) -> bool:
        """What a standby has to report waits until its generation begins."""
        standby = self._worker.standby
        return standby is not None and standby.waiting

    def _busy(self) -> bool:
        server = self._worker.server
        if server is None:
            return False
        return server.busy_since() is not None or self._load() != self._told_load

    def do_retire(self, message: Message) -> None:
        if self._worker.server is None:
            os._exit(0)
        self._worker.server.retire()

    def do_begin(self, message: Message) -> None:
        self._worker.begin(message["files"])

    def do_stop(self, message: Message) -> None:
        self.stop(message["grace"])

    def do_output_read(self, message: Message) -> None:
        if self._worker.descriptors:
            self._worker.descriptors.lead()

    def do_output(self, message: Message) -> None:
        if self._worker.descriptors:
            self._worker.descriptors.take(message)

    def do_set_log_level(self, message: Message) -> None:
        with contextlib.suppress(ValueError):  # a level of the app's own that it has no more
            self._worker.levels.set(message["levels"])

    def do_cut_streams(self, message: Message) -> None:
        if self._worker.server:
            self._worker.server.cut_streams()

    def do_reopen_logs(self, message: Message) -> None:
        if self._worker.server:
            self._worker.server.reopen_access_log()

    def do_send_listeners(self, message: Message) -> None:
        try:
            listeners.send(message["path"], self._worker.shared.descriptors())
        except OSError as error:
            self._worker.log("error", f"could not hand the listeners on: {error}")

    def do_explain(self, message: Message) -> None:
        """In a thread of its own: it waits for a database. Greenlets need none (gevent)."""
        if is_patched():
            self._explain(message)
        else:
            thread = threading.Thread(target=self._explain, args=[message], name="prefork-explain")
            make_internal(thread)
            thread.start()

    def _explain(self, message: Message) -> None:
        report = {"type": "explained", "id": message["id"], **explain.answer(message)}
        self._worker.channel.send(report)

    def do_stack(self, message: Message) -> None:
        text = stacks.app_stacks()
        self._worker.channel.send({"type": "stack", "id": message["id"], "text": text})

    def do_replay(self, message: Message) -> None:
        """Answered first: what is replayed may bring the worker down."""
        self._worker.channel.send(self._worker.replays.take(message))
        self._worker.replays.go_on()

    def do_debug(self, message: Message) -> None:
        if self._worker.server:
            self._worker.server.start_all_threads()
        self._worker.debug(message["debugpy"])

    def show_itself(self) -> None:
        """Before a debugger comes, which is to see by its marks that this thread is not the app's."""
        threading._active[self._thread.ident] = self._thread  # type: ignore[attr-defined]

    def debugger_changed(self) -> None:
        """A pause is told of at once: what comes after must find the worker paused. From any thread."""
        if self._worker.debugger.paused_at and not self._told_debugger[1]:
            self._report_debugger()
        self.wake()

    def _report(self) -> None:
        self._report_debugger()
        self._send_posted()
        self._report_events()
        self._report_imports()
        if time.monotonic() >= self._next_load:
            self._report_load()

    def _send_posted(self) -> None:
        with self._flushing:
            while self._posted:
                self._worker.channel.send(self._posted.popleft())

    def _report_debugger(self) -> None:
        """A step that stops again within a report's interval has never gone on."""
        debugger = self._worker.debugger
        now = (debugger.attached, debugger.paused_at)
        if now == self._told_debugger:
            return
        self._told_debugger = attached, at = now
        if self._worker.server:
            self._worker.server.hold(at is not None)
        if self._worker.capture:
            self._worker.capture.profiler.hold(attached)
        self._worker.channel.send({"type": "debugger", "attached": attached, "at": at})

    def _report_events(self) -> None:
        capture = self._worker.capture
        if capture is None:
            return
        started = time.thread_time_ns()
        self._collecting = False
        with self._flushing:
            for _ in range(MESSAGES):
                events = [encode(event) for event in capture.events(MESSAGE_SIZE)]
                if events:
                    self._collecting = True
                    self._worker.channel.send_events(events)
                dropped = capture.dropped()
                if dropped:
                    self._worker.channel.send({"type": "dropped", **dropped})
                if not capture.has_more():
                    break
        capture.sampling.charge(time.thread_time_ns() - started)

    def _load(self) -> Load:
        server = self._worker.server
        if server is None:
            return Load(0, 0, False, False)
        busy = server.busy_since() is not None
        return Load(server.requests, server.connections, server.full, busy)

    def _report_load(self) -> None:
        load, server = self._load(), self._worker.server
        self._next_load = time.monotonic() + LOAD_EVERY
        if server is None or load == self._told_load and not load.busy:
            return
        self._told_load = load
        since = server.busy_since()
        busy = None if since is None else int((time.monotonic() - since) * 1e6)
        self._worker.channel.send({"type": "load", **load._asdict(), "busy": busy})

    def _report_imports(self) -> None:
        """What was imported after boot, by a request. A file that is not read yet is told next time."""
        modules = len(sys.modules)
        if modules == self._modules_told:
            return
        self._modules_told = None if user_code.is_reading() else modules
        imported = {**self._worker.imports.report(), "late": self._worker.late.names()}
        self._worker.channel.send({"type": "imported", **imported})
