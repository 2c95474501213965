"""Random connections: requests after the grammar, well-formed and not, then damaged at random."""

from __future__ import annotations

from random import Random
from typing import Callable, List, Sequence

_METHODS = ("GET", "GET", "POST", "PUT", "HEAD", "OPTIONS", "FROB", "get", "G T", "CONNECT", "G;T")
_TARGETS = (
    "/", "/", "/a?b=c", "/%41%zz?%", "/a/../b", "//", "*", "http://a/b", "http://a", "https://a:1?q",
    "/\xc3\xa9", "/a#b", "a", "", "/ /", "http://", "/?", "/;x=1", "http://u@a/",
)  # fmt: skip
_VERSIONS = ("HTTP/1.1",) * 8 + ("HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "http/1.1", "HTTP/1.1 ")
_FIELDS = (
    "Accept: */*", "Accept: a,b", "Cookie: a=1", "Cookie: b=2", "X_Y: 1", "X-Y: 2", "X-Empty:",
    "Connection: close", "Connection: keep-alive", "Connection: Keep-Alive, X", "Expect: 100-continue",
    "Content-Type: text/plain", "Content-Length: 0", "Content-Length: 3", "Content-Length: 03",
    "Transfer-Encoding: chunked", "Transfer-Encoding: CHUNKED", "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: identity", "Transfer-Encoding : chunked", "Content-Length: 1, 1",
    "Host: other", "Upgrade: h2c", "X: \xff\x80", "X:\t a \t", "X : 1", " folded", "\tfolded", "X",
    "TE: trailers", "Trailer: X", "SCRIPT_NAME: /a", "Script-Name: /a", "Host", "Content-Length",
)  # fmt: skip
_EXTENSIONS = ("", "", "", ";a", ";a=b", ';a="b\\"c"', " ;a=b", "; a = b", ";", ";=b", " ", ";a\tb")
_TRAILERS = (
    "",
    "",
    "",
    "X-Sum: 1\r\n",
    "Host: a\r\n",
    "Content-Length: 1\r\n",
    "X : 1\r\n",
    "X\r\n",
)
_BREAKS = ("\r\n",) * 60 + ("\n", "\r", "\r\r\n", "\n\r\n", "")
_DAMAGE = (
    b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\x00", b" ", b"\t", b":", b";", b",", b"\x0b", b"\x7f",
    b"\x80", b"\xa0", b"\x85", b"0", b"-", b"+", b"_", b"\xff", b"chunked", b"Content-Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"0\r\n\r\n",
)  # fmt: skip
_LARGE = 70_000  # more than the worker collects before it calls the app


def connection(random: Random) -> bytes:
    """The bytes of one connection: one to three requests, often damaged."""
    data = "".join(_request(random) for _ in range(random.choice((1, 1, 2, 3)))).encode("latin-1")
    while random.random() < 0.4:
        data = random.choice(_MUTATIONS)(data, random)
    return data


def cut(data: bytes, random: Random) -> List[bytes]:
    """The same bytes in up to nine pieces."""
    places = sorted(random.randrange(len(data) + 1) for _ in range(random.randrange(1, 9)))
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)])]


def _request(random: Random) -> str:
    body = random.choice((_nothing, _nothing, _length, _chunks, _chunks))(random)
    fields = [random.choice(_FIELDS) for _ in range(random.choice((0, 0, 1, 2, 4)))]
    host = [] if random.random() < 0.03 else ["Host: a"]
    framing, _, payload = body.partition("\n")
    lines = [_line(random), *host, *fields, *([framing] if framing else []), ""]
    if not framing and random.random() < 0.7:
        lines = [_simple(random), "Host: a", "Accept: */*", ""]  # what the quick way is for
    return "".join(line + random.choice(_BREAKS) for line in lines) + payload


def _simple(random: Random) -> str:
    return f"GET {random.choice(_TARGETS)} HTTP/1.1"


def _line(random: Random) -> str:
    parts: Sequence[Sequence[str]] = (_METHODS, _TARGETS, _VERSIONS)
    if random.random() < 0.7:
        return f"{random.choice(('GET', 'POST'))} /p {random.choice(('HTTP/1.1', 'HTTP/1.0'))}"
    return " ".join(random.choice(part) for part in parts)


def _nothing(random: Random) -> str:
    return ""


def _length(random: Random) -> str:
    size = _LARGE if random.random() < 0.01 else random.randrange(40)
    return f"Content-Length: {size}\n" + "b" * size


def _chunks(random: Random) -> str:
    chunks = "".join(_chunk(random) for _ in range(random.randrange(4)))
    last = f"0{random.choice(_EXTENSIONS)}\r\n{random.choice(_TRAILERS)}\r\n"
    return f"Transfer-Encoding: chunked\n{chunks}{last}"


def _chunk(random: Random) -> str:
    size = _LARGE if random.random() < 0.005 else random.randrange(1, 40)
    number = random.choice((f"{size:x}", f"{size:X}", f"{size:04x}"))
    return f"{number}{random.choice(_EXTENSIONS)}\r\n{'c' * size}{random.choice(_BREAKS)}"


def _overwritten(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def _inserted(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(_DAMAGE) + data[at:]


def _deleted(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + data[at + random.randrange(1, 5) :]


def _repeated(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data) + 1)
    end = start + random.randrange(40)
    return data[:end] + data[start:]


def _truncated(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


_MUTATIONS: Sequence[Callable[[bytes, Random], bytes]] = (
    _overwritten, _overwritten, _inserted, _inserted, _inserted, _deleted, _repeated, _truncated,
)  # fmt: skip
