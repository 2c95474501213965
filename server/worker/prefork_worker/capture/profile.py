"""The profile of one slow request: stacks of its thread, merged while they are the same, and bounded.

Each sample stands for the time since the one before, and has the stack that was found at its end. Our own
frames are left out; a frame that renders a template is told of as the template's line.

Source of the shape: `server/stream/profile.ts`.
"""

from __future__ import annotations

from types import CodeType, FrameType
from typing import Any, Optional

from .. import user_code
from . import sites
from .stack_walk import Key, key_of, walk

RATE = 100
"""Samples a second."""
PERIOD_NS = 1_000_000_000 // RATE
HELD_OFF = 3
"""Periods; longer than that between two samples, while the thread ran: C code held the interpreter."""
MAX_SAMPLES = 5_000
MAX_ENTRIES = 20_000
"""Frames in all stacks; then no new stack is taken."""

RUNNING, WAITING, NATIVE = "running", "waiting", "native"


class Profile:
    """`began` is when sampling began (`perf_counter_ns`), `cpu` what the thread had used of the processor then
    in nanoseconds, None where the system does not tell."""

    __slots__ = (
        "began", "seen", "cpu", "frames", "stacks", "samples", "cut", "entries", "stopped", "_frames",
        "_raw", "_number",
    )  # fmt: skip

    def __init__(self, began: int, cpu: Optional[int]) -> None:
        self.began = self.seen = began
        self.cpu = cpu
        self.frames: dict[Key, int] = {}
        self.stacks: dict[tuple[int, ...], int] = {}
        self.samples: list[list[Any]] = []
        self.cut = self.entries = 0
        self.stopped = False
        self._frames: dict[tuple[CodeType, Any], int] = {}
        self._raw: Optional[list[Any]] = None
        self._number = -1

    def add(self, frame: FrameType, now: int, cpu: Optional[int]) -> None:
        """A sample; `cpu` as at the beginning."""
        weight = now - self.seen
        state = self._state(weight, cpu)
        self.seen, self.cpu = now, cpu
        stack = self._stack(frame)
        last = self.samples[-1] if self.samples else None
        if last is not None and last[0] == stack and last[2] == state:
            last[1] += weight
        elif stack < 0 or len(self.samples) >= MAX_SAMPLES:
            self._leave_out(weight)
        else:
            self.samples.append([stack, weight, state])

    def stop(self) -> None:
        """The rest of the request is not sampled: a debugger came."""
        self.stopped = True

    def weight(self) -> int:
        """Bytes that it holds, roughly."""
        return 100 * len(self.frames) + 8 * self.entries + 80 * len(self.samples)

    def encode(self, begun: int, ended: int) -> dict[str, Any]:
        """As in the stream; `begun` and `ended` are the request's own (`perf_counter_ns`). The time since the last
        sample is its stack's, too."""
        samples = [list(sample) for sample in self.samples]
        if samples and not self.stopped:
            samples[-1][1] += max(0, ended - self.seen)
        return {
            "rate": RATE,
            "start": (self.began - begun) // 1000,
            "frames": [_encode(key) for key in self.frames],
            "stacks": [list(stack) for stack in self.stacks],
            "samples": [[stack, weight // 1000, state] for stack, weight, state in samples],
            **({"cut": self.cut} if self.cut else {}),
        }

    def _state(self, weight: int, cpu: Optional[int]) -> str:
        if cpu is None or self.cpu is None:
            return RUNNING
        if 2 * (cpu - self.cpu) < weight:
            return WAITING
        return NATIVE if weight > HELD_OFF * PERIOD_NS else RUNNING

    def _stack(self, frame: FrameType) -> int:
        """Its number; -1 for a new one past the bound."""
        raw = walk(frame)
        if raw == self._raw:
            return self._number
        self._raw, self._number = raw, self._number_of(raw)
        return self._number

    def _number_of(self, raw: list[Any]) -> int:
        positions = zip(raw[-2::-2], raw[-1::-2])
        stack = tuple(self._frame(code, position) for code, position in positions)
        known = self.stacks.get(stack)
        if known is not None:
            return known
        if self.entries + len(stack) > MAX_ENTRIES:
            return -1
        self.entries += len(stack)
        return self.stacks.setdefault(stack, len(self.stacks))

    def _frame(self, code: CodeType, position: Any) -> int:
        """`position` is an instruction of it, or where it renders."""
        index = self._frames.get((code, position))
        if index is None:
            key = position if isinstance(position, tuple) else key_of(code, position)
            index = self._frames[code, position] = self.frames.setdefault(key, len(self.frames))
        return index

    def _leave_out(self, weight: int) -> None:
        self.cut += 1
        if self.samples:
            self.samples[-1][1] += weight


def _encode(key: Key) -> dict[str, Any]:
    file, line, name = key
    return {
        "code.file.path": file,
        "code.line.number": line,
        "code.function.name": name or "template",
        "own": sites.is_own(file) if name else user_code.is_user(file),
    }
