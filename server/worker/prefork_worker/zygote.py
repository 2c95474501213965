"""The zygote: binds, preloads, forks, reaps. One thread, always, and never any user code.

It does what the arbiter says over the control channel and decides nothing. When that channel closes
the arbiter is gone, and the zygote takes all that it forked and made with it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import shutil
import signal
import socket
import sys
import traceback
from typing import Any

from . import app_hook, listeners, user_code, worker
from .control import Channel, Message
from .listeners import BindError, Shared
from .preload import Preloader, import_trusted
from .serving.custody import Keeper
from .serving_settings import serving_options

CONFIG_ERROR = 1
INHERIT_WITHIN = 3.0


class Zygote:
    """State of the process: what it shares with its workers, and which of them live."""

    def __init__(self, channel: Channel, configure: Message, shared: Shared) -> None:
        self.channel = channel
        self.configure = configure
        self.shared = shared
        self.children: dict[int, int | None] = {}
        self.preloader: Preloader | None = None
        self.spoilt = False
        self.succeeded = False
        self.wakeup = wake_on_child_exit()
        self.keeper: Keeper | None = None
        if shared.custody:
            self.keeper = Keeper(shared.custody, shared.handover.give_unread)

    def serve(self) -> None:
        """Obeys until the arbiter is gone, or a successor has taken over and the last worker ended."""
        while not self.succeeded or any(slot is not None for slot in self.children.values()):
            for descriptor in self.wait():
                if descriptor == self.wakeup.fileno():
                    self.reap()
                elif self.keeper and descriptor == self.keeper.fileno():
                    self.keeper.receive()
                elif self.preloader and descriptor == self.preloader.fileno():
                    self.go_on_preloading(self.preloader)
                elif not self.channel.obey(self):
                    return

    def wait(self) -> list[int]:
        """What there is to read. A module is imported ahead only while there is nothing."""
        watched = [self.channel.fileno(), self.wakeup.fileno()]
        if self.keeper:
            watched.append(self.keeper.fileno())
        if self.preloader is None:
            return select.select(watched, [], [])[0]
        if self.preloader.importing is None:
            return select.select([*watched, self.preloader.fileno()], [], [])[0]
        ready = select.select(watched, [], [], 0)[0]
        if not ready:
            self.go_on_preloading(self.preloader)
        return ready

    def do_supersede(self, message: Message) -> None:
        self.shared.board.generation = message["generation"]
        self.channel.send({**message, "type": "superseded"})

    def do_send_listeners(self, message: Message) -> None:
        """To a zygote that is to take its place."""
        try:
            listeners.send(message["path"], self.shared.descriptors())
        except OSError as error:
            text = f"could not hand the listeners on: {error}"
            self.channel.send({"type": "log", "level": "error", "message": text})

    def do_leave(self, message: Message) -> None:
        """Its successor listens."""
        self.succeeded = True

    def do_steer(self, message: Message) -> None:
        """A worker that is not this zygote's is on another board: then nothing is steered."""
        slot = self.children.get(message["pid"])
        self.shared.board.steered = -1 if slot is None else slot

    def do_remember(self, message: Message) -> None:
        cache, digests = user_code.code_cache, message["digests"]
        cache.compile(
            [path for path in message["files"] if not cache.keeps(path, digests.get(path))]
        )
        gc.freeze()

    def do_fork(self, message: Message) -> None:
        """Forks a worker, unless its generation is superseded, or this process not fit for it."""
        if message["generation"] < self.shared.board.generation or self.spoilt:
            return
        slot = self.free_slot()
        self.shared.board.reserve(slot)
        flush()
        pid = os.fork()
        if pid == 0:
            self.become_worker(message, slot)
        self.children[pid] = slot
        self.channel.send({**message, "type": "forked", "pid": pid})

    def free_slot(self) -> int:
        """Of the board; two workers of one slot in the arbiter's sense live side by side at a reload."""
        taken = set(self.children.values())
        return next(slot for slot in range(self.shared.board.slots) if slot not in taken)

    def become_worker(self, message: Message, slot: int) -> None:
        """In the child; does not return."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            self.wakeup.close()
            self.channel.close()
            if self.keeper:
                self.keeper.forget()
            code = worker.run(self.configure, message, slot, self.shared)
        except BaseException:
            traceback.print_exc()
        finally:
            flush()
            os._exit(code)

    def do_preload(self, message: Message) -> None:
        if self.preloader is None:
            flush()
            self.preloader = Preloader(message, forked=self.trial_forked)

    def trial_forked(self, pid: int) -> None:
        self.children[pid] = None

    def go_on_preloading(self, preloader: Preloader) -> None:
        report = preloader.go_on()
        if report:
            self.preloader = None
            self.preloaded(report)

    def preloaded(self, report: Message) -> None:
        self.spoilt = bool(report["spoilt"])
        self.channel.send(report)

    def reap(self) -> None:
        """Collects the children that ended; only its own, by pid (Gunicorn's issue 3220)."""
        drain(self.wakeup)
        for pid, slot in list(self.children.items()):
            found, status = os.waitpid(pid, os.WNOHANG)
            if not found:
                continue
            del self.children[pid]
            if slot is not None:
                if self.keeper:
                    self.keeper.died(pid)
                self.shared.board.release(slot)
                self.channel.send({"type": "exited", "pid": pid, **how(status)})

    def end(self) -> None:
        """Takes down what is left: the arbiter is gone, or asked for it by closing the channel."""
        for pid in self.children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.succeeded:
            return
        listeners.remove_files(self.shared.listeners)
        shutil.rmtree(self.configure["directory"], ignore_errors=True)
        for path in self.configure["leftovers"]:
            with contextlib.suppress(OSError):  # gone already, or a folder that others use, too
                (os.rmdir if os.path.isdir(path) else os.unlink)(path)


def how(status: int) -> dict[str, Any]:
    """A wait status in words: exit code, or the name of the signal."""
    if os.WIFSIGNALED(status):
        return {"code": None, "signal": signal.Signals(os.WTERMSIG(status)).name}
    return {"code": os.WEXITSTATUS(status), "signal": None}


def flush() -> None:
    """Before a fork and an exit, so that nothing buffered is written twice or lost."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()


def wake_on_child_exit() -> socket.socket:
    """A socket that becomes readable when a child ends."""
    read, write = socket.socketpair()
    read.setblocking(False)
    write.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(write.detach(), warn_on_full_buffer=False)
    return read


def drain(sock: socket.socket) -> None:
    try:
        while sock.recv(4096):
            pass
    except BlockingIOError:
        pass


def ignore_signals() -> None:
    """The arbiter alone answers signals; it is never the zygote that a Ctrl-C should reach."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)


def prepare(configure: Message) -> None:
    """Working directory, environment, `sys.path` and `sys.argv` are final before any import."""
    os.chdir(configure["chdir"])
    for pair in configure["raw_env"]:
        name, _, value = pair.partition("=")
        os.environ[name] = value
    for path in [configure["chdir"], *configure["pythonpath"]]:  # Gunicorn's order
        sys.path.insert(0, os.path.abspath(path))
    sys.argv = ["prefork", configure["app"]]
    for stream in (sys.stdout, sys.stderr):  # a print shows at once, also through a pipe
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    if configure["reload"]:
        user_code.compile_from_content()


def check_tls(configure: Message) -> None:
    """Raises ValueError for TLS settings of no use; with a conf file a hook may make use of them."""
    if listeners.is_secure(configure):
        from .serving import greeting

        check = greeting.check_files if configure["config"] else greeting.server_context
        check(serving_options(configure))


def open_shared(configure: Message, channel: Channel) -> Shared:
    """The listeners and what goes with them: from a live worker if there is one, else new."""
    if configure["inherit"]:
        descriptors = listeners.receive(
            configure["inherit"],
            64,
            INHERIT_WITHIN,
            ready=lambda: channel.send({"type": "inheriting"}),
        )
        if descriptors:
            return Shared.adopt(descriptors, configure)
    return Shared.create(configure)


def preload_app(configure: Message, channel: Channel) -> bool:
    """Gunicorn's `preload_app`, the one way for user code into a zygote; False when it failed."""
    try:
        app_hook.preload(configure["app"])
    except BaseException as error:
        message = app_hook.one_line(error, configure["app"])
        code = app_hook.exit_code(error)
        channel.send({"type": "failed", "message": message, "code": code})
        return False
    gc.collect()
    gc.freeze()
    return True


def run(descriptor: int) -> int:
    """The zygote's life, with the control channel on `descriptor`; returns the exit code."""
    gc.disable()  # no collection may leave holes in the heap before it is frozen
    ignore_signals()
    channel = Channel.from_descriptor(descriptor)
    messages = channel.receive()
    if not messages:
        return 0
    configure = messages[0]
    try:
        prepare(configure)
        check_tls(configure)
        shared = open_shared(configure, channel)
    except (OSError, ValueError, BindError) as error:
        failed: Message = {"type": "failed", "message": str(error), "code": CONFIG_ERROR}
        if isinstance(error, BindError):
            failed.update(address=error.address, in_use=error.in_use)
        channel.send(failed)
        return CONFIG_ERROR
    if configure["preload_app"] and not configure["reload"] and not preload_app(configure, channel):
        return 0
    zygote = Zygote(channel, configure, shared)
    scheme = "https" if listeners.is_secure(configure) else "http"
    channel.send({"type": "listening", "pid": os.getpid(), **shared.description(scheme)})
    if configure["trust"]:
        zygote.preloaded(import_trusted(configure["trust"]))
    zygote.serve()
    zygote.end()
    return 0
