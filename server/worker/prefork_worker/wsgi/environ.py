"""The environ of PEP 3333: a template per listener and kind of peer, completed per request.

All that does not change between requests is in the template, onto which `http/fields.py` reads the
headers; a request then copies the result and adds its own few keys.
"""

from __future__ import annotations

import os
import sys
from io import BytesIO
from typing import Any, Dict, Tuple, Union

from ..http import Refusal
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


def build(head: RequestHead, peer: Tuple[str, str], body: Any = None) -> Environ:
    """A fresh dict for one request. `peer` is (address, port), ('', '') on a Unix socket."""
    environ = head.fields.environ.copy()
    environ["REQUEST_METHOD"] = head.method
    environ["RAW_URI"] = head.target
    environ["PATH_INFO"] = head.path
    environ["QUERY_STRING"] = head.query
    environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = peer
    environ["wsgi.input"] = BytesIO() if body is None else body
    if not head.fields.plain or not head.minor:
        _complete(environ, head)
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
