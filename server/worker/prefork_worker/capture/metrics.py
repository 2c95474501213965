"""What each second held: all requests, errors and durations, whatever was told of them.

Counted as each request ends, told by the control thread when the second is over.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import deque
from typing import Any, Optional

SECOND = 1_000_000_000
BOUNDS = tuple(
    int(bound * SECOND)
    for bound in (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
)
"""`DURATION_BUCKETS` of `server/stream/capture.ts`."""

MAX_UNTOLD = 3_600


class Second:
    """The counts of one; `own` in nanoseconds."""

    __slots__ = ("second", "requests", "errors", "full", "summary", "own", "buckets")

    def __init__(self, second: int) -> None:
        self.second = second
        self.requests = self.errors = self.full = self.summary = self.own = 0
        self.buckets = [0] * (len(BOUNDS) + 1)

    def event(self, own: int, cpu: int) -> dict[str, Any]:
        """`own` and `cpu`: of the control thread, and of the whole process."""
        return {
            "type": "metrics",
            "time": (self.second + 1) * 1_000_000,
            "requests": self.requests,
            "errors": self.errors,
            "full": self.full,
            "summary": self.summary,
            "buckets": self.buckets,
            "own": (self.own + own) // 1000,
            "cpu": cpu // 1000,
        }


class Metrics:
    """`count` may be called from any thread, the rest from the control thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = Second(0)
        self._over: deque[Second] = deque(maxlen=MAX_UNTOLD)
        self._own = self._cpu = 0

    def count(self, ended: int, duration: int, failed: bool, own: int, detail: str) -> None:
        """A request is over: `ended` in nanoseconds since the epoch; `detail` may be "" for none."""
        with self._lock:
            now = self._now
            if ended // SECOND > now.second:
                now = self._begin(ended // SECOND)
            now.requests += 1
            now.own += own
            now.buckets[bisect_left(BOUNDS, duration)] += 1
            if failed:
                now.errors += 1
            if detail == "full":
                now.full += 1
            elif detail:
                now.summary += 1

    def due(self) -> Optional[float]:
        """Seconds until there is a second to tell of; None when nothing was counted."""
        if self._over:
            return 0
        if not self._now.requests:
            return None
        return max(0.0, (self._now.second + 1) - time.time())

    def take(self) -> list[dict[str, Any]]:
        """An event for each second that is over and had requests."""
        with self._lock:
            second = time.time_ns() // SECOND
            if second > self._now.second:
                self._begin(second)
            over = list(self._over)
            self._over.clear()
        return self._told(over) if over else []

    def finish(self) -> None:
        """No more will come: the second that has begun is told of, too."""
        with self._lock:
            self._begin(self._now.second + 1)

    def _begin(self, second: int) -> Second:
        if self._now.requests:
            self._over.append(self._now)
        self._now = Second(second)
        return self._now

    def _told(self, over: list[Second]) -> list[dict[str, Any]]:
        """What was used since the last is shared out, if several are told of at once."""
        own, cpu = time.thread_time_ns(), time.process_time_ns()
        own_each = (own - self._own) // len(over)
        cpu_each = (cpu - self._cpu) // len(over)
        self._own, self._cpu = own, cpu
        return [second.event(own_each, cpu_each) for second in over]
