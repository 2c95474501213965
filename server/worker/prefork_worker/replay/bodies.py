"""The body of a replay: as it was, or as it was edited, with what was hidden in it put back."""

from __future__ import annotations

import re
from typing import Any, Optional

from ..capture.exchange import decoded
from . import NotReplayable
from .originals import Original, value_of
from .restoring import has_holes, restored

Told = Optional[dict[str, Any]]
"""`Body` of `server/stream/trace.ts`."""

_CHARSET = re.compile(r"charset=[\"']?([\w-]{1,40})", re.I)
_AGAIN = "edit the body, or send the request from its client again"


def as_it_was(told: Told, original: Optional[Original], reason: str) -> bytes:
    """Raises `NotReplayable` when it is not known, or not all of it."""
    if original is not None and original.body is not None:
        return original.body
    if told is None:
        return b""
    text: Optional[str] = told["text"]
    if text is not None and not told["cut"] and not told.get("redacted"):
        return text.encode()
    size = f"{told['size']:,} bytes of body"
    if told["cut"] and original is not None or text is not None and told["cut"]:
        raise NotReplayable(f"its {size} were not kept whole: {_AGAIN}")
    kind = "are no text" if text is None and not told.get("redacted") else "have something hidden"
    raise NotReplayable(f"its {size} {kind} and are not known any more ({reason}): {_AGAIN}")


def edited(
    text: str, content_type: str, told: Told, original: Optional[Original], reason: str
) -> Optional[bytes]:
    """None when it is as it was told, and so is to be as it was. Raises `NotReplayable`."""
    shown = told["text"] if told else None
    if shown is not None and text.replace("\r\n", "\n") == shown.replace("\r\n", "\n"):
        return None
    if not has_holes(text):
        return _encoded(text, content_type)
    if shown is None or original is None or original.body is None:
        raise NotReplayable(
            f"what was hidden in its body is not known any more ({reason}): put it in the place of "
            f"[hidden], or send the request from its client again"
        )
    was = _text(original, content_type)
    kind = content_type.partition(";")[0].strip().lower()
    try:
        return _encoded(restored(text, shown, was, kind.endswith("json")), content_type)
    except NotReplayable as error:
        raise NotReplayable(f"in its body {error}") from None


def _text(original: Original, content_type: str) -> str:
    """Of a body of which something was told, so that it can be unpacked."""
    coding = value_of(original.fields, "content-encoding").lower()
    plain = decoded(original.body or b"", coding) or b""
    try:
        return plain.decode(*_coding(content_type))
    except (LookupError, UnicodeError):
        return plain.decode("utf-8", "surrogateescape")


def _encoded(text: str, content_type: str) -> bytes:
    try:
        return text.encode(*_coding(content_type))
    except (LookupError, UnicodeError):
        return text.encode("utf-8", "surrogateescape")


def _coding(content_type: str) -> tuple[str, str]:
    """Charset, and what becomes of bytes that are none of it: a file in a form stays as it is."""
    found = _CHARSET.search(content_type)
    return found[1] if found else "utf-8", "surrogateescape"
