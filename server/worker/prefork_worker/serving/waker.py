"""Wakes a waiting loop from another thread or from a signal handler: the self-pipe."""

from __future__ import annotations

import os


class Waker:
    """`fd` becomes readable after `wake()`, until `clear()`."""

    def __init__(self) -> None:
        self.fd, self._end = os.pipe()
        os.set_blocking(self.fd, False)
        os.set_blocking(self._end, False)

    def wake(self) -> None:
        try:
            os.write(self._end, b"\0")
        except OSError:
            pass  # full: it wakes anyway; closed: nobody is left to wake

    def clear(self) -> None:
        try:
            while len(os.read(self.fd, 4096)) == 4096:
                pass
        except BlockingIOError:
            pass

    def close(self) -> None:
        """A `wake()` that comes later goes nowhere, not to whoever gets the number next."""
        end, self._end = self._end, -1
        os.close(end)
        os.close(self.fd)
