"""The environ of PEP 3333: a template per listener and kind of peer, completed per request.

All that does not change between requests is in the template, onto which `http/fields.py` reads the
headers; a request then copies the result and adds its own few keys.

`wsgi.input` needs more only for a body that is still on its way: small ones are collected before
the app is called. Then the app's own thread reads from the connection, through a decoder that knows
where the body ends; reading past the end gives b"" and never blocks. A body cut short raises, so
that no app takes half an upload for all.
"""

from __future__ import annotations

import os
import sys
from io import BytesIO
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Union

from ..http import Refusal
from ..http.body import Body
from ..http.request import RequestHead
from . import FileWrapper

Environ = Dict[str, Any]
Address = Union[str, bytes, Tuple[Any, ...], None]
_PROTOCOLS = ("HTTP/1.0", "HTTP/1.1")


def template(address: Address, multithread: bool, multiprocess: bool) -> Environ:
    """`address` is what `getsockname()` of the listener gives."""
    name, port = server_name(address)
    return {
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": multithread,
        "wsgi.multiprocess": multiprocess,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
        "wsgi.input_terminated": True,
        "SERVER_SOFTWARE": "prefork",
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SCRIPT_NAME": os.environ.get("SCRIPT_NAME", ""),
    }


def server_name(address: Address) -> Tuple[str, str]:
    """SERVER_NAME and SERVER_PORT, neither of which may be empty; a Unix socket has neither."""
    if isinstance(address, tuple):
        return str(address[0]), str(address[1])
    return "localhost", "80"


def build(
    head: RequestHead, peer: Tuple[str, str], body: Any = None, origin: Optional[Environ] = None
) -> Environ:
    """A fresh dict for one request. `peer` is (address, port), ('', '') on a Unix socket.

    `origin` is what a front end said of the client, in keys of the environ (the PROXY protocol).
    """
    environ = head.fields.environ.copy()
    environ["REQUEST_METHOD"] = head.method
    environ["RAW_URI"] = head.target
    environ["PATH_INFO"] = head.path
    environ["QUERY_STRING"] = head.query
    environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = peer
    environ["wsgi.input"] = BytesIO() if body is None else body
    if not head.fields.plain or not head.minor:
        _complete(environ, head)
    if origin:
        environ.update(origin)
    return environ


def _complete(environ: Environ, head: RequestHead) -> None:
    """What only some requests need."""
    environ["SERVER_PROTOCOL"] = _PROTOCOLS[head.minor]
    if head.length is None:
        environ.pop("CONTENT_LENGTH", None)
    if head.fields.mounted:
        script = environ["SCRIPT_NAME"]
        if not head.path.startswith(script):
            raise Refusal(500, f"the path does not begin with SCRIPT_NAME {script!r}")
        environ["PATH_INFO"] = head.path[len(script) :]


BLOCK = 65536


class BodyInput:
    """`receive` blocks for the next bytes of the connection and raises `ClientGone` at its end."""

    def __init__(
        self,
        body: Body,
        buffer: bytearray,
        ready: bytes,
        receive: Callable[[], bytes],
        before_first_read: Callable[[], None],
    ) -> None:
        self.buffer = buffer
        self.size = len(ready)
        self._body = body
        self._receive = receive
        self._before_first_read = before_first_read
        self.untouched = True
        self.kept: Optional[bytearray] = None
        """What the app has read, up to a bound, if capture wants it."""
        self._ready = bytearray(ready)

    @property
    def exhausted(self) -> bool:
        """The body was taken off the connection to its end."""
        return self._body.done

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer only at the end; all that is left when negative."""
        wanted = float("inf") if size is None or size < 0 else size
        while len(self._ready) < wanted and self._fill():
            pass
        return self._take(len(self._ready) if size is None or size < 0 else size)

    def readline(self, size: int = -1) -> bytes:
        limit = float("inf") if size is None or size < 0 else size
        searched = 0
        while True:
            end = self._ready.find(b"\n", searched) + 1
            if end or len(self._ready) >= limit:
                break
            searched = len(self._ready)
            if not self._fill():
                break
        end = end or len(self._ready)
        return self._take(int(min(end, limit)))

    def readlines(self, hint: int = -1) -> List[bytes]:
        lines, total = [], 0
        for line in self:
            lines.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return lines

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def drain(self, limit: int) -> bool:
        """Drops what the app left unread; False when more than `limit` bytes are still to come."""
        while not self._body.done and limit > 0:
            self._ready.clear()
            if not self._fill():
                break
            limit -= len(self._ready)
        return self._body.done

    def _fill(self) -> bool:
        """Adds at least one byte to what is ready; False at the end of the body."""
        if self.untouched:
            self.untouched = False
            self._before_first_read()
        while not self._body.done:
            payload = self._body.decode(self.buffer, BLOCK)
            if payload:
                self.size += len(payload)
                self._ready += payload
                return True
            if not self._body.done:
                self.buffer += self._receive()
        return False

    def _take(self, size: int) -> bytes:
        data = bytes(self._ready[:size])
        del self._ready[:size]
        if self.kept is not None and len(self.kept) < BLOCK:
            self.kept += data[: BLOCK - len(self.kept)]
        return data
