"""Random connections through the worker's parser, judged by what must hold of every one of them.

    python fuzz.py --seconds 600 --results FOLDER [--seed N | --input FILE]

- it never crashes and never hangs;
- a reader that remembers (the quick way) sees what a new one (the careful way) sees;
- wherever the bytes are cut, the same comes of them;
- the same comes of them when another worker goes on, at any point before a request is started;
- it takes nothing that h11 refuses or reads otherwise, but for the list in `differences.py`.

Each input comes from a seed of its own, which is printed with what failed; the input is kept.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from pathlib import Path
from typing import Iterator, List

import messages
import ours
import theirs
from differences import fault
from prefork_worker.serving.entrance import Entrance

_HANG = 10.0
_FAILURES = 10


class Hang(Exception):
    """One input took longer than `_HANG` seconds."""


def faults(data: bytes, source: random.Random, remembering: Entrance) -> Iterator[str]:
    """All that is wrong with how `data` is taken."""
    whole = ours.read([data])
    if ours.read([data], remembering) != whole:
        yield f"the quick way does not agree with {whole}"
    for pieces in (messages.cut(data, source), messages.cut(data, source)):
        outcome = ours.read(pieces, remembering)
        if outcome != whole:
            yield f"cut as {[len(piece) for piece in pieces]}: {outcome} instead of {whole}"
    pieces = messages.cut(data, source)
    handed = ours.read(pieces, handed_over=True)
    if handed != whole:
        yield f"handed over as {[len(p) for p in pieces]}: {handed} instead of {whole}"
    other = fault(data, whole, theirs.read([data]))
    if other:
        yield other


def judged(data: bytes, source: random.Random, remembering: Entrance) -> List[str]:
    """The faults, a crash and a hang among them."""
    signal.setitimer(signal.ITIMER_REAL, _HANG)
    try:
        return list(faults(data, source, remembering))
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def fuzz(seconds: float, seed: int, results: Path) -> int:
    """How many inputs failed."""
    remembering = ours.entrance()
    end, count, failed = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end and failed < _FAILURES:
        source = random.Random(seed + count)
        data = messages.connection(source)
        found = judged(data, source, remembering)
        if found:
            failed += 1
            report(seed + count, data, found, results)
        count += 1
    print(f"{count} inputs from seed {seed}, {failed} failed")
    return failed


def report(seed: int, data: bytes, found: List[str], results: Path) -> None:
    results.mkdir(parents=True, exist_ok=True)
    kept = results / f"fuzz-{seed}.bin"
    kept.write_bytes(data)
    print(f"seed {seed}: {data[:600]!r}, kept as {kept}")
    for line in found:
        print(f"  {line[:1500]}")


def again(path: Path) -> int:
    """One kept input, cut at a hundred places."""
    data, source, remembering = path.read_bytes(), random.Random(0), ours.entrance()
    found = {line for _ in range(50) for line in judged(data, source, remembering)}
    print("\n".join(sorted(found)) or "nothing is wrong with it")
    return len(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() // 1000)
    parser.add_argument("--results", type=Path, default=Path("test-results"))
    parser.add_argument("--input", type=Path, help="a kept input to try again")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _hang)
    if options.input:
        return 1 if again(options.input) else 0
    return 1 if fuzz(options.seconds, options.seed, options.results) else 0


def _hang(number: int, frame: object) -> None:
    raise Hang(f"no outcome after {_HANG:g} s")


if __name__ == "__main__":
    sys.exit(main())
