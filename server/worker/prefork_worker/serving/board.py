"""The board: a few numbers that all workers see, without a lock and without a message.

A file-backed shared mapping, made by the zygote and inherited over fork; its descriptor can be
passed on. Every cell is an aligned 32-bit word with one writer. Cell 0 is the current generation, cell
1 how many slots are in use, cell 2 the slot that requests are steered to, plus one; each slot has a cache line
of its own: generation (0: nobody), connections, busy since, held.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from time import monotonic_ns
from typing import Optional

_LINE = 16
_HIGHEST, _STEERED = 1, 2
_GENERATION, _CONNECTIONS, _BUSY, _HELD = 0, 1, 2, 3
_MASK = 0xFFFFFFFF


class Board:
    """Milliseconds here wrap at 32 bits; 0 stands for "not busy"."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._map = mmap.mmap(fd, os.fstat(fd).st_size)
        self._cells = memoryview(self._map).cast("I")
        self.slots = len(self._cells) // _LINE - 1

    @classmethod
    def create(cls, slots: int = 256) -> Board:
        fd = anonymous_file()
        os.ftruncate(fd, (slots + 1) * _LINE * 4)
        return cls(fd)

    @classmethod
    def open(cls, fd: int) -> Board:
        return cls(fd)

    @property
    def generation(self) -> int:
        """The current generation; a worker of an older one starts no request."""
        return self._cells[0]

    @generation.setter
    def generation(self, value: int) -> None:
        self._cells[0] = value

    @property
    def steered(self) -> int:
        """The slot that requests are steered to, -1 while they are not."""
        return self._cells[_STEERED] - 1

    @steered.setter
    def steered(self, slot: int) -> None:
        self._cells[_STEERED] = slot + 1

    def calls(self, generation: int) -> bool:
        """Whether a worker of `generation` must think before it starts a request: it is superseded, or
        requests are steered."""
        return self._cells[0] > generation or self._cells[_STEERED] > 0

    def reserve(self, slot: int) -> None:
        """By the zygote, before it forks who will claim the slot: cell 1 has no other writer then."""
        self._cells[_HIGHEST] = max(self._cells[_HIGHEST], slot + 1)
        if self.steered == slot:  # whoever it was is gone
            self.steered = -1

    def claim(self, slot: int, generation: int) -> None:
        """`slot` counts from 0 and belongs to one living worker."""
        if not 0 <= slot < self.slots:
            raise ValueError(f"worker slot {slot} is not on the board, which has {self.slots}")
        base = (slot + 1) * _LINE
        self._cells[base + _CONNECTIONS] = 0
        self._cells[base + _BUSY] = 0
        self._cells[base + _HELD] = 0
        self._cells[base + _GENERATION] = generation
        if self._cells[_HIGHEST] <= slot:
            self.reserve(slot)

    def release(self, slot: int) -> None:
        """The worker is gone: it counts no more. By itself, or by whoever reaps it."""
        self._cells[(slot + 1) * _LINE + _GENERATION] = 0

    def held(self, slot: int) -> bool:
        """Paused in the debugger: it takes nothing."""
        return self._cells[(slot + 1) * _LINE + _HELD] != 0

    def set_held(self, slot: int, held: bool) -> None:
        self._cells[(slot + 1) * _LINE + _HELD] = held

    def connections(self, slot: int) -> int:
        return self._cells[(slot + 1) * _LINE + _CONNECTIONS]

    def set_connections(self, slot: int, count: int) -> None:
        self._cells[(slot + 1) * _LINE + _CONNECTIONS] = count

    def busy(self, slot: int) -> bool:
        return self._cells[(slot + 1) * _LINE + _BUSY] != 0

    def set_busy(self, slot: int) -> None:
        self._cells[(slot + 1) * _LINE + _BUSY] = _now() or 1

    def set_idle(self, slot: int) -> None:
        self._cells[(slot + 1) * _LINE + _BUSY] = 0

    def least_connections(self, slot: int, generation: int, patience: int) -> Optional[int]:
        """The smallest count among siblings that could take a connection, None if there is none.

        A sibling counts when it `can_take` one and requests are not steered to it.
        """
        cells, least, now = self._cells, None, _now()
        for base in range(_LINE, (cells[_HIGHEST] + 1) * _LINE, _LINE):
            if cells[base] != generation or base == (slot + 1) * _LINE or cells[base + _HELD]:
                continue
            since = cells[base + _BUSY]
            if since and (now - since) & _MASK > patience or base == cells[_STEERED] * _LINE:
                continue
            count = cells[base + _CONNECTIONS]
            least = count if least is None else min(least, count)
        return least

    def can_take(self, slot: int, generation: int, patience: int) -> bool:
        """A worker of `generation` is there, not held, and idle, or busy for less than `patience` ms."""
        cells, base = self._cells, (slot + 1) * _LINE
        since = cells[base + _BUSY]
        is_there = cells[base] == generation and not cells[base + _HELD]
        return is_there and not (since and (_now() - since) & _MASK > patience)

    def has_sibling(self, slot: int, generation: int) -> bool:
        """Whether another worker of `generation` is there that is not held."""
        cells, own = self._cells, (slot + 1) * _LINE
        lines = range(_LINE, (cells[_HIGHEST] + 1) * _LINE, _LINE)
        there = (base for base in lines if base != own and cells[base] == generation)
        return any(not cells[base + _HELD] for base in there)


def _now() -> int:
    return monotonic_ns() // 1_000_000 & _MASK


def anonymous_file(kind: str = "prefork-board") -> int:
    """A descriptor of shared memory, or of a file without a name."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create(kind)
    fd, path = tempfile.mkstemp(prefix=f"{kind}-")
    os.unlink(path)
    return fd
