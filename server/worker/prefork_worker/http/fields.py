"""Header fields: bytes to CGI names and values, or a refusal.

The block is decoded and split once. Control characters are counted, not searched: with n lines
there must be exactly 2n of them. Names are validated once and remembered, so that a known name
costs one look-up. What frames the message (length, coding, Host, Connection, Expect) is
gathered on the way; whether it is allowed depends on the version, which `request.py` knows.
"""

from __future__ import annotations

import re
from typing import AbstractSet, Dict, FrozenSet, Mapping, NamedTuple, Optional, Tuple

from . import Refusal, grammar

_REMEMBERED_NAMES = 1000
_unfold = re.compile(rb"[ \t]*\r\n[ \t]+").sub
# Names that nobody can register, so that no stranger's page can make them mean this machine: single labels,
# addresses, and the reserved ones (RFC 2606, 6761, 6762, 8375, and .internal).
_local_host = re.compile(
    r"[^.]*|[0-9.]+|\[.*|.*\.(localhost|local|test|example|invalid|internal|home\.arpa)"
    r"|(.*\.)?example\.(com|net|org)"
).fullmatch
_PLAIN_CONNECTIONS: Tuple[AbstractSet[str], ...] = (frozenset(), {"keep-alive"}, {"close"})
_ONCE = {"HTTP_HOST", "CONTENT_LENGTH", "CONTENT_TYPE", "SCRIPT_NAME"}
_TRAILERS_REFUSED = {
    "HTTP_HOST",
    "CONTENT_LENGTH",
    "HTTP_TRANSFER_ENCODING",
    "HTTP_TRAILER",
    "HTTP_AUTHORIZATION",
    "HTTP_TE",
}


class FieldRules(NamedTuple):
    """Gunicorn's settings of the same names; `forwarders` are the names a trusted proxy may use.

    `hosts` are the server's own, in lower case, besides local ones; None when it may be called anything.
    """

    limit_request_fields: int = 100
    limit_request_field_size: int = 8190
    header_map: str = "drop"
    forwarders: FrozenSet[str] = frozenset()
    secure_scheme_headers: Mapping[str, str] = {}
    trusted: bool = False
    permit_obsolete_folding: bool = False
    strip_header_spaces: bool = False
    hosts: Optional[FrozenSet[str]] = None


class Fields:
    """The parsed block. `environ` holds the CGI variables, on top of what the reader was given."""

    __slots__ = ("environ", "length", "coding", "connection", "expect", "plain", "mounted")

    def __init__(self, environ: Dict[str, object]) -> None:
        self.environ = environ
        self.length: Optional[int] = None
        self.coding: Optional[str] = None
        self.connection: FrozenSet[str] = frozenset()
        self.expect: Optional[str] = None
        self.plain = False
        self.mounted = False


