"""What an answer tells its client of the request: its id, and where the time went so far.

`Server-Timing` is what a browser's network panel shows; one of the app's own stays beside it. The id
is the one that the panel and the stream know.

Source: https://www.w3.org/TR/server-timing/
"""

from __future__ import annotations

from .record import Record


def response_headers(record: Record, app: int) -> bytes:
    """Two header fields; `app` is how long the app has run as the head is sent, in nanoseconds."""
    timing = b"Server-Timing: app;dur=%.1f" % (app / 1e6)
    sql = record.spans.totals("sql").get("sql") if record.spans is not None else None
    if sql is not None:
        count, took = sql
        queries = b"query" if count == 1 else b"queries"
        timing += b', db;dur=%.1f;desc="%d %b"' % (took / 1e6, count, queries)
    return b"%b\r\nX-Prefork-Request: %b\r\n" % (timing, record.request.encode())
