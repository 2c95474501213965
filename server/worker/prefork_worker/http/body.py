"""Request bodies without sockets: each decoder takes bytes off a buffer and gives the payload.

`decode(buffer, limit)` consumes what it understands from the front of the buffer and returns at
most `limit` bytes of payload, b"" for "more". `done` tells the end; what is left in the
buffer then belongs to the next request. Most bodies are collected whole, before the app is called.
"""

from __future__ import annotations

import tempfile
from io import BytesIO
from typing import IO, Callable, Optional, Union

from . import Refusal, grammar

IN_MEMORY = 65536
_BLOCK = 65536

_LIMIT_CHUNK_LINE = 4096
_LIMIT_TRAILERS = 65536


class LengthBody:
    """A body of a known length."""

    __slots__ = ("remaining",)

    def __init__(self, length: int) -> None:
        self.remaining = length

    @property
    def done(self) -> bool:
        return self.remaining == 0

    def decode(self, buffer: bytearray, limit: int) -> bytes:
        payload = bytes(buffer[: min(self.remaining, limit)])
        del buffer[: len(payload)]
        self.remaining -= len(payload)
        return payload


class ChunkedBody:
    """RFC 9112, section 7.1; every delimiter is checked. Raises `Refusal`."""

    __slots__ = ("done", "_left", "_after_data", "_trailers", "_check_trailers")

    def __init__(self, check_trailers: Callable[[bytes], None]) -> None:
        self.done = False
        self._left = 0
        self._after_data = False
        self._trailers = False
        self._check_trailers = check_trailers

    def decode(self, buffer: bytearray, limit: int) -> bytes:
        pieces = []
        while limit and not self.done:
            if not self._left and not self._next_chunk(buffer):
                break
            piece = bytes(buffer[: min(self._left, limit)])
            if not piece:
                break
            del buffer[: len(piece)]
            pieces.append(piece)
            limit -= len(piece)
            self._left -= len(piece)
            self._after_data = True
        # The end is looked for at once, so that a reader of all the payload sees `done`.
        if not self._left and not self.done:
            self._next_chunk(buffer)
        return b"".join(pieces)

    def _next_chunk(self, buffer: bytearray) -> bool:
        """True when there is payload to come."""
        if self._after_data and not self._end_of_data(buffer):
            return False
        if not self._trailers and not self._size_line(buffer):
            return False
        if self._trailers:
            self._end(buffer)
        return not self._trailers

    def _end_of_data(self, buffer: bytearray) -> bool:
        if not b"\r\n".startswith(buffer[:2]):
            raise Refusal(400, "chunk data does not end with CRLF")
        if len(buffer) < 2:
            return False
        del buffer[:2]
        self._after_data = False
        return True

    def _size_line(self, buffer: bytearray) -> bool:
        end = buffer.find(b"\r\n")
        if end < 0 or end > _LIMIT_CHUNK_LINE:
            if len(buffer) > _LIMIT_CHUNK_LINE or b"\n" in buffer:
                raise Refusal(400, "a chunk size line without its end")
            return False
        match = grammar.chunk_line(buffer[:end].decode("latin-1"))
        if match is None:
            raise Refusal(400, f"not a chunk size: {bytes(buffer[: min(end, 40)])!r}")
        del buffer[: end + 2]
        self._left = int(match[1], 16)
        self._trailers = self._left == 0
        return True

    def _end(self, buffer: bytearray) -> None:
        if buffer[:2] == b"\r\n":
            del buffer[:2]
            self.done = True
            return
        end = buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(buffer) > _LIMIT_TRAILERS:
                raise Refusal(431, "the trailers are too large")
            return
        self._check_trailers(bytes(buffer[: end + 4]))
        del buffer[: end + 4]
        self.done = True


Body = Union[LengthBody, ChunkedBody]


class CollectedBody:
    """A body on its way: `IN_MEMORY` bytes of it in memory, a larger one in a file without a name.

    `folder` is where that is, None for the system's choice. `size` counts the payload so far;
    `buffer` holds what came after the end.
    """

    __slots__ = ("buffer", "size", "file", "_body", "_folder", "_payload")

    def __init__(self, body: Body, folder: Optional[str]) -> None:
        self.buffer = bytearray()
        self.size = 0
        self.file: Optional[IO[bytes]] = None
        self._body = body
        self._folder = folder
        self._payload = bytearray()

    def take(self, data: bytes) -> bool:
        """More from the connection; True when the body is complete. Raises `Refusal`."""
        self.buffer += data
        while not self._body.done:
            payload = self._body.decode(self.buffer, _BLOCK)
            if not payload:
                break
            self.size += len(payload)
            self._keep(payload)
        return self._body.done

    def input(self) -> IO[bytes]:
        """The complete body, to be read from its start. Raises `Refusal`."""
        if self.file is None:
            return BytesIO(self._payload)
        try:
            self.file.seek(0)
        except OSError as error:
            raise self._no_room(error) from error
        return self.file

    def close(self) -> None:
        if self.file is not None:
            self.file.close()

    def _keep(self, payload: bytes) -> None:
        if self.size <= IN_MEMORY:
            self._payload += payload
            return
        try:
            if self.file is None:
                self.file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
                self.file.write(self._payload)
                self._payload = bytearray()
            self.file.write(payload)
        except OSError as error:
            raise self._no_room(error) from error

    def _no_room(self, error: OSError) -> Refusal:
        return Refusal(507, f"the body cannot be kept until it is whole: {error.strerror}")
