"""The handover: how idle connections of a superseded worker reach a newer one.

A socket pair that keeps message boundaries, made by the zygote before any fork. Descriptors in it live in
the kernel, so a connection given is not lost when the giver or any receiver dies: the next
worker takes it. Each message is one connection with the bytes that were read but not served.
A receiver takes only when it has a descriptor free, as the kernel drops what cannot get one.
"""

from __future__ import annotations

import array
import errno
import json
import os
import socket
import struct
import sys
from typing import IO, Any, Dict, List, NamedTuple, Optional, Tuple

_HEADER = struct.Struct("!HH")
_MOST = 1 << 20
_DESCRIPTORS = 2 * array.array("i", [0]).itemsize


class Given(NamedTuple):
    """A connection that another worker gave: its socket, its listener's index, its unread bytes.

    `origin` is what a PROXY header said of it; None: that has still to be read, if there is to be one.
    `spool` is the body of its request, where that is too large to be among the unread bytes.
    """

    sock: socket.socket
    listener: int
    origin: Optional[Dict[str, str]]
    unread: bytes
    spool: Optional[IO[bytes]]


class Handover:
    """Both ends of the pair; every worker has both."""

    def __init__(self, give: socket.socket, take: socket.socket) -> None:
        self.give_end = give
        self.take_end = take
        give.setblocking(False)
        take.setblocking(False)

    @classmethod
    def create(cls) -> Handover:
        kind = socket.SOCK_DGRAM if sys.platform == "darwin" else socket.SOCK_SEQPACKET
        give, take = socket.socketpair(socket.AF_UNIX, kind)
        give.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MOST)
        return cls(give, take)

    @classmethod
    def from_fds(cls, give: int, take: int) -> Handover:
        return cls(socket.socket(fileno=give), socket.socket(fileno=take))

    def fds(self) -> Tuple[int, int]:
        return self.give_end.fileno(), self.take_end.fileno()

    def give(self, given: Given) -> bool:
        """False when the queue is full. The caller closes its own descriptor. Raises OSError."""
        files: List[Any] = [given.sock] if given.spool is None else [given.sock, given.spool]
        fds = array.array("i", [file.fileno() for file in files])
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)]
        said = b"" if given.origin is None else json.dumps(given.origin).encode()
        try:
            self.give_end.sendmsg(
                [_HEADER.pack(given.listener, len(said)), said, given.unread], rights
            )
        except OSError as error:
            full = (errno.EAGAIN, errno.ENOBUFS, errno.ETOOMANYREFS)
            if error.errno in full:
                return False
            raise
        return True

    def take(self) -> Given:
        """Raises OSError: another worker was quicker, or no descriptor is left for it."""
        self._reserve()
        data, rights, _, _ = self.take_end.recvmsg(_MOST, socket.CMSG_SPACE(_DESCRIPTORS))
        if not rights:
            raise OSError(errno.EBADMSG, "a message without a connection")
        fds = array.array("i")
        fds.frombytes(rights[0][2])
        spool = open(fds[1], "rb") if len(fds) > 1 else None  # noqa: SIM115
        listener, size = _HEADER.unpack_from(data)
        end = _HEADER.size + size
        origin = json.loads(data[_HEADER.size : end]) if size else None
        return Given(socket.socket(fileno=fds[0]), listener, origin, data[end:], spool)

    def _reserve(self) -> None:
        """Raises OSError without room for two descriptors: the kernel would drop what has none."""
        first = os.dup(self.take_end.fileno())
        try:
            os.close(os.dup(first))
        finally:
            os.close(first)

    def close(self) -> None:
        self.give_end.close()
        self.take_end.close()
