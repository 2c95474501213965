"""The corpus through the worker, however its bytes are cut, and through h11.

    python differential.py             → a line of JSON a case, for what compares them further
    python differential.py SEED COUNT  → the same of as many random connections

Fails where the worker does not do what the corpus says, where a cut changes what it does, and where
it and h11 take the same request differently.
"""

from __future__ import annotations

import base64
import json
import random
import sys
from typing import Any, Dict, Iterator, List

import messages
import ours
import theirs
from corpus import CORPUS, Case
from outcome import Outcome

_EVERY_CUT = 400


def cuts(data: bytes) -> Iterator[List[bytes]]:
    """Byte by byte, and in two at every position (of long ones: at some)."""
    yield [data[at : at + 1] for at in range(len(data))]
    step = 1 + len(data) // _EVERY_CUT
    for at in range(1, len(data), step):
        yield [data[:at], data[at:]]


def faults(case: Case, whole: Outcome, other: Outcome) -> Iterator[str]:
    if (len(whole.requests), whole.end) != (case.takes, case.end):
        yield f"the corpus says {case.takes} requests, then {case.end}; it was {whole}"
    for pieces in cuts(case.data):
        for shared in (None, _SHARED):
            outcome = ours.read(pieces, shared)
            if outcome != whole:
                yield f"cut after {len(pieces[0])} of {len(pieces)}: {outcome} instead of {whole}"
                return
    for mine, its in zip(whole.requests, other.requests):
        if mine != its:
            yield f"the worker takes {mine}, h11 {its}"


def describe(outcome: Outcome) -> Dict[str, Any]:
    requests = [
        {**request._asdict(), "body": base64.b64encode(request.body).decode()}
        for request in outcome.requests
    ]
    return {"requests": requests, "end": outcome.end}


def randomly(seed: int, count: int) -> Iterator[Case]:
    """Nothing is known of what should come of them."""
    for number in range(seed, seed + count):
        data = messages.connection(random.Random(number))
        outcome = ours.read([data])
        yield Case(f"seed {number}", data, len(outcome.requests), outcome.end)


def main(arguments: List[str]) -> None:
    for case in randomly(*map(int, arguments)) if arguments else CORPUS:
        whole, other = ours.read([case.data]), theirs.read([case.data])
        line = {
            **case._asdict(),
            "data": base64.b64encode(case.data).decode(),
            "ours": describe(whole),
            "h11": describe(other),
            "faults": [] if arguments else list(faults(case, whole, other)),
        }
        sys.stdout.write(json.dumps(line) + "\n")


_SHARED = ours.entrance()

if __name__ == "__main__":
    main(sys.argv[1:])