class FieldReader:
    """Reads header blocks for one kind of peer, on top of a template of environ."""

    def __init__(self, rules: FieldRules, template: Mapping[str, object]) -> None:
        self._rules = rules
        self._template = dict(template)
        self._keys: Dict[str, str] = {}
        self._secure = {
            environ_key(name): value for name, value in rules.secure_scheme_headers.items()
        }

    def read(self, block: bytes) -> Fields:
        """`block` is all after the request line, the empty line included. Raises `Refusal`."""
        environ = self._template.copy()
        self._gather(block, environ)
        fields = Fields(environ)
        self._frame(fields)
        if self._rules.trusted:
            self._set_scheme(environ)
        return fields

    def check_host(self, host: str) -> None:
        """Raises `Refusal`, for a stranger's name, too: against DNS rebinding."""
        if not grammar.host(host):
            raise Refusal(400, f"not a Host: {host[:40]!r}")
        hosts = self._rules.hosts
        if hosts is None:
            return
        name = host.lower() if host[:1] == "[" else host.partition(":")[0].rstrip(".").lower()
        if name not in hosts and not _local_host(name):
            raise Refusal(
                403, f"not a local name; dev mode answers to it with --allowed-hosts {name[:60]}"
            )

    def check_trailers(self, block: bytes) -> None:
        """Trailers obey the same grammar; they are read and dropped. Raises `Refusal`."""
        found: Dict[str, object] = {}
        self._gather(block, found)
        refused = _TRAILERS_REFUSED & found.keys()
        if refused:
            raise Refusal(400, f"a trailer may not carry {sorted(refused)[0]}")

    def _gather(self, block: bytes, environ: Dict[str, object]) -> None:
        lines = self._split(block)
        keys, limit = self._keys, self._rules.limit_request_field_size
        seen = set()
        for line in lines:
            if limit and len(line) > limit:
                raise Refusal(431, f"a header field is longer than {limit} bytes")
            name, colon, value = line.partition(":")
            key = keys.get(name)
            if key is None or not colon:
                key = self._learn(name, colon)
            if not key:
                continue
            value = value.strip(" \t")
            if key in seen:
                value = _joined(key, environ[key], value)
            seen.add(key)
            environ[key] = value

    def _split(self, block: bytes) -> list[str]:
        if self._rules.permit_obsolete_folding:
            block = _unfold(b" ", block)
        lines = block.decode("latin-1").split("\r\n")
        # The block ends with an empty line, which leaves two empty strings (one if it is all).
        controls = len(block) - len(block.translate(None, grammar.CONTROL_CHARACTERS))
        if controls != 2 * (len(lines) - 1):
            raise Refusal(400, "a control character, bare CR or bare LF in the header")
        del lines[-2:]
        limit = self._rules.limit_request_fields
        if limit and len(lines) > limit:
            raise Refusal(431, f"more than {limit} header fields")
        return lines

    def _learn(self, name: str, colon: str) -> str:
        """The CGI name, '' to leave the field out. Folded lines and spaces before the colon end here."""
        stripped = name.rstrip(" \t") if self._rules.strip_header_spaces else name
        if not colon or not grammar.token(stripped):
            raise Refusal(400, f"not a header field: {name[:40]!r}")
        key = environ_key(stripped)
        if "_" in name:
            return self._with_underscore(stripped, key)
        if len(self._keys) < _REMEMBERED_NAMES:
            self._keys[name] = key
        return key

    def _with_underscore(self, name: str, key: str) -> str:
        # `X_Real_IP` and `X-Real-IP` would be one CGI variable: a way to spoof what a proxy sets.
        rules = self._rules
        if name.upper() in rules.forwarders or "*" in rules.forwarders:
            return "SCRIPT_NAME" if name.upper() == "SCRIPT_NAME" else key
        if rules.header_map == "dangerous":
            return key
        if rules.header_map == "refuse":
            raise Refusal(400, f"an underscore in the header name {name[:40]!r}")
        return ""

    def _frame(self, fields: Fields) -> None:
        environ = fields.environ
        length = environ.get("CONTENT_LENGTH")
        if length is not None:
            if not grammar.content_length(str(length)):
                raise Refusal(400, f"not a Content-Length: {str(length)[:40]!r}")
            fields.length = int(str(length))
        coding = environ.get("HTTP_TRANSFER_ENCODING")
        if coding is not None:
            fields.coding = str(coding).lower()
        fields.connection = _tokens(environ.get("HTTP_CONNECTION"))
        expect = environ.get("HTTP_EXPECT")
        if expect is not None:
            fields.expect = str(expect).lower()
        host = environ.get("HTTP_HOST")
        if host is not None:
            self.check_host(str(host))
        fields.mounted = bool(environ.get("SCRIPT_NAME"))
        fields.plain = (
            host is not None
            and length is None
            and coding is None
            and expect is None
            and fields.connection in _PLAIN_CONNECTIONS
            and not fields.mounted
        )

    def _set_scheme(self, environ: Dict[str, object]) -> None:
        schemes = {
            "https" if environ[key] == value else "http"
            for key, value in self._secure.items()
            if key in environ
        }
        if len(schemes) > 1:
            raise Refusal(400, "the forwarded scheme headers contradict each other")
        if schemes:
            environ["wsgi.url_scheme"] = schemes.pop()


def environ_key(name: str) -> str:
    """`Content-Type` → `CONTENT_TYPE`, `Accept` → `HTTP_ACCEPT`."""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _joined(key: str, first: object, second: str) -> str:
    if key in _ONCE:
        raise Refusal(400, f"more than one {key}")
    # RFC 6265 separates cookies with semicolons; a comma would become part of a value.
    return f"{first}; {second}" if key == "HTTP_COOKIE" else f"{first},{second}"


def _tokens(value: object) -> FrozenSet[str]:
    if value is None:
        return frozenset()
    return frozenset(part.strip(" \t").lower() for part in str(value).split(","))
