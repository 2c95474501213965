"""The profiler: from 50 ms on it takes the stack of a request's thread a hundred times a second.

One thread a worker, begun with the first slow request; it sleeps while there is none. It needs the
interpreter for each sample, so it sees nothing while C code holds that; the thread's processor clock tells
waiting from running. It rests while a debugger is there, which would be measured instead of the app.
"""

from __future__ import annotations

import sys
import threading
import time
from time import perf_counter_ns, sleep  # not what an app puts in its place
from typing import TYPE_CHECKING, Callable, Optional

from ..process_state import is_patched
from .profile import PERIOD_NS, Profile

if TYPE_CHECKING:
    from .record import Record


def can_profile() -> bool:
    """Not where threads are greenlets, nor where frames may change while they are read (PEP 703)."""
    has_gil: bool = getattr(sys, "_is_gil_enabled", lambda: True)()
    return has_gil and not is_patched()


class Profiler:
    """One a worker. `charge` is told what it took of the processor, in nanoseconds."""

    def __init__(self, charge: Callable[[int], None]) -> None:
        self._charge = charge
        self._targets: dict[Record, Optional[int]] = {}
        self._slow = threading.Event()
        self._held = False
        self._thread: Optional[threading.Thread] = None

    def watch(self, record: Record) -> None:
        """A request has become slow. Called from one thread only."""
        if self._held or record.light or not can_profile():
            return
        clock = _clock(record.thread)
        record.profile = Profile(perf_counter_ns(), _read(clock))
        self._targets[record] = clock
        self._slow.set()
        if self._thread is None:
            self._start()

    def hold(self, held: bool) -> None:
        """Whether a debugger is there."""
        self._held = held

    def _start(self) -> None:
        thread = self._thread = threading.Thread(target=self._run, name="prefork-profiler")
        thread.daemon = True
        thread.pydev_do_not_trace = True  # type: ignore[attr-defined]
        thread.is_pydev_daemon_thread = True  # type: ignore[attr-defined]
        thread.start()
        threading._active.pop(thread.ident)  # type: ignore[attr-defined]

    def _run(self) -> None:
        while self._slow.wait():
            self._slow.clear()
            before = time.thread_time_ns()
            self._sample_while_slow()
            self._charge(time.thread_time_ns() - before)

    def _sample_while_slow(self) -> None:
        due = perf_counter_ns()
        while self._targets:
            due += PERIOD_NS
            late = perf_counter_ns() - due
            if late > PERIOD_NS:
                due += late
            else:
                sleep(max(0, -late) / 1e9)
            self._sample()

    def _sample(self) -> None:
        """A request that was over when its thread's stack was taken gets none of another's."""
        frames = sys._current_frames()
        now = perf_counter_ns()
        for record, clock in list(self._targets.items()):
            frame, profile = frames.get(record.thread), record.profile
            if record.ended_at or frame is None or profile is None:
                self._targets.pop(record)
            elif self._held:
                profile.stop()
                self._targets.pop(record)
            else:
                profile.add(frame, now, _read(clock))


def _clock(thread: int) -> Optional[int]:
    """Of the processor time of a thread that is alive; None where there is none (macOS)."""
    find = getattr(time, "pthread_getcpuclockid", None)
    return None if find is None else find(thread)


def _read(clock: Optional[int]) -> Optional[int]:
    if clock is None:
        return None
    try:
        return time.clock_gettime_ns(clock)
    except OSError:  # the thread is gone
        return None
