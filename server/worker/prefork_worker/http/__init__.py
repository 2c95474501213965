"""HTTP/1.1 as the worker speaks it: no sockets here, bytes in and values or bytes out.

What all of it shares is a refusal: why a request is not served, and the answer that says so.
"""

from __future__ import annotations

from http import HTTPStatus


class Refusal(Exception):
    """The client's request cannot be served. `status` is what it is told, `detail` says why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class ClientGone(ConnectionError):
    """The client left, or took too long, before its request was read or its answer written."""


def reason(status: int) -> str:
    """The reason phrase of a status code, `Unknown` when nobody registered it."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def closing_answer(status: int, detail: str, content_type: str = "text/plain") -> bytes:
    """A whole answer after which the connection is closed. `detail` goes out as UTF-8."""
    body = f"{detail}\n".encode()
    head = (
        f"HTTP/1.1 {status} {reason(status)}\r\nContent-Type: {content_type}; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("latin-1") + body
