"""The access log: Gunicorn's `accesslog` and `access_log_format`, with its atoms.

A format is taken apart once, and only what it names is looked up. Each line is one append-mode
write, so that workers can share a file. What a client sent is escaped: it cannot forge a line.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import time
from typing import Any, Callable, Dict, List, NamedTuple, Union

DEFAULT_FORMAT = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"'

_ATOM = re.compile(r"%\(([a-zA-Z]|\{[^}]+\}[ioe])\)s|%%")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\"\\]")


class Access(NamedTuple):
    """One answered request. `head` is the response's, as sent; `duration` is in nanoseconds."""

    environ: Dict[str, Any]
    head: bytes
    status: int
    size: int
    duration: int


Part = Union[str, Callable[[Access], str]]


class AccessLog:
    """Writes to `path`, `-` for the standard output. Raises OSError, and ValueError for a format."""

    def __init__(self, path: str, format: str = DEFAULT_FORMAT) -> None:
        self._path = path
        self._parts = _compile(format)
        self._fd = self._open()

    def log(self, access: Access) -> None:
        """A log that cannot be written, a full disk say, fails no request."""
        line = "".join(part if isinstance(part, str) else part(access) for part in self._parts)
        try:
            os.write(self._fd, line.encode("utf-8", "backslashreplace"))
        except OSError:
            pass

    def reopen(self) -> None:
        """After the file was rotated away (SIGUSR1)."""
        before, self._fd = self._fd, self._open()
        if before != 1:
            os.close(before)

    def _open(self) -> int:
        if self._path == "-":
            return 1
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)


def _compile(format: str) -> List[Part]:
    parts: List[Part] = []
    end = 0
    for match in _ATOM.finditer(format):
        parts.append(format[end : match.start()])
        parts.append("%" if match[0] == "%%" else _atom(match[1]))
        end = match.end()
    return [*parts, format[end:], "\n"]


def _atom(name: str) -> Callable[[Access], str]:
    if name[0] == "{":
        return _named(name[1:-2], name[-1])
    if name not in _ATOMS:
        raise ValueError(f"access_log_format: there is no atom %({name})s")
    return _ATOMS[name]


def _named(name: str, kind: str) -> Callable[[Access], str]:
    """`{x}i`: a request header, `{x}o`: a response header, `{x}e`: an environ variable."""
    if kind == "e":
        return lambda access: _safe(access.environ.get(name))
    if kind == "o":
        return lambda access: _safe(_response_header(access.head, name))
    key = name.upper().replace("-", "_")
    key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
    return lambda access: _safe(access.environ.get(key))


def _response_header(head: bytes, name: str) -> Any:
    for line in head.decode("latin-1").split("\r\n")[1:]:
        field, _, value = line.partition(": ")
        if field.lower() == name.lower():
            return value
    return None


def _safe(value: Any) -> str:
    if value is None or value == "":
        return "-"
    return _UNSAFE.sub(lambda match: f"\\x{ord(match[0]):02x}", str(value))


def _user(access: Access) -> str:
    scheme, _, credentials = str(access.environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if scheme.lower() != "basic":
        return "-"
    try:
        decoded = base64.b64decode(credentials.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "-"
    return _safe(decoded.partition(":")[0])


def _request_line(access: Access) -> str:
    environ = access.environ
    return _safe(f"{environ['REQUEST_METHOD']} {environ['RAW_URI']} {environ['SERVER_PROTOCOL']}")


def _environ(key: str) -> Callable[[Access], str]:
    return lambda access: _safe(access.environ.get(key))


_ATOMS: Dict[str, Callable[[Access], str]] = {
    "h": _environ("REMOTE_ADDR"),
    "l": lambda access: "-",
    "u": _user,
    "t": lambda access: time.strftime("[%d/%b/%Y:%H:%M:%S %z]"),
    "r": _request_line,
    "s": lambda access: str(access.status),
    "m": _environ("REQUEST_METHOD"),
    "U": _environ("PATH_INFO"),
    "q": _environ("QUERY_STRING"),
    "H": _environ("SERVER_PROTOCOL"),
    "b": lambda access: str(access.size) if access.size else "-",
    "B": lambda access: str(access.size),
    "f": _environ("HTTP_REFERER"),
    "a": _environ("HTTP_USER_AGENT"),
    "T": lambda access: str(access.duration // 1_000_000_000),
    "M": lambda access: str(access.duration // 1_000_000),
    "D": lambda access: str(access.duration // 1_000),
    "L": lambda access: f"{access.duration / 1_000_000_000:.6f}",
    "p": lambda access: f"<{os.getpid()}>",
}
