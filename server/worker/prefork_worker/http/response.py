"""The head of a response: what the app gave, checked, as bytes.

Statuses and header names repeat, so they are validated once and remembered. Hop-by-hop fields belong
to the connection, which is the server's (PEP 3333, "Other HTTP Features"): they are left out, as
Gunicorn does, and `Connection: close` is obeyed. An error would break apps that pass answers on. Framing is decided in `wsgi/response.py`.
"""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any, Dict, Iterable, List, Optional, Tuple

from . import grammar

_SERVER = b"Server: prefork\r\n"
LAST_CHUNK = b"0\r\n\r\n"
_REMEMBERED = 1000
_REMEMBERED_SIZE = 1000
_HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "trailers",
    "transfer-encoding",
    "upgrade",
}
_SPECIAL = _HOP_BY_HOP | {"content-length", "content-type", "date", "server"}

_statuses: Dict[str, str] = {}
_names: Dict[str, str] = {}
_heads: Dict[Any, ResponseHead] = {}


def response_head(status: str, headers: Iterable[Tuple[str, str]]) -> ResponseHead:
    """A `ResponseHead`, perhaps one that was made before: many answers differ in their body only.

    Raises as `ResponseHead` does, which alone decides what is allowed; what it refuses is not kept.
    """
    try:
        key: Any = (status, *headers)
        head = _heads.get(key)
    except TypeError:  # no list of tuples: the error, or not, is for the careful one to find
        return ResponseHead(status, headers)
    if head is None:
        head = ResponseHead(status, key[1:])
        if len(head.raw) <= _REMEMBERED_SIZE:
            if len(_heads) >= _REMEMBERED:
                _heads.clear()
            _heads[key] = head
    return head


def early_hints(headers: Iterable[Tuple[Any, Any]]) -> bytes:
    """A whole 103 (RFC 8297), with the same checks; names and values may be bytes, as Gunicorn allows."""
    fields = [(_text(name), _text(value)) for name, value in headers]
    return ResponseHead("103 Early Hints", fields).raw + b"\r\n"


def _text(part: Any) -> Any:
    return part.decode("latin-1") if isinstance(part, bytes) else part


class ResponseHead:
    """`raw` is the head so far, without framing, Date and the empty line. Never changed once made.

    `left_out` names the hop-by-hop fields that the app should not have sent.
    """

    __slots__ = ("raw", "code", "length", "close", "dated", "served", "content_type", "left_out")

    def __init__(self, status: str, headers: Iterable[Tuple[str, str]]) -> None:
        """Raises TypeError or ValueError that says which part PEP 3333 does not allow."""
        line = (_statuses.get(status) if type(status) is str else None) or _status_line(status)
        self.code = int(status[:3])
        self.length: Optional[int] = None
        self.close = False
        self.dated = False
        self.served = False
        self.content_type = ""
        self.left_out: Tuple[str, ...] = ()
        self.raw = self._encoded(line, headers)

    def _encoded(self, line: str, headers: Iterable[Tuple[str, str]]) -> bytes:
        parts: List[str] = [line]
        for name, value in headers:
            kind = _names.get(name)
            if kind is None:
                kind = _learn(name)
            if type(value) is not str or not value.isprintable():
                _check_value(name, value)
            if not kind or self._special(kind, value):
                parts.append(f"{name}: {value}\r\n")
        return "".join(parts).encode("latin-1")

    def _special(self, kind: str, value: str) -> bool:
        """Notes what matters for framing; False leaves the field out."""
        if kind == "content-length":
            if not grammar.content_length(value) or self.length not in (None, int(value)):
                raise ValueError(f"not a Content-Length, or another one: {value!r}")
            self.length = int(value)
            return False
        if kind == "connection":
            self.close = "close" in value.lower()
        elif kind in _HOP_BY_HOP:
            self.left_out += (kind,)
        self.dated |= kind == "date"
        self.served |= kind == "server"
        if kind == "content-type":
            self.content_type = value
        return kind not in _HOP_BY_HOP


def _status_line(status: str) -> str:
    if not isinstance(status, str):
        raise TypeError(f"the status must be a str, not {type(status).__name__}")
    if not grammar.status(status):
        raise ValueError(f"the status must be three digits, a space and a reason: {status!r}")
    line = f"HTTP/1.1 {status}\r\n"
    if len(_statuses) < _REMEMBERED:
        _statuses[status] = line
    return line


def _learn(name: str) -> str:
    """The lower-case name of a field that matters to the server, '' of any other."""
    if not isinstance(name, str):
        raise TypeError(f"a header name must be a str, not {type(name).__name__}")
    if not grammar.token(name):
        raise ValueError(f"not a header name: {name!r}")
    kind = name.lower() if name.lower() in _SPECIAL else ""
    if len(_names) < _REMEMBERED:
        _names[name] = kind
    return kind


def _check_value(name: str, value: str) -> None:
    if not isinstance(value, str):
        raise TypeError(f"the header {name} must be a str, not {type(value).__name__}")
    if not grammar.field_value(value):
        raise ValueError(f"the header {name} has a character that HTTP does not allow: {value!r}")


class _Stamp:
    """The Server and Date fields, made once a second."""

    second = 0
    both = b""
    date = b""


def stamp(head: ResponseHead) -> bytes:
    """The Server and Date fields that the app did not set itself."""
    now = int(time.time())
    if now != _Stamp.second:
        _Stamp.date = f"Date: {formatdate(now, usegmt=True)}\r\n".encode()
        _Stamp.both = _SERVER + _Stamp.date
        _Stamp.second = now
    if not (head.dated or head.served):
        return _Stamp.both
    return (b"" if head.served else _SERVER) + (b"" if head.dated else _Stamp.date)


def chunk(data: bytes) -> bytes:
    """One chunk on the wire; `data` must not be empty, which would be the last."""
    return b"%x\r\n%b\r\n" % (len(data), data)
