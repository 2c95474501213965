"""Custody: a worker that is killed takes along only the requests that it had begun.

In dev mode a worker deposits a second descriptor of each connection with the zygote. A ledger, shared memory
with a word for each connection, says what it is doing: at rest, or begun, from before the first byte of a
request is read until its answer is given. Of a worker that ended, the zygote offers the connections at
rest to the others, by the handover, unread as they are, and ends the rest. As there is a second
descriptor, a worker that closes a connection has to shut it down.

One that comes from another worker is deposited with its receipt before it is acknowledged. If its worker
dies about then, the zygote acknowledges it, once more or for the first time, and it is nobody else's.

A word has one writer, the worker that deposited. Its upper bits number the deposit, so that a word used
again says nothing of the connection before. What has no room, no word or no descriptor, is just not deposited.
"""

from __future__ import annotations

import array
import mmap
import os
import socket
import struct
import sys
from collections import deque
from typing import TYPE_CHECKING, Any, Callable, Deque, Dict, List, NamedTuple, Optional

from .board import anonymous_file

if TYPE_CHECKING:
    from .connection import Connection

CLOSE_ON_EXEC: int = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
PAIR = socket.SOCK_DGRAM if sys.platform == "darwin" else socket.SOCK_SEQPACKET
"""Sockets that keep message boundaries."""

_MESSAGE = struct.Struct("!IIIH")
ACKNOWLEDGED = b"k"
_EACH = 256  # words a worker has, and so connections at a time
_DESCRIPTORS = socket.CMSG_SPACE(2 * array.array("i").itemsize)
_COMING, _REST, _BEGUN, _STATES = 1, 2, 3, 4
_NUMBERS = 1 << 28


class Deposit:
    """One connection's, in the worker that holds it."""

    __slots__ = ("number", "word", "_words", "_rest", "_begun", "_free")

    def __init__(self, words: Any, word: int, number: int, free: Deque[int]) -> None:
        self.number = number
        self.word = word
        self._words = words
        self._rest = number * _STATES + _REST
        self._begun = number * _STATES + _BEGUN
        self._free = free
        words[word] = number * _STATES + _COMING

    def begin(self) -> None:
        """Before anything of a request is read."""
        self._words[self.word] = self._begun

    def rest(self) -> None:
        """Its answer is given, and nothing of the next one was read."""
        self._words[self.word] = self._rest

    def answered(self, connection: Connection) -> None:
        """The app is done: at rest, unless something is still to be done for it here."""
        busy = connection.gone or connection.close or connection.outgoing is not None
        if not busy and not connection.buffer:
            self.rest()

    def withdraw(self) -> None:
        """It is closed, or another's from now on."""
        if self._words[self.word] // _STATES == self.number:
            self._words[self.word] = 0
            self._free.append(self.word)


class NoDeposit:
    """Of a connection that ends with its worker."""

    def begin(self) -> None: ...

    def rest(self) -> None: ...

    def answered(self, connection: Connection) -> None: ...

    def withdraw(self) -> None: ...


UNDEPOSITED = NoDeposit()


class Custody:
    """The workers' side; made by the zygote before any fork, `enter`ed by each worker."""

    def __init__(self, slots: int) -> None:
        self.give_end, self.take_end = socket.socketpair(socket.AF_UNIX, PAIR)
        self.give_end.setblocking(False)
        self.take_end.setblocking(False)
        fd = anonymous_file()
        os.ftruncate(fd, slots * _EACH * 4)
        self.words: Any = memoryview(mmap.mmap(fd, slots * _EACH * 4)).cast("I")
        os.close(fd)
        self._free: Deque[int] = deque()
        self._number = 0

    def enter(self, slot: int) -> None:
        """In a worker: the slot's words are its own. Whoever had them before is gone, and reaped."""
        first = slot * _EACH
        self._free.extend(range(first, first + _EACH))
        self._number = os.getpid()  # not where the one before began

    def deposit(
        self, sock: socket.socket, listener: int, at_rest: bool, receipt: Optional[int] = None
    ) -> Any:
        """A `Deposit`, or `UNDEPOSITED`.

        One that is not at rest, as it is still to be acknowledged, stands for nothing before its
        first `rest` or `begin`; but with a receipt the zygote can acknowledge it as well.
        """
        if not self._free:
            return UNDEPOSITED
        self._number = self._number % _NUMBERS + 1
        deposit = Deposit(self.words, self._free.popleft(), self._number, self._free)
        if at_rest:
            deposit.rest()
        message = _MESSAGE.pack(os.getpid(), deposit.word, deposit.number, listener)
        fds = array.array("i", [sock.fileno()] if receipt is None else [sock.fileno(), receipt])
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)]
        try:
            self.give_end.sendmsg([message], rights)
        except OSError:
            deposit.withdraw()
            return UNDEPOSITED
        return deposit

    def close(self) -> None:
        self.give_end.close()
        self.take_end.close()


