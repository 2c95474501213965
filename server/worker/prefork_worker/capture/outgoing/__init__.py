"""Requests that the app sends: a span from the first byte to the end of the answer's body.

It may go on while the app does other things, so it contains no other spans. Its answer is never read
here. Own apps on this machine get a `traceparent`, and so become children of the span.
"""

from __future__ import annotations

import re
from typing import Any, Optional

from ..hooks import Hook
from ..record import current, new_id
from ..redaction import url as without_secrets
from ..spans import Span, shown

LOOPBACK = re.compile(r"(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[?::1\]?", re.I)
shown["http"] = without_secrets

SPAN = "_prefork_span"
"""Attribute of a connection, then of its response, while the span is open."""


def begin(hook: Hook, method: Any, url: str) -> Optional[Span]:
    record = current.get()
    if record is None or hook.off:
        return None
    span = record.open("http", url)
    if span is not None:
        span.leave()
        span.attributes["http.request.method"] = str(method)
    return span


def traceparent(host: str, span: Span) -> Optional[str]:
    """The header to be sent to `host`, which names the span: only this machine is told of the trace."""
    record = current.get()
    if record is None or not is_loopback(host):
        return None
    span_id = span.attributes["span_id"] = new_id()
    return record.traceparent(span_id)


def is_loopback(host: str) -> bool:
    return LOOPBACK.fullmatch(host) is not None


def answered(span: Span, response: Any, status: Any) -> None:
    """The answer's head has come; its body follows, whenever the app reads it."""
    span.close()
    span.attributes["http.response.status_code"] = int(status)
    vars(response)[SPAN] = span


def failed(span: Span, error: BaseException) -> None:
    span.failed(error)
    span.close()


def read(response: Any) -> None:
    """The body has been read, or is given up."""
    span: Optional[Span] = vars(response).pop(SPAN, None)
    if span is not None:
        span.extend()
