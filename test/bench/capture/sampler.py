"""What the profiler takes of a processor while it samples: arguments are how many slow requests at once, the
depth of their stacks, and seconds. Prints percentages: the profiler's, and that of a thread which only wakes up
as often."""

from __future__ import annotations

import sys
import threading
import time
from typing import Callable

from prefork_worker.capture.profile import RATE
from prefork_worker.capture.profiler import Profiler
from prefork_worker.capture.record import Record

requests, depth, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
took: list[int] = []
profiler = Profiler(took.append)


def busy(level: int, until: float) -> None:
    """Runs and waits by turns, at the bottom of a deep stack."""
    if level:
        busy(level - 1, until)
    while time.perf_counter() < until:
        sum(range(1000))
        time.sleep(0.001)


def request() -> None:
    record = Record("GET", "/", "", "127.0.0.1", time.perf_counter_ns())
    profiler.watch(record)
    busy(depth, time.perf_counter() + seconds)
    record.end()


def wake_only(over: threading.Event, waking: list[int]) -> None:
    before = time.thread_time_ns()
    while not over.is_set():
        time.sleep(1 / RATE)
    waking.append(time.thread_time_ns() - before)


def share(target: Callable[[], None]) -> None:
    threads = [threading.Thread(target=target) for _ in range(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


share(request)
while not took:
    time.sleep(0.01)

over, waking = threading.Event(), list[int]()
beside = threading.Thread(target=wake_only, args=[over, waking])
beside.start()
share(lambda: busy(depth, time.perf_counter() + seconds))
over.set()
beside.join()
print(*(sum(nanoseconds) / (seconds * 1e9) * 100 for nanoseconds in (took, waking)))
