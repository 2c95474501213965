"""One worker, from its fork to its end: import the app, serve, retire.

The main thread imports and serves. A control thread obeys the arbiter and, as the arbiter's end
closes, ends the process: a worker never outlives its arbiter.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any, Callable

from . import app_hook, failure, listeners, temporary_files, user_code
from .breakpoints import Breakpoint
from .capture import Capture, redaction
from .capture.descriptors import Descriptors
from .capture.exceptions import describe
from .capture.frames import places
from .capture.levels import Levels
from .conf_hooks import ConfHooks
from .control import Channel, Message
from .control_thread import ControlThread
from .debugger import Debugger
from .listeners import Shared
from .process_state import ImportRecorder
from .replay import originals
from .replay.taking import Replays
from .serving.server import Server
from .serving_settings import serving_options
from .standby import LateImports, Standby

Application = Callable[..., Any]

LEAVING = 15


class Worker:
    """What the parts of a worker share; `run` makes one and follows it through."""

    def __init__(self, configure: Message, fork: Message, slot: int, shared: Shared) -> None:
        self.configure = configure
        self.fork = fork
        self.slot = slot
        self.shared = shared
        self.forked = time.perf_counter_ns()
        self.exit_code = 0
        path = os.path.join(configure["directory"], "control.sock")
        self.channel = Channel.connect(path)
        self.imports = ImportRecorder()
        self.capture = Capture(configure["response_headers"]) if configure["capture"] else None
        self.descriptors: Descriptors | None = None
        self.server: Server | None = None
        self.control = ControlThread(self)
        self.debugger = Debugger(self.control.debugger_changed)
        self.late = LateImports()
        self.standby = Standby(**fork["standby"], unfit=self.unfit) if "standby" in fork else None
        self.hooks: ConfHooks | None = None
        self.levels = Levels()
        self.replays = Replays(self)

    def boot(self) -> Application:
        """Imports the app and reports it; one that cannot be imported is answered for instead."""
        try:
            if "failure" in self.fork:
                raise app_hook.boot_error(self.fork["failure"])
            stacks = os.path.join(self.configure["directory"], f"stacks-{os.getpid()}")
            deadline = self.configure["boot_timeout"]
            with app_hook.watched(stacks, deadline), without_collections():
                self.wait_for_debugger(at_import=True)
                application = self.load()
                self.wait_for_debugger(at_import=False)
        except BaseException as error:  # SystemExit at import, too, is only the app's
            if self.standby and self.standby.waiting:
                os._exit(0)  # nobody asked yet
            return self.broken(error)
        self.late.install()
        self.levels.apply()
        if self.descriptors:
            self.descriptors.wait()
        self.report("ready", **self.imports.report())
        return application

    def load(self) -> Application:
        self.hooks = ConfHooks(self.configure["config"], self.configure, self.fork["worker"])
        self.hooks.post_fork()
        application = self.hooks.around(app_hook.load(self.configure["app"]))
        if self.configure["reload"]:
            app_hook.import_urlconf()
        self.hooks.post_worker_init(application)
        if self.standby:
            self.standby.finish()
        return application

    def broken(self, error: BaseException) -> Application:
        self.exit_code = app_hook.exit_code(error)
        description = describe(error, "import")
        place = description.get("location")
        message = redaction.text(app_hook.one_line(error, self.configure["app"], place))
        files = user_code.loaded_files() + named_in(error)
        told = {"code": self.exit_code, "message": message, "exception": description}
        self.report("broken", **told, **self.imports.sources(files))
        return failure.failing_app(error, self.fork.get("files", []))

    def debug(self, folder: str | None) -> bool:
        """Has debugpy listen, and reports where; whether it does."""
        app_hook.no_deadline()
        self.control.show_itself()
        try:
            host, port = self.debugger.listen(folder)
        except Exception as error:
            self.channel.send({"type": "debugging_failed", "message": str(error)})
            return False
        self.channel.send({"type": "debugging", "host": host, "port": port})
        return True

    def wait_for_debugger(self, at_import: bool) -> None:
        """In the successor of a worker that was debugged: its first request finds the breakpoints bound."""
        order = self.fork.get("debug")
        if order is None or order["at_import"] != at_import or not self.debug(order["debugpy"]):
            return
        seconds = order["patience"]
        if not self.debugger.wait(seconds):
            self.log("warning", f"no debugger came within {seconds} s: serving without one")
            self.channel.send({"type": "debugger", "attached": False, "at": None})

    def begin(self, changed: list[str]) -> None:
        """Its generation begins, for which it stood by; one that knows old code ends."""
        self.fork["files"] = changed[:3]
        self.forked = time.perf_counter_ns()
        if self.standby is None or not self.standby.begin(changed):
            self.retired()
            os._exit(0)

    def unfit(self, reason: str, module: str | None = None) -> None:
        self.channel.send({"type": "unfit", "reason": reason, "module": module})
        os._exit(0)

    def report(self, kind: str, **more: Any) -> None:
        boot = (time.perf_counter_ns() - self.forked) // 1000
        self.channel.send({"type": kind, "boot": boot, **more})

    def serve(self, application: Application) -> None:
        """Until retired or stopped. Without dev mode a broken app is not served at all."""
        if self.exit_code and not self.configure["reload"]:
            return
        self.server = Server(
            listeners=self.shared.listeners,
            application=application,
            options=serving_options(self.configure),
            board=self.shared.board,
            slot=self.slot,
            generation=self.fork["generation"],
            handover=self.shared.handover,
            capture=self.capture,
            on_retired=self.retired,
            log=self.log,
            context=self.tls_context(),
            custody=self.shared.custody,
        )
        self.replays.go_on()
        self.server.run()

    def tls_context(self) -> Any:
        """What https is served with, None for plain HTTP; read anew by each worker, as files change."""
        if not listeners.is_secure(self.configure):
            return None
        from .serving.greeting import server_context

        options = serving_options(self.configure)
        if self.hooks is None:
            return server_context(options)
        return self.hooks.ssl_context(lambda: server_context(options))

    def retired(self) -> None:
        self.channel.send({"type": "retired"})

    def log(self, level: str, message: str) -> None:
        """To the server's log; with capture on it is shown in the panel, too, so that secrets are hidden."""
        if self.capture:
            message = redaction.stack(message)
        self.control.post({"type": "log", "level": level, "message": message})


