"""How much is told of a request: `full`, with its trace; a `summary`; or nothing but its part in counts.

Decided when it ends, so that what failed and what was slow is told of whatever the load. Past a rate,
or when capture takes more than its part of the processor, the mode is `summary`: traces then are those
of a sample, of what failed, and of the slowest of each route. What is not in the sample is recorded
lightly: its spans have no call sites and no parameters.
"""

from __future__ import annotations

import threading
import time
from heapq import heappush, heapreplace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .record import Record

FULL_RATE = 200
"""Requests a second in each worker that are told of in full; twice as many at once."""
OWN_SHARE = 0.02
"""What capture may take of one processor before it records less; twenty seconds' worth at once."""
OWN_BURST = 20 * OWN_SHARE * 1e9
SUMMARY_RATE = 2_000
"""Requests a second that are told of at all, but for those that are notable."""
SUMMARY_BURST = 100
SAMPLE_RATE = 10
"""Requests a second that are recorded in full under load."""
ERROR_RATE = 50
"""Failed requests a second that are told of in full under load."""
SLOWEST = 5
SLOWEST_EVERY = 10.0
"""So many of each route in so many seconds are told of in full under load."""
MAX_ROUTES = 200


class Bucket:
    """Tokens that come at a rate and are spent one by one; two threads may spend the same one."""

    __slots__ = ("rate", "most", "tokens")

    def __init__(self, rate: float, most: float) -> None:
        self.rate = rate
        self.most = self.tokens = most

    def spend(self) -> bool:
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def fill(self, seconds: float) -> None:
        self.tokens = min(self.most, self.tokens + self.rate * seconds)


class Sampling:
    """One a worker. `look` is the control thread's, the rest may be called from any thread."""

    def __init__(self) -> None:
        self.mode = "full"
        self._rate = Bucket(FULL_RATE, 2 * FULL_RATE)
        self._own = Bucket(OWN_SHARE * 1e9, OWN_BURST)
        self._told = Bucket(SUMMARY_RATE, SUMMARY_BURST)
        self._sample = Bucket(SAMPLE_RATE, SAMPLE_RATE)
        self._errors = Bucket(ERROR_RATE, ERROR_RATE)
        self._buckets = (self._rate, self._own, self._told, self._sample, self._errors)
        self._slowest: dict[str, list[int]] = {}
        self._lock = threading.Lock()
        self._looked = self._forgot = time.monotonic()

    def is_light(self) -> bool:
        """Whether a request that begins is to be recorded lightly."""
        return self.mode == "summary" and not self._sample.spend()

    def detail(self, record: Record, own: int) -> str:
        """Of a request that has ended; `own` is what capture took of its thread, in nanoseconds."""
        self._rate.tokens -= 1
        self._own.tokens -= own
        told = self._told.spend()
        if self.mode == "full":
            return "full" if told or record.is_notable() else ""
        if not record.light:
            return "full"
        if record.has_failed() and self._errors.spend() or self._is_among_the_slowest(record):
            return "full"
        return "summary" if told or record.is_notable() else ""

    def charge(self, nanoseconds: int) -> None:
        """What it took of the processor to report."""
        self._own.tokens -= nanoseconds

    def look(self) -> bool:
        """Changes the mode if it has to; whether it did."""
        now = time.monotonic()
        seconds, self._looked = now - self._looked, now
        for bucket in self._buckets:
            bucket.fill(seconds)
        if now - self._forgot > SLOWEST_EVERY:
            self._forgot, self._slowest = now, {}
        mode, self.mode = self.mode, self._judge()
        return mode != self.mode

    def _judge(self) -> str:
        """What is overdrawn has to be half full again before all is told in full."""
        limits = (self._rate, self._own)
        for bucket in limits:
            bucket.tokens = max(bucket.tokens, -bucket.most)
        if any(bucket.tokens <= 0 for bucket in limits):
            return "summary"
        if any(bucket.tokens < bucket.most / 2 for bucket in limits):
            return self.mode
        return "full"

    def _is_among_the_slowest(self, record: Record) -> bool:
        route = record.route or record.path
        with self._lock:
            slowest = self._slowest.get(route)
            if slowest is None:
                if len(self._slowest) >= MAX_ROUTES:
                    return False
                slowest = self._slowest[route] = []
            if len(slowest) < SLOWEST:
                heappush(slowest, record.duration)
                return True
            if record.duration <= slowest[0]:
                return False
            heapreplace(slowest, record.duration)
            return True
