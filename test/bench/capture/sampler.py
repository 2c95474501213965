"""What the profiler takes of a processor while it samples: arguments are how many slow requests at once, the
depth of their stacks, and seconds. Prints the share as a percentage."""

from __future__ import annotations

import sys
import threading
import time

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


threads = [threading.Thread(target=request) for _ in range(requests)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
while not took:
    time.sleep(0.01)
print(sum(took) / (seconds * 1e9) * 100)
