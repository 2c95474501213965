"""The headers and bodies of one request, as bytes that were there anyway until they are told of.

While the request runs only references are kept: what was read of it, the head that was sent, the
first pieces of the body. Parsing, decoding and hiding secrets follow on the control thread, and
only for requests that are told of in full.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any, NamedTuple, Optional

from ..replay import originals
from . import redaction

MAX_BODY = 65536
TEXTUAL = ("json", "xml", "javascript", "urlencoded", "form-data", "graphql", "yaml", "csv")

Head = list[redaction.Line]
Body = dict[str, Any]


class Exchange(NamedTuple):
    """`raw` begins with the request's head, `answer` is the answer's.

    `sent` is what is known of the body that was sent, None when that is nothing. `private`: the app has said
    that what was posted is a secret. `error_page`: the framework made the answer, of an exception.
    """

    raw: bytes
    body: Optional[bytes]
    answer: bytes
    sent: Optional[bytes]
    private: bool = False
    error_page: bool = False

    @property
    def weight(self) -> int:
        """Bytes that it holds."""
        return sum(len(part) for part in (self.raw, self.body, self.answer, self.sent) if part)

    def told(self, method: str, target: str, received: int, sent: int) -> dict[str, Any]:
        """The fields of `CapturedTrace`; `received` and `sent` are the sizes of the bodies.

        `target` is what is told of path and query.
        """
        lines = head(self.raw, method)
        asked, answered = redaction.head(lines[1:]), redaction.head(head(self.answer, "HTTP/")[1:])
        told: dict[str, Any] = {
            "request_headers": [told for told, _, _ in asked],
            "response_headers": [told for told, _, _ in answered],
        }
        if received:
            told["request_body"] = body(self.body, received, asked, self.private)
        if sent:
            told["response_body"] = body(self.sent, sent, answered, self.error_page)
        whole = self.body if len(self.body or b"") == received else None
        fields = [(name, content) for (name, _), _, content in asked]
        sealed = originals.sealed(lines[0], fields, whole, target, told)
        return {**told, "sealed": sealed} if sealed else told


def head(raw: bytes, begins: str) -> list[str]:
    """The lines of the head that begins so; a PROXY header may be before it, and a body after it."""
    start = max(0, raw.find(begins.encode("latin-1")))
    end = raw.find(b"\r\n\r\n", start)
    return raw[start : end if end >= 0 else len(raw)].decode("latin-1").split("\r\n")


def body(content: Optional[bytes], size: int, headers: Head, hidden: bool) -> Body:
    """As `Body` in `server/stream/trace.ts`. `hidden`: nothing of it is to be seen."""
    kind = value_of(headers, "content-type")
    told: Body = {"size": size, "content_type": kind, "text": None, "cut": size}
    if hidden:
        return {**told, "redacted": True}
    if content is None or not is_text(kind):
        return told
    told["cut"] = max(0, size - len(content))
    plain = decoded(content, value_of(headers, "content-encoding").lower())
    if plain is None:
        return {**told, "cut": size}
    told["text"], redacted = redaction.form(plain, kind)
    return {**told, "redacted": True} if redacted else told


def value_of(headers: Head, name: str) -> str:
    for _, known, content in headers:
        if known == name:
            return content
    return ""


@lru_cache(maxsize=100)
def is_text(content_type: str) -> bool:
    kind = content_type.lower()
    return kind.startswith("text/") or any(word in kind for word in TEXTUAL)


def decoded(content: bytes, coding: str) -> Optional[bytes]:
    """At most `MAX_BODY` bytes, however small what unpacks to them; None when it cannot be unpacked."""
    if coding in ("", "identity"):
        return content
    if coding not in ("gzip", "deflate"):
        return None
    try:
        return zlib.decompressobj(47).decompress(content, MAX_BODY)
    except zlib.error:
        return None
