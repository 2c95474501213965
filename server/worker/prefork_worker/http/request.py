"""The head of a request: bytes to a `RequestHead`, or a refusal with its status.

Two ways lead to the same result. `careful` takes any head and checks everything. `quick` takes
what it has seen before: clients on a keep-alive connection repeat their header block byte for
byte, so a block that was read once and needs no care (no body, no Expect, HTTP/1.1 with a Host) is
looked up whole, and only the request line is matched. A test holds that both agree.
"""

from __future__ import annotations

from typing import Dict, NamedTuple, Optional, Tuple
from urllib.parse import unquote_to_bytes

from . import Refusal, grammar
from .fields import FieldReader, Fields

END = b"\r\n\r\n"
_REMEMBERED_BLOCKS = 512
_REMEMBERED_SIZE = 4096
_HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n"


class Leniency(NamedTuple):
    """Gunicorn's settings of these names. They take what the RFCs, or caution, refuse."""

    permit_unconventional_http_method: bool = False
    permit_unconventional_http_version: bool = False
    casefold_http_method: bool = False


class RequestHead(NamedTuple):
    """`path` is percent-decoded, as latin-1; `length` is None when chunked."""

    method: str
    target: str
    path: str
    query: str
    minor: int
    fields: Fields
    keep_alive: bool
    length: Optional[int]
    expects_continue: bool


class HeadReader:
    """Reads the heads of one kind of peer; see `FieldReader`."""

    def __init__(
        self,
        fields: FieldReader,
        limit_request_line: int,
        limit_head: int,
        lenient: Leniency = Leniency(),  # noqa: B008 - it cannot be changed
    ) -> None:
        self._fields = fields
        self._lenient = lenient
        self._limit_line = limit_request_line or limit_head
        self._limit_head = limit_head
        self._known: Dict[bytes, Fields] = {}

    def quick(self, data: bytes) -> Optional[RequestHead]:
        """The head if `data` is exactly one that needs no care, else None."""
        cut = data.find(b"\r\n") + 2
        fields = self._known.get(data[cut:])
        if fields is None or cut > self._limit_line:
            return None
        match = grammar.plain_request_line(data[:cut].decode("latin-1"))
        if match is None:
            return None
        method, target, path, query = match.groups()
        if "%" in path:
            path = unquote_to_bytes(path).decode("latin-1")
        keep_alive = "close" not in fields.connection
        return RequestHead(method, target, path, query or "", 1, fields, keep_alive, 0, False)

    def end(self, data: bytes) -> int:
        """Where the head ends, 0 for not yet. Raises `Refusal` for what cannot become one."""
        end = data.find(END) + 4
        if end > 3 and end <= self._limit_head:
            return end
        self._refuse_early(data)
        return 0

    def careful(self, data: bytes) -> RequestHead:
        """`data` is one whole head. Raises `Refusal`."""
        line, _, block = data.partition(b"\r\n")
        if len(line) > self._limit_line:
            raise Refusal(414, f"the request line is longer than {self._limit_line} bytes")
        method, target, minor = self._request_line(line.decode("latin-1"))
        path, query, authority = _split_target(method, target)
        fields = self._fields.read(block)
        head = _framed(method, target, path, query, minor, fields)
        if authority is not None:
            self._fields.check_host(authority)
            fields.environ["HTTP_HOST"] = authority
        elif fields.plain:
            self._remember(block, fields)
        return head

    def check_trailers(self, block: bytes) -> None:
        """See `FieldReader.check_trailers`."""
        self._fields.check_trailers(block)

    def _request_line(self, line: str) -> Tuple[str, str, int]:
        """(method, target, minor version)"""
        lenient = self._lenient
        any_method = lenient.permit_unconventional_http_method
        match = (grammar.any_request_line if any_method else grammar.request_line)(line)
        if match is None:
            raise Refusal(400, f"not a request line: {line[:60]!r}")
        method, target, major, minor = match.groups()
        if major != "1" and not lenient.permit_unconventional_http_version:
            raise Refusal(505, f"HTTP/{major}.{minor} is not spoken here")
        method = method.upper() if lenient.casefold_http_method else method
        return method, target, int((major, minor) > ("1", "0"))

    def _remember(self, block: bytes, fields: Fields) -> None:
        if len(block) <= _REMEMBERED_SIZE:
            if len(self._known) >= _REMEMBERED_BLOCKS:
                self._known.clear()
            self._known[block] = fields

    def _refuse_early(self, data: bytes) -> None:
        if (
            data[:1] == b"\x16"
        ):  # the content type of a handshake record, which no request begins with
            raise Refusal(400, "this is a TLS handshake, but the address speaks plain HTTP")
        if data.startswith(_HTTP2_PREFACE):
            raise Refusal(505, "HTTP/2 is not spoken here")
        line = data.find(b"\n")
        if line > 0 and data[line - 1] != 13 or line == 0:
            raise Refusal(400, "a line ends with a bare LF")
        if (line if line >= 0 else len(data)) > self._limit_line + 1:
            raise Refusal(414, f"the request line is longer than {self._limit_line} bytes")
        if len(data) > self._limit_head:
            raise Refusal(431, "the header is too large")


def _split_target(method: str, target: str) -> Tuple[str, str, Optional[str]]:
    """(path, query, authority): RFC 9112, section 3.2."""
    if target[0] == "/":
        path, _, query = target.partition("?")
        return _decoded(path), query, None
    if target == "*" and method == "OPTIONS":
        return "*", "", None
    match = grammar.absolute_target(target)
    if match is None or method == "CONNECT" or not grammar.host(match[1]):
        raise Refusal(400, f"not a request target: {target[:60]!r}")
    return _decoded(match[2] or "/"), match[3] or "", match[1]


def _decoded(path: str) -> str:
    if "%" not in path:
        return path
    return unquote_to_bytes(path.encode("latin-1")).decode("latin-1")


def _framed(
    method: str, target: str, path: str, query: str, minor: int, fields: Fields
) -> RequestHead:
    if minor and "HTTP_HOST" not in fields.environ:
        raise Refusal(400, "HTTP/1.1 needs a Host header")
    length: Optional[int] = fields.length or 0
    if fields.coding is not None:
        _check_coding(fields, minor)
        length = None
    expects = False
    if fields.expect is not None and minor:
        if fields.expect != "100-continue":
            raise Refusal(417, f"cannot meet the expectation {fields.expect[:40]!r}")
        expects = length != 0
    keep_alive = "close" not in fields.connection if minor else "keep-alive" in fields.connection
    return RequestHead(method, target, path, query, minor, fields, keep_alive, length, expects)


def _check_coding(fields: Fields, minor: int) -> None:
    """RFC 9112, section 6.1: `chunked`, once, and no length beside it."""
    if not minor:
        raise Refusal(400, "HTTP/1.0 has no Transfer-Encoding")
    if fields.length is not None:
        raise Refusal(400, "both Content-Length and Transfer-Encoding")
    # Only these two: a bare `strip` would take a no-break space (0xa0) and unite what proxies do not.
    codings = [coding.strip(" \t") for coding in str(fields.coding).split(",")]
    if codings == ["chunked"]:
        return
    if "chunked" in codings:
        raise Refusal(400, "chunked is not the one and only transfer coding")
    raise Refusal(501, f"the transfer coding {str(fields.coding)[:40]!r} is not known")
