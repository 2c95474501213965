"""The bytes of a replay, from what was told of a request, its edit, and the original of what was hidden.

Fields that were about the connection (RFC 9110, section 7.6.1) or framed the body are left out, and so
are `Expect` and the trace that the request was part of. The length is that of the body that is sent.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from ..control import Message
from . import NotReplayable, bodies, originals
from .originals import Fields, Original, value_of
from .restoring import has_holes, restored
from .sealing import NO_KEY, Seal
from .targets import as_told, quoted

_LEFT_OUT = frozenset((
    "connection", "content-length", "expect", "http2-settings", "keep-alive", "proxy-connection", "te",
    "traceparent", "tracestate", "trailer", "transfer-encoding", "upgrade",
))  # fmt: skip


class Source(NamedTuple):
    """What was told; `original` is None when nothing was sealed, or it cannot be opened, for `reason`."""

    target: str
    fields: Fields
    body: Optional[dict[str, Any]]
    original: Optional[Original]
    reason: str


def request_bytes(order: Message, seal: Seal) -> tuple[bytes, bytes]:
    """Head and body, from a `ReplayOrder` (`arbiter/control.ts`). Raises `NotReplayable`."""
    source, edit = _source(order, seal), order["edit"]
    fields, target = _edited_fields(source, edit), _edited_target(source, edit)
    body = _edited_body(source, edit, value_of(fields, "content-type"))
    unpacked = body is not None
    if body is None:
        body = bodies.as_it_was(source.body, source.original, source.reason)
    named = _lasting(fields, unpacked)
    if body or value_of(fields, "content-length"):
        named.append(("Content-Length", str(len(body))))
    method = edit.get("http.request.method", order["method"])
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in named), "", ""]
    return _bytes("\r\n".join(lines)), body


def _source(order: Message, seal: Seal) -> Source:
    original, reason = None, NO_KEY
    if order["sealed"] is not None:
        try:
            original = originals.opened(seal, order["sealed"])
        except NotReplayable as error:
            reason = str(error)
    return Source(order["target"], _pairs(order["headers"]), order["body"], original, reason)


def _pairs(fields: list[list[str]]) -> Fields:
    return [(name, value) for name, value in fields]


def _edited_target(source: Source, edit: dict[str, Any]) -> str:
    edited, original = edit.get("target", source.target), source.original
    if edited == source.target and (original or not has_holes(edited)):
        return original.target if original else edited
    whole = as_told(original.target) if original else None
    return quoted(_whole("its address", edited, source.target, whole, source.reason))


def _edited_fields(source: Source, edit: dict[str, Any]) -> Fields:
    if "headers" not in edit and source.original:
        return source.original.fields
    edited = _pairs(edit["headers"]) if "headers" in edit else source.fields
    return [(name, _field(source, name, value)) for name, value in edited]


def _field(source: Source, name: str, value: str) -> str:
    if not has_holes(value):
        return value
    if source.original is None:
        return _whole(name, value, value, None, source.reason)
    pairs = zip(source.fields, source.original.fields)
    known = [(told, was) for (key, told), (_, was) in pairs if key.lower() == name.lower()]
    if not known:
        raise NotReplayable(
            f"{name} was not among its headers: put a value in the place of {value}"
        )
    told, was = next((pair for pair in known if pair[0] == value), known[0])
    if value != told and name.lower() == "cookie":
        was = "; ".join(pair.strip() for pair in was.split(";"))
    return _whole(name, value, told, was, source.reason)


def _whole(what: str, edited: str, told: str, original: Optional[str], reason: str) -> str:
    """With nothing hidden; raises `NotReplayable` that says in what."""
    if original is None and has_holes(edited):
        raise NotReplayable(
            f"what was hidden in {what} is not known any more ({reason}): put it in the place of "
            f"[hidden], or send the request from its client again, after logging in"
        )
    try:
        return edited if original is None else restored(edited, told, original)
    except NotReplayable as error:
        raise NotReplayable(f"in {what} {error}") from None


def _edited_body(source: Source, edit: dict[str, Any], content_type: str) -> Optional[bytes]:
    """None: it stays what it was."""
    if "body" not in edit:
        return None
    if edit["body"] is None:
        return b""
    return bodies.edited(edit["body"], content_type, source.body, source.original, source.reason)


def _lasting(fields: Fields, unpacked: bool) -> Fields:
    connection = {part.strip().lower() for part in value_of(fields, "connection").split(",")}
    left_out = _LEFT_OUT | connection | ({"content-encoding"} if unpacked else set())
    return [(name, value) for name, value in fields if name.lower() not in left_out]


def _bytes(text: str) -> bytes:
    """As it was read; what a person has typed, beyond that, in UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8")
