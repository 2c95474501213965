"""h11's reading of one connection: an independent implementation of the same RFCs."""

from __future__ import annotations

import re
from typing import Any, List, Sequence, Tuple

import h11
from outcome import CLOSE, MORE, Outcome, Seen, as_cgi, comparable

_LIMIT = 1_000_000
_EMPTY_LINES = re.compile(rb"\A(?:\r\n)+")


def read(pieces: Sequence[bytes]) -> Outcome:
    """Answers each request as the worker does, so that pipelined ones follow."""
    requests: List[Seen] = []
    rest, end = b"".join(pieces), ""
    try:
        while not end:
            rest, end = _next(rest, requests)
    except h11.RemoteProtocolError as error:
        return Outcome(tuple(requests), error.error_status_hint)
    return Outcome(tuple(requests), end)


def _next(data: bytes, requests: List[Seen]) -> Tuple[bytes, str]:
    """Takes one request. Gives what follows it, and the end if this was it."""
    connection: Any = h11.Connection(h11.SERVER, max_incomplete_event_size=_LIMIT)
    # h11 refuses empty lines before a request, which RFC 9112, section 2.2, wants ignored.
    connection.receive_data(_EMPTY_LINES.sub(b"", data))
    event = connection.next_event()
    body = None if event is h11.NEED_DATA else _body(connection)
    if body is None:
        return b"", MORE
    requests.append(_seen(event, body))
    # Not a 2xx, by which a CONNECT would be granted.
    connection.send(h11.Response(status_code=404, headers=[("Content-Length", "0")]))
    connection.send(h11.EndOfMessage())
    closes = connection.states[h11.SERVER] is h11.MUST_CLOSE
    return connection.trailing_data[0], CLOSE if closes else ""


def _body(connection: Any) -> Any:
    """None when its end has not come."""
    body = b""
    while True:
        event = connection.next_event()
        if isinstance(event, h11.EndOfMessage):
            return body
        if not isinstance(event, h11.Data):
            return None
        body += bytes(event.data)


def _seen(request: Any, body: bytes) -> Seen:
    target = request.target.decode("latin-1")
    fields: List[Tuple[str, str]] = [
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers
    ]
    # RFC 9110, section 6.2: a higher minor version is answered as the highest one known.
    version = min(request.http_version.decode("latin-1"), "1.1")
    return Seen(
        request.method.decode("latin-1"),
        target,
        version,
        comparable(dict(as_cgi(fields)), target),
        body,
    )
