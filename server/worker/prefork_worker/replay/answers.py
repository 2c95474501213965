"""The answers of replays, which nobody waits for: read to their end and thrown away.

Each in a thread of its own that waits for nobody else. An event stream has no end: it is listened to
for a while, as by somebody who looks at it, and then left.
"""

from __future__ import annotations

import os
import threading
from _thread import start_new_thread  # not what an app puts in its place (gevent)
from time import monotonic

from ..process_state import is_patched
from ..serving.poller import READ, wait_for

STREAM_SECONDS = 5.0
"""So long an answer that is an event stream is listened to."""
LONGEST = 600.0
"""Any other, from its first byte on."""
MOST = 16
"""At a time."""

_READ = 65536
_ENDLESS = (b"text/event-stream", b"multipart/x-mixed-replace")


class Answers:
    def __init__(self) -> None:
        self._open: set[int] = set()

    @property
    def full(self) -> bool:
        return len(self._open) >= MOST

    def read(self, fd: int) -> None:
        """Takes the descriptor over: the client's end of a replay."""
        os.set_blocking(fd, True)
        self._open.add(fd)
        if is_patched():
            start_new_thread(self._drain, (fd,))
            return
        thread = threading.Thread(target=self._drain, args=[fd], name="prefork-replay", daemon=True)
        thread.pydev_do_not_trace = True  # type: ignore[attr-defined]
        thread.is_pydev_daemon_thread = True  # type: ignore[attr-defined]
        thread.start()

    def _drain(self, fd: int) -> None:
        try:
            drain(fd)
        except OSError:
            pass  # the worker has cut it
        finally:
            self._open.discard(fd)
            os.close(fd)


def drain(fd: int) -> None:
    """Until the other side closes it, or it has been read for long enough."""
    head = os.read(fd, _READ)
    is_stream = any(kind in head.partition(b"\r\n\r\n")[0].lower() for kind in _ENDLESS)
    deadline = monotonic() + (STREAM_SECONDS if is_stream else LONGEST)
    while head and wait_for(fd, READ, max(0.0, deadline - monotonic())):
        if not os.read(fd, _READ):
            return
