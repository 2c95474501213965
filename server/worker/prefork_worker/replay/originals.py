"""Originals: what a request was sent with, as far as what is told of it does not give that again.

Most of what is told is as it was, and nothing is sealed then. Where a secret was hidden, a body is no
text, or the target was written in another way than it is read, the whole is: target, header fields,
and the body if that is not told as it was sent. A body that was not kept whole is left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Optional

from .sealing import Seal

Fields = list[tuple[str, str]]

seal: Optional[Seal] = None
"""The worker's; without it nothing is sealed."""


class Original(NamedTuple):
    """`body` is None where what is told of it is what was sent, or it was not kept whole."""

    target: str
    fields: Fields
    body: Optional[bytes]


def sealed(
    line: str, fields: Fields, body: Optional[bytes], told_target: str, told: dict[str, Any]
) -> Optional[str]:
    """Of the request line and what followed it, unless what is told of it gives it again.

    `told` has `request_headers` and `request_body`. `body` is None when it was not kept whole.
    """
    if seal is None:
        return None
    target = target_of(line)
    own = None if is_told(body, told.get("request_body")) else body
    if own is None and target == told_target and fields == told["request_headers"]:
        return None
    if own is None:
        return sealed_head(seal, target, tuple(fields))
    return seal.seal(encoded(target, fields, True) + own)


@lru_cache(maxsize=64)
def sealed_head(with_seal: Seal, target: str, fields: tuple[tuple[str, str], ...]) -> str:
    """Most requests are asked again as they were: the same may be told in the same words."""
    return with_seal.seal(encoded(target, fields, False))


def encoded(target: str, fields: Sequence[tuple[str, str]], has_body: bool) -> bytes:
    """What stands before the body."""
    return json.dumps([target, fields, has_body]).encode() + b"\n"


def opened(with_seal: Seal, content: str) -> Original:
    """Raises `NotReplayable` when that cannot be had again."""
    head, _, body = with_seal.open(content).partition(b"\n")
    target, fields, has_body = json.loads(head)
    return Original(target, [(name, value) for name, value in fields], body if has_body else None)


def target_of(line: str) -> str:
    """Of a request line."""
    _, _, rest = line.partition(" ")
    return rest.rpartition(" ")[0] or rest


def is_told(body: Optional[bytes], told: Optional[dict[str, Any]]) -> bool:
    """Whether the text that is told of it, encoded, is the body itself."""
    if told is None or not body:
        return True
    text: Optional[str] = told["text"]
    return text is not None and not told["cut"] and text.encode("utf-8", "replace") == body


def value_of(fields: Fields, name: str) -> str:
    """Of a header field, by its name in small letters; '' when it is not there."""
    return next((value for known, value in fields if known.lower() == name), "")
