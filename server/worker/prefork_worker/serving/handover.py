"""The handover: how idle connections of a superseded worker reach a newer one, acknowledged.

What is on its way waits in a socket pair that keeps message boundaries, made by the zygote before any
fork: the giver may die. Each message is one connection with the bytes that were read but not served, and
with a receipt, the write end of a pipe of the giver's.

    the giver                            a taker
    offers it, keeps its own copy,
      reads from it no more              receives it
                                         writes a byte to the receipt: now it is the taker's
    reads the byte, closes its copy      reads from it and serves it

The receipt is open for as long as anybody can still take the connection. So its end without a byte says
that a taker died, or had no descriptor free, before it read anything: the giver offers it again. A byte
once written stays, whoever dies then. So at any time one process at most reads from a connection, and a
killed one takes only those along that it had accepted or acknowledged.
"""

from __future__ import annotations

import array
import errno
import json
import os
import socket
import struct
from typing import IO, Any, Dict, List, NamedTuple, Optional, Tuple

from .custody import ACKNOWLEDGED, CLOSE_ON_EXEC, PAIR, UNDEPOSITED, Custody

_HEADER = struct.Struct("!HHBB")
_MOST = 1 << 20
_DESCRIPTORS = 3
_SPACE = socket.CMSG_SPACE(_DESCRIPTORS * array.array("i").itemsize)


class Given(NamedTuple):
    """A connection that another worker gave: its socket, its listener's index, its unread bytes.

    `origin` is what a PROXY header said of it; None: that has still to be read, if there is to be one.
    `deposit` is the giver's until it is given, and then the taker's.
    `spool` is the body of its request, where that is too large to be among the unread bytes.
    """

    sock: socket.socket
    listener: int
    origin: Optional[Dict[str, str]]
    unread: bytes
    spool: Optional[IO[bytes]]
    deposit: Any = UNDEPOSITED


class Handover:
    """Both ends of the pair; every worker has both."""

    def __init__(self, give: socket.socket, take: socket.socket) -> None:
        self.give_end = give
        self.take_end = take
        give.setblocking(False)
        take.setblocking(False)

    @classmethod
    def create(cls) -> Handover:
        give, take = socket.socketpair(socket.AF_UNIX, PAIR)
        give.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MOST)
        return cls(give, take)

    @classmethod
    def from_fds(cls, give: int, take: int) -> Handover:
        return cls(socket.socket(fileno=give), socket.socket(fileno=take))

    def fds(self) -> Tuple[int, int]:
        return self.give_end.fileno(), self.take_end.fileno()

    def offer(self, given: Given) -> int:
        """The descriptor on which `was_taken` can be read. Raises OSError: EAGAIN and its like when it is full."""
        read, write = os.pipe()
        try:
            os.set_blocking(read, False)
            self.give(given, write)
        except OSError:
            os.close(read)
            raise
        finally:
            os.close(write)
        return read

    def give(self, given: Given, receipt: Optional[int] = None) -> None:
        """The same, and nothing is heard of it unless there is a receipt."""
        fds = array.array("i", [given.sock.fileno()])
        if given.spool is not None:
            fds.append(given.spool.fileno())
        if receipt is not None:
            fds.append(receipt)
        said = b"" if given.origin is None else json.dumps(given.origin).encode()
        header = _HEADER.pack(given.listener, len(said), given.spool is not None, len(fds))
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)]
        given.deposit.withdraw()
        self.give_end.sendmsg([header, said, given.unread], rights)

    def give_unread(self, sock: socket.socket, listener: int) -> None:
        """One of which nothing was read. Raises OSError."""
        self.give(Given(sock, listener, None, b"", None))

    def take(self, custody: Optional[Custody] = None) -> Given:
        """One connection, acknowledged. Raises OSError: nothing is there, or no descriptor is left for it."""
        self._reserve()
        data, fds = self._receive()
        listener, size, spooled, sent = _HEADER.unpack_from(data)
        if len(fds) < sent:
            for fd in fds:
                os.close(fd)
            raise OSError(
                errno.EMFILE, "no descriptor is left for a connection that was handed over"
            )
        sock = socket.socket(fileno=fds[0])
        spool = open(fds[1], "rb") if spooled else None  # noqa: SIM115
        origin = json.loads(data[_HEADER.size : _HEADER.size + size]) if size else None
        unread = data[_HEADER.size + size :]
        receipt = fds[-1] if sent > 1 + spooled else None
        deposit = UNDEPOSITED
        if custody:
            # Unread bytes are in this message alone: until acknowledged, such a one stays the giver's.
            entrusted = None if unread else receipt
            deposit = custody.deposit(sock, listener, not unread and receipt is None, entrusted)
        if receipt is not None:
            self._acknowledge(receipt)
        if unread:
            deposit.begin()
        else:
            deposit.rest()
        return Given(sock, listener, origin, unread, spool, deposit)

    def _reserve(self) -> None:
        """Raises OSError without room for all descriptors: the kernel would drop what has none."""
        spare: List[int] = []
        try:
            while len(spare) < _DESCRIPTORS:
                spare.append(os.dup(self.take_end.fileno()))
        finally:
            for fd in spare:
                os.close(fd)

    def _receive(self) -> Tuple[bytes, List[int]]:
        data, rights, _, _ = self.take_end.recvmsg(_MOST, _SPACE, CLOSE_ON_EXEC)
        fds = array.array("i")
        for _, _, sent in rights:
            fds.frombytes(sent[: len(sent) - len(sent) % fds.itemsize])
        return data, list(fds)

    def _acknowledge(self, receipt: int) -> None:
        try:
            os.write(receipt, ACKNOWLEDGED)
        except BrokenPipeError:
            pass  # the giver is gone
        finally:
            os.close(receipt)

    def close(self) -> None:
        self.give_end.close()
        self.take_end.close()


def was_taken(receipt: int) -> bool:
    """False: lost on its way, and still the giver's. Raises BlockingIOError while that is open."""
    return bool(os.read(receipt, 1))
