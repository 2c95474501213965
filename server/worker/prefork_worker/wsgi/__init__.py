"""PEP 3333: what the app is given (environ, input) and what it gives back (the response).

Here is what the app can do beyond that. `wsgi.file_wrapper`: a file as a response, block by block, or
by `sendfile` where it works. `gunicorn.socket`: the connection itself, for WebSocket libraries.

A real file with a position goes out by the kernel, from where it stands to its end. All else, and
any wrapper that middleware put into another iterable, is read in blocks, with the same result.
"""

from __future__ import annotations

import io
import os
import socket
import stat
from typing import Any, Iterator, NamedTuple, Optional


class FilePart(NamedTuple):
    """`size` bytes from `offset` on, of an open descriptor."""

    file: int
    offset: int
    size: int


class FileWrapper:
    """PEP 3333, "Optional Platform-Specific File Handling"."""

    def __init__(self, filelike: Any, block_size: int = 65536) -> None:
        self.filelike = filelike
        self.block_size = block_size
        if hasattr(filelike, "close"):
            self.close = filelike.close

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        data: bytes = self.filelike.read(self.block_size)
        if data:
            return data
        raise StopIteration

    def part(self) -> Optional[FilePart]:
        """What `sendfile` can send; None when this is not a regular file, opened for reading."""
        file = self.filelike
        # By type: a GzipFile, say, has a fileno() too, but it is not what its read() gives.
        if type(file) is not io.BufferedReader or type(file.raw) is not io.FileIO:
            return None
        try:
            offset = file.tell()
            status = os.fstat(file.fileno())
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        return FilePart(file.fileno(), offset, max(0, status.st_size - offset))


_VERY_LONG = 20 * 86400.0


class ClientSocket:
    """A socket that blocks, as Gunicorn's does, on a connection that must not, for the loop's sake.

    It is made when it is first used, which nearly no app does. `taken` tells whether it was.
    """

    __slots__ = ("_sock", "_own")

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._own: Optional[socket.socket] = None

    @property
    def taken(self) -> bool:
        return self._own is not None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # somebody looks what this is
        if self._own is None:
            self._own = self._sock.dup()
            # Not None: both share the flag that makes a descriptor block. Waiting is done above it.
            self._own.settimeout(_VERY_LONG)
        return getattr(self._own, name)

    def give_back(self) -> None:
        """The app is done: what it left of it is closed, and blocks no more."""
        if self._own is not None:
            self._own.close()
            self._own = None
            self._sock.setblocking(False)
