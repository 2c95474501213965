"""Waiting for descriptors: epoll itself where there is one, the standard selectors elsewhere.

And waking who waits, from another thread or from a signal handler: the self-pipe.
"""

from __future__ import annotations

import os
import select
import selectors
from typing import Any, List, Tuple

_epoll = getattr(select, "epoll", None)  # gevent takes both away
_poll = select.poll

READ = 1
WRITE = 4


class SelectorPoller:
    """What `select.epoll` offers, by the platform's best selector (kqueue on macOS)."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def register(self, fd: int, events: int) -> None:
        self._selector.register(fd, _to_selector(events))

    def modify(self, fd: int, events: int) -> None:
        self._selector.modify(fd, _to_selector(events))

    def unregister(self, fd: int) -> None:
        self._selector.unregister(fd)

    def poll(self, timeout: float, maxevents: int = -1) -> List[Tuple[int, int]]:
        """`timeout` in seconds, negative for ever."""
        ready = self._selector.select(None if timeout < 0 else timeout)
        return [(key.fd, _from_selector(events)) for key, events in ready]

    def close(self) -> None:
        self._selector.close()


def _to_selector(events: int) -> int:
    readable = selectors.EVENT_READ if events & READ else 0
    return readable | (selectors.EVENT_WRITE if events & WRITE else 0)


def _from_selector(events: int) -> int:
    readable = READ if events & selectors.EVENT_READ else 0
    return readable | (WRITE if events & selectors.EVENT_WRITE else 0)


def new_poller() -> Any:
    """An epoll, or what behaves like one."""
    return _epoll() if _epoll else SelectorPoller()


def wait_for(fd: int, events: int, seconds: float) -> bool:
    """Blocks this thread until one descriptor is ready; False when the time is over."""
    poll = _poll()
    poll.register(fd, select.POLLIN if events & READ else select.POLLOUT)
    return bool(poll.poll(seconds * 1000))


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
