"""What waits to be reported, bounded by number and by bytes. What does not fit is counted by kind.

The control thread takes it out. It may be held up for as long as the arbiter is; whoever puts
something in never is.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

MAX_WAITING = 10_000
MAX_BYTES = 32 * 1024 * 1024


class Waiting:
    """All methods may be called from any thread."""

    def __init__(self) -> None:
        self._items: deque[tuple[Any, int]] = deque()
        self._bytes = 0
        self._dropped = {"requests": 0, "logs": 0, "exceptions": 0}
        self._told = self._dropped.copy()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Any, size: int) -> bool:
        """False when there is no room for `size` bytes, a rough figure."""
        with self._lock:
            if len(self._items) >= MAX_WAITING or self._bytes + size > MAX_BYTES:
                return False
            self._items.append((item, size))
            self._bytes += size
        return True

    def drop(self, kind: str) -> None:
        """`requests`, `logs` or `exceptions`: one more is left out."""
        with self._lock:
            self._dropped[kind] += 1

    def take(self, most: int) -> list[Any]:
        """The oldest, of about `most` bytes: one at least, if there is any."""
        taken: list[Any] = []
        size = 0
        while self._items and size < most:
            with self._lock:
                item, weight = self._items.popleft()
                self._bytes -= weight
            taken.append(item)
            size += weight
        return taken

    def dropped(self) -> dict[str, int]:
        """Counts in all by kind if they have changed since the last call, else nothing."""
        with self._lock:
            if self._told == self._dropped:
                return {}
            self._told = self._dropped.copy()
            return self._told
