"""What a client has not taken yet of the end of its answer: bytes in memory, or a part of a file.

The app is done with it, so the loop sends the rest whenever the client reads on; no thread waits.
`send` sends what the socket takes now and returns whether all is sent. It raises OSError.
"""

from __future__ import annotations

import errno
import os
import socket
from typing import Union

_AT_ONCE = 1 << 20
_BLOCK = 65536
_UNSUPPORTED = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)


class OutgoingBytes:
    """The rest of the last piece."""

    __slots__ = ("_rest",)

    def __init__(self, rest: memoryview) -> None:
        self._rest = rest

    def send(self, sock: socket.socket) -> bool:
        try:
            self._rest = self._rest[sock.send(self._rest) :]
        except BlockingIOError:
            return False
        return not self._rest

    def close(self) -> None:
        self._rest.release()


class OutgoingFile:
    """`size` bytes of a file; it keeps a descriptor of its own, as the app closes the file."""

    __slots__ = ("_file", "_offset", "_left", "_by_kernel")

    def __init__(self, file: int, offset: int, size: int, by_kernel: bool) -> None:
        self._file = os.dup(file)
        self._offset = offset
        self._left = size
        self._by_kernel = by_kernel

    def send(self, sock: socket.socket) -> bool:
        try:
            sent = self._send_some(sock, min(self._left, _AT_ONCE if self._by_kernel else _BLOCK))
        except BlockingIOError:
            return False
        if not sent:
            raise OSError(errno.EIO, "the file became shorter while it was sent")
        self._offset += sent
        self._left -= sent
        return not self._left

    def close(self) -> None:
        os.close(self._file)

    def _send_some(self, sock: socket.socket, size: int) -> int:
        if self._by_kernel:
            try:
                return os.sendfile(sock.fileno(), self._file, self._offset, size)
            except OSError as error:
                if error.errno not in _UNSUPPORTED:
                    raise
                self._by_kernel = False  # not from every file system
        data = os.pread(self._file, size, self._offset)
        return sock.send(data) if data else 0


Outgoing = Union[OutgoingBytes, OutgoingFile]
