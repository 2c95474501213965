"""`wsgi.input` for a body that is still on its way.

Small bodies are collected before the app is called and need none of this. Here the app's own
thread reads from the connection, through a decoder that knows where the body ends; reading past the
end gives b"" and never blocks. A body cut short raises, so that no app takes half an upload for all.
"""

from __future__ import annotations

from typing import Callable, Iterator, List

from ..http.body import Body

BLOCK = 65536


class BodyInput:
    """`receive` blocks for the next bytes of the connection and raises `ClientGone` at its end."""

    def __init__(
        self,
        body: Body,
        buffer: bytearray,
        ready: bytes,
        receive: Callable[[], bytes],
        before_first_read: Callable[[], None],
    ) -> None:
        self.buffer = buffer
        self.size = len(ready)
        self._body = body
        self._receive = receive
        self._before_first_read = before_first_read
        self.untouched = True
        self._ready = bytearray(ready)

    @property
    def exhausted(self) -> bool:
        """The body was taken off the connection to its end."""
        return self._body.done

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer only at the end; all that is left when negative."""
        wanted = float("inf") if size is None or size < 0 else size
        while len(self._ready) < wanted and self._fill():
            pass
        return self._take(len(self._ready) if size is None or size < 0 else size)

    def readline(self, size: int = -1) -> bytes:
        limit = float("inf") if size is None or size < 0 else size
        searched = 0
        while True:
            end = self._ready.find(b"\n", searched) + 1
            if end or len(self._ready) >= limit:
                break
            searched = len(self._ready)
            if not self._fill():
                break
        end = end or len(self._ready)
        return self._take(int(min(end, limit)))

    def readlines(self, hint: int = -1) -> List[bytes]:
        lines, total = [], 0
        for line in self:
            lines.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return lines

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def drain(self, limit: int) -> bool:
        """Drops what the app left unread; False when more than `limit` bytes are still to come."""
        while not self._body.done and limit > 0:
            self._ready.clear()
            if not self._fill():
                break
            limit -= len(self._ready)
        return self._body.done

    def _fill(self) -> bool:
        """Adds at least one byte to what is ready; False at the end of the body."""
        if self.untouched:
            self.untouched = False
            self._before_first_read()
        while not self._body.done:
            payload = self._body.decode(self.buffer, BLOCK)
            if payload:
                self.size += len(payload)
                self._ready += payload
                return True
            if not self._body.done:
                self.buffer += self._receive()
        return False

    def _take(self, size: int) -> bytes:
        data = bytes(self._ready[:size])
        del self._ready[:size]
        return data
