"""The debugger in this worker: debugpy, started on demand, and what it does to the worker.

Nothing of debugpy is imported before it is asked for, so a worker that is not debugged pays nothing. Who
is attached, and where a thread is stopped, is seen here and not in an editor: it holds for any client,
and still does when that client crashes.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable

from .answers import is_answer

OWN_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")


class Debugger:
    """One a process, which debugpy can listen in once.

    `changed` is called from any thread when `attached` or `paused_at` has changed; within it a stopped
    thread may still be about to stop.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._address: tuple[str, int] | None = None
        self._stopped: dict[int, str] = {}
        self._pydevd: Any = None

    @property
    def attached(self) -> bool:
        """A client is there and has said what it wants: breakpoints are bound."""
        return self._pydevd is not None and bool(self._pydevd.is_attached())

    @property
    def paused_at(self) -> str | None:
        """`views.py:42`, where the first of the stopped threads is; None while all run."""
        return next(iter(self._stopped.copy().values()), None)

    def listen(self, folder: str | None) -> tuple[str, int]:
        """Host and port of the debug adapter, started once; raises ImportError, OSError, RuntimeError.

        On a loopback port that the system chooses. debugpy is never installed: it comes from the app's
        own environment, else from `folder`, which the editor names (a setting, or the copy that the
        Python debugger extension brings).
        """
        if self._address is None:
            with without_warnings():
                debugpy = import_debugpy(folder)
                debugpy.configure(subProcess=False)
                hook = sys.breakpointhook
                self._address = debugpy.listen(("127.0.0.1", 0))
                sys.breakpointhook = hook
            self._pydevd = sys.modules["pydevd"].get_global_debugger()
            self._leave_own_code_alone(os.path.dirname(debugpy.__file__))
            self._watch()
        return self._address

    def wait(self, seconds: float) -> bool:
        """Until breakpoints are bound, on the thread that is to stop at them; False: nobody came."""
        cancel = threading.Event()
        timer = threading.Timer(seconds, cancel.set)
        timer.daemon = True
        timer.start()
        self._pydevd.block_until_configuration_done(cancel=cancel)
        timer.cancel()
        return self.attached

    def stop_here(self) -> None:
        """`breakpoint()` in the app, while a client is attached."""
        sys.modules["debugpy"].breakpoint()

    def let_go(self) -> None:
        """Stopped threads go on, and stop no more."""
        if self._pydevd is not None:
            api = sys.modules["_pydevd_bundle.pydevd_api"].PyDevdAPI()
            api.request_disconnect(self._pydevd, resume_threads=True)

    def _leave_own_code_alone(self, debugpy: str) -> None:
        """The serving threads are neither traced nor stopped: other requests go on, or go elsewhere."""
        api = sys.modules["_pydevd_bundle.pydevd_api"].PyDevdAPI()
        patterns = debugpy, OWN_FOLDER
        api.set_dont_trace_start_end_patterns(self._pydevd, patterns, ("debugpy_launcher.py",))

    def _watch(self) -> None:
        """By pydevd's own methods, which are the same in debugpy 1.6 to 1.8."""
        pydevd = self._pydevd
        suspend = pydevd.do_wait_suspend

        def do_wait_suspend(thread: Any, frame: Any, *rest: Any, **more: Any) -> Any:
            with self.stopping(place_of(frame)):
                return suspend(thread, frame, *rest, **more)

        pydevd.do_wait_suspend = do_wait_suspend
        find = pydevd.get_exception_breakpoint

        def get_exception_breakpoint(kind: Any, breakpoints: Any) -> Any:
            if breakpoints is pydevd.break_on_user_uncaught_exceptions and is_answer(kind):
                return None
            return find(kind, breakpoints)

        pydevd.get_exception_breakpoint = get_exception_breakpoint
        for name in ("on_configuration_done", "on_disconnect"):
            setattr(pydevd, name, self._telling(getattr(pydevd, name)))

    def _telling(self, act: Callable[[], Any]) -> Callable[[], Any]:
        def act_and_tell() -> Any:
            result = act()
            self._changed()
            return result

        return act_and_tell

    @contextmanager
    def stopping(self, place: str) -> Iterator[None]:
        """This thread is stopped meanwhile, at `place`."""
        self._stopped[threading.get_ident()] = place
        self._changed()
        try:
            yield
        finally:
            del self._stopped[threading.get_ident()]
            self._changed()


def place_of(frame: Any) -> str:
    return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"


@contextmanager
def without_warnings() -> Iterator[None]:
    """What debugpy says of frozen modules and missing files is of no use here and would go to the user's
    terminal. It reads its variables when it is imported; afterwards the environment is the app's again."""
    before = set(os.environ)
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    try:
        yield
    finally:
        for name in set(os.environ) - before:
            if name.startswith(("PYDEVD", "DEBUGPY")):
                del os.environ[name]


def import_debugpy(folder: str | None) -> Any:
    try:
        import debugpy
    except ImportError:
        if not folder:
            raise ImportError(
                f"debugpy is not installed for {sys.executable}; install it there: "
                f"{sys.executable} -m pip install debugpy"
            ) from None
        sys.path.append(folder)
        import debugpy
    return debugpy