def named_in(error: BaseException) -> list[str]:
    """The user's files that an exception and its causes name: one that cannot be imported is no module."""
    files: set[str] = set()
    for link in failure.chain(error):
        files.update(file for file, _, _ in places(link))
        if isinstance(link, SyntaxError) and link.filename:
            files.add(link.filename)
    return sorted(file for file in files if user_code.is_user(file))


def run(configure: Message, fork: Message, slot: int, shared: Shared) -> int:
    """The worker's life, in the child; returns its exit code (Gunicorn's 3 and 4 at boot)."""
    worker = Worker(configure, fork, slot, shared)
    handle_signals(worker)
    greet(worker)
    after_fork()
    worker.control.start()
    Breakpoint(worker.debugger, configure["breakpoint"] == "pdb", worker.log).install()
    if worker.standby:
        worker.standby.install()
    if configure["reload"]:
        worker.imports.install()
    if worker.capture:
        originals.seal = shared.seal
        worker.descriptors = Descriptors(worker.capture, configure["directory"])
        worker.channel.send({"type": "output", "paths": worker.descriptors.paths()})
        worker.capture.install(worker.control.wake)
    worker.serve(worker.boot())
    if configure["reload"]:
        os.nice(LEAVING)  # the processors are for its successor, which imports the app
    worker.control.finish()
    if worker.hooks:
        worker.hooks.worker_exit()
    run_exit_callbacks()
    temporary_files.remove()
    return worker.exit_code


def greet(worker: Worker) -> None:
    who = {name: worker.fork[name] for name in ("worker", "generation")}
    worker.channel.send({"type": "hello", "pid": os.getpid(), **who})


def after_fork() -> None:
    """What a child must not share with its siblings or inherit from the zygote."""
    gc.enable()
    importlib.invalidate_caches()
    random = sys.modules.get("numpy.random")
    if random is not None:  # every child would draw the same numbers
        random.seed()


@contextlib.contextmanager
def without_collections() -> Iterator[None]:
    """What an import makes is there to stay: looking for garbage in it takes a quarter of its time.

    By the threshold, so that the app may switch its collections off for good meanwhile.
    """
    threshold = gc.get_threshold()
    gc.set_threshold(0)
    try:
        yield
    finally:
        if gc.get_threshold()[0] == 0:
            gc.set_threshold(*threshold)


def handle_signals(worker: Worker) -> None:
    """Gunicorn's: TERM is graceful, INT and QUIT are quick; the rest is as for any process."""
    for name in ("SIGCHLD", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the arbiter's business

    def stop(grace: float) -> Callable[[int, Any], None]:
        def handle(number: int, frame: Any) -> None:
            if grace == 0 and worker.hooks:
                worker.hooks.worker_int()
            worker.control.stop(grace)

        return handle

    signal.signal(signal.SIGTERM, stop(worker.configure["graceful_timeout"]))
    signal.signal(signal.SIGINT, stop(0))
    signal.signal(signal.SIGQUIT, stop(0))


def run_exit_callbacks() -> None:
    run: Callable[[], None] = atexit._run_exitfuncs  # the zygote leaves by os._exit
    try:
        run()
    except Exception:
        sys.excepthook(*sys.exc_info())