class _Kept(NamedTuple):
    owner: int
    number: int
    listener: int
    sock: socket.socket
    receipts: List[int]

    def acknowledge(self) -> None:
        """From here on nobody else has it, whether its owner came to do this or not."""
        for receipt in self.receipts:
            try:
                os.write(receipt, ACKNOWLEDGED)
            except BrokenPipeError:
                pass  # the giver is gone, or has heard it already

    def close(self) -> None:
        self.sock.close()
        self.close_receipts()

    def close_receipts(self) -> None:
        while self.receipts:
            os.close(self.receipts.pop())


class Keeper:
    """The zygote's side. `offer` gives a socket, with its listener's index, to the workers that live."""

    def __init__(self, custody: Custody, offer: Callable[[socket.socket, int], None]) -> None:
        self._custody = custody
        self._offer = offer
        self._kept: Dict[int, _Kept] = {}
        self._since_sweep = 0

    def fileno(self) -> int:
        """Readable when there are deposits to `receive`."""
        return self._custody.take_end.fileno()

    def receive(self) -> None:
        while True:
            try:
                data, rights, _, _ = self._custody.take_end.recvmsg(64, _DESCRIPTORS, CLOSE_ON_EXEC)
            except OSError:
                break
            for _, _, fds in rights:
                self._keep(data, *array.array("i", fds[: len(fds) // 4 * 4]))
        if self._since_sweep > len(self._kept) // 2:
            self._sweep()

    def died(self, pid: int) -> None:
        """A worker has ended: what it deposited goes to the others, or to its end."""
        self.receive()
        for word, kept in list(self._kept.items()):
            if kept.owner == pid:
                del self._kept[word]
                self._settle(kept, word)
                self._custody.words[word] = 0
        self._sweep()

    def forget(self) -> None:
        """In a child: none of it is its own."""
        for kept in self._kept.values():
            kept.close()
        self._kept.clear()

    def _keep(self, data: bytes, fd: int, *receipts: int) -> None:
        owner, word, number, listener = _MESSAGE.unpack(data)
        before = self._kept.get(word)
        if before is not None:
            before.close()
        self._kept[word] = _Kept(owner, number, listener, socket.socket(fileno=fd), [*receipts])
        self._since_sweep += 1

    def _settle(self, kept: _Kept, word: int) -> None:
        number, doing = divmod(self._custody.words[word], _STATES)
        try:
            if number != kept.number:
                pass  # withdrawn
            elif doing == _REST:
                self._offer(kept.sock, kept.listener)
            elif doing == _BEGUN:
                kept.sock.shutdown(socket.SHUT_RDWR)
            elif kept.receipts:
                kept.acknowledge()
                self._offer(kept.sock, kept.listener)
        except OSError:
            pass  # no room, or the client has left
        kept.close()

    def _sweep(self) -> None:
        """Closes what was withdrawn, and the receipts of what was acknowledged."""
        self._since_sweep = 0
        for word, kept in list(self._kept.items()):
            number, doing = divmod(self._custody.words[word], _STATES)
            if number != kept.number:
                self._kept.pop(word).close()
            elif doing != _COMING:
                kept.close_receipts()
