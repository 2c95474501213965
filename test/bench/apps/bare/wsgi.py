"""What the benchmarks and the tests under load serve: bare PEP 3333, as little work as can be."""

from __future__ import annotations

import os
import time
from typing import Any, Callable, Dict, Iterable, Iterator
from urllib.parse import parse_qs

HELLO = b"Hello, world!\n"
KB10 = b"x" * 10_240
MB1 = b"x" * 1_048_576
BLOCK = b"x" * 65_536


def hello(environ: Dict[str, Any]) -> Iterable[bytes]:
    return [HELLO]


def kb10(environ: Dict[str, Any]) -> Iterable[bytes]:
    return [KB10]


def mb1(environ: Dict[str, Any]) -> Iterable[bytes]:
    return [MB1]


def pid(environ: Dict[str, Any]) -> Iterable[bytes]:
    return [str(os.getpid()).encode()]


def sleep(environ: Dict[str, Any]) -> Iterable[bytes]:
    time.sleep(float(parse_qs(environ["QUERY_STRING"])["seconds"][0]))
    return [HELLO]


def sink(environ: Dict[str, Any]) -> Iterable[bytes]:
    """Reads the body in blocks and says how long it was."""
    size = 0
    while True:
        block = environ["wsgi.input"].read(len(BLOCK))
        if not block:
            return [str(size).encode()]
        size += len(block)


def source(environ: Dict[str, Any]) -> Iterator[bytes]:
    """As many blocks as asked for."""
    for _ in range(int(parse_qs(environ["QUERY_STRING"])["blocks"][0])):
        yield BLOCK


VIEWS: Dict[str, Callable[[Dict[str, Any]], Iterable[bytes]]] = {
    "/": hello, "/10k": kb10, "/1m": mb1, "/pid": pid, "/sleep": sleep, "/sink": sink,
    "/source": source,
}  # fmt: skip


def application(environ: Dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = VIEWS[environ["PATH_INFO"]](environ)
    headers = [("Content-Type", "text/plain")]
    if isinstance(body, list):
        headers.append(("Content-Length", str(len(body[0]))))
    start_response("200 OK", headers)
    return body
