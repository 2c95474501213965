"""What the worker takes though h11 does not: all of it, and why. Anything else is a fault."""

from __future__ import annotations

import re
from typing import Callable, Dict, Optional

from outcome import CLOSE, Outcome

_SPACED_EXTENSION = re.compile(rb"[0-9A-Fa-f][ \t]+;|;[ \t]+|[ \t]=|=[ \t]")


def _raw_target(data: bytes, mine: Outcome, its: Outcome) -> bool:
    """curl and old clients send UTF-8 paths undecoded, and Gunicorn takes them."""
    more = mine.requests[len(its.requests) :]
    return bool(more) and any(character > "\x7f" for character in more[0].target)


def _spaced_extension(data: bytes, mine: Outcome, its: Outcome) -> bool:
    """RFC 9112, section 7.1.1: white space before a chunk extension is bad, and to be parsed."""
    return b"chunked" in data.lower() and bool(_SPACED_EXTENSION.search(data))


def _kept_alive(data: bytes, mine: Outcome, its: Outcome) -> bool:
    """HTTP/1.0 with `Connection: keep-alive`, RFC 9112, appendix C.2.2; h11 closes."""
    return its.end == CLOSE and bool(its.requests) and its.requests[-1].version == "1.0"


ALLOWED: Dict[str, Callable[[bytes, Outcome, Outcome], bool]] = {
    "a target outside ASCII": _raw_target,
    "a space before a chunk extension": _spaced_extension,
    "keep-alive in HTTP/1.0": _kept_alive,
}


def fault(data: bytes, mine: Outcome, its: Outcome) -> Optional[str]:
    """How the worker takes `data` otherwise than h11 without being stricter; None for not."""
    for ours, theirs in zip(mine.requests, its.requests):
        if ours != theirs:
            return f"the worker takes {ours}, h11 {theirs}"
    if len(mine.requests) <= len(its.requests):
        return None
    if any(allows(data, mine, its) for allows in ALLOWED.values()):
        return None
    return f"the worker takes {mine}, h11 only {its}"
