"""One request and its answer: calls the app in the current thread and settles what follows.

Whatever the app raises ends here, `SystemExit` included: before the head is sent it becomes a 500
(in dev mode with the traceback), after it the connection is cut, so that the client knows.
"""

from __future__ import annotations

import os
import traceback
from io import BytesIO
from time import perf_counter_ns
from typing import Any, Callable, NamedTuple, Optional, Set, Tuple

from ..http import ClientGone, Refusal, reason
from ..wsgi.environ import BLOCK, BodyInput, Environ, build
from ..wsgi.recording import Capture, RecordedResponse
from ..wsgi.response import Application, Response
from .access_log import Access, AccessLog
from .connection import Connection, Request

_TEXT = "text/plain; charset=utf-8"
_told: Set[str] = set()


class Stage(NamedTuple):
    """Where the app is called. `log` takes (level, message)."""

    application: Application
    dev: bool
    capture: Optional[Capture]
    access_log: Optional[AccessLog]
    log: Callable[[str, str], None]


def serve(stage: Stage, connection: Connection, request: Request) -> None:
    """Answers one request. Never raises; what became of the connection is noted on it."""
    if stage.capture is not None:
        _serve_recorded(stage, stage.capture, connection, request)
        return
    head = request.head
    response = Response(connection, head.method, head.minor, head.keep_alive)
    connection.response = response
    environ: Environ = {}
    try:
        environ = _environ(connection, request, response)
        response.run(stage.application, environ)
    except BaseException as error:  # noqa: BLE001 - the app's SystemExit must not end the worker
        _settle(stage, connection, request, response, error)
    _finish(stage, connection, request, response, environ)


def _serve_recorded(
    stage: Stage, capture: Capture, connection: Connection, request: Request
) -> None:
    head = request.head
    record = capture.begin(head.method, head.path, head.query, connection.peer[0], connection.began)
    if connection.replay is not None:
        record.repeats(connection.replay.request, connection.replay.original)
    traceparent = head.fields.environ.get("HTTP_TRACEPARENT")
    if traceparent:
        record.continues(traceparent, head.fields.environ.get("HTTP_TRACESTATE", ""))
    response = RecordedResponse(connection, head, capture, record, connection.began)
    connection.response = response
    environ: Environ = {}
    body = None if record.light else _payload(request)
    try:
        environ = _environ(connection, request, response)
        environ["wsgi.errors"] = capture.errors(record)
        response.run(stage.application, environ)
        if not (response.close or connection.exposed.taken or isinstance(request.body, BodyInput)):
            connection.deposit.answered(connection)  # the client may ask on while this is recorded
    except ClientGone as error:
        record.client_gone = True
        _settle(stage, connection, request, response, error)
    except BaseException as error:  # noqa: BLE001
        if not _taken_over(connection, error):
            capture.uncaught(record, error)
            record.status = record.status if response.sent_head else 500
        _settle(stage, connection, request, response, error)
    record.request_size = _body_size(request)
    record.response_size = response.sent
    if not record.light:
        record.exchanged(request.raw, _kept(request, body), response.answer, response.kept)
    capture.end(record)
    _finish(stage, connection, request, response, environ)


def _payload(request: Request) -> Optional[bytes]:
    """The body that is at hand, shared with the app's `wsgi.input`."""
    if isinstance(request.body, BodyInput):
        request.body.kept = bytearray()
    return request.body.getvalue() if type(request.body) is BytesIO else None


def _kept(request: Request, body: Optional[bytes]) -> Optional[bytes]:
    """Of a body that was not at hand, what the app has read, or its beginning on the disk."""
    if isinstance(request.body, BodyInput):
        return bytes(request.body.kept or b"")
    if request.spool is None:
        return body
    try:
        return os.pread(request.spool.fileno(), BLOCK, 0)
    except (OSError, ValueError):
        return None  # the app has closed it


def _environ(connection: Connection, request: Request, response: Response) -> Environ:
    environ = build(request.head, connection.peer, request.body, connection.origin)
    environ["wsgi.early_hints"] = response.early_hints
    if not connection.secure:
        environ["gunicorn.socket"] = connection.exposed
    return environ


def _taken_over(connection: Connection, error: BaseException) -> bool:
    """How a WebSocket library tells Gunicorn that it has answered by itself."""
    return isinstance(error, StopIteration) and connection.exposed.taken


def _log_access(
    log: AccessLog, environ: Environ, connection: Connection, response: Response
) -> None:
    head = response.head
    status = head.code if head is not None and response.sent_head else 500
    duration = perf_counter_ns() - connection.called
    log.log(Access(environ, head.raw if head else b"", status, response.sent, duration))


def _tell_of_mended(stage: Stage, request: Request, response: Response) -> None:
    """To whoever develops the app: the first time that it sends what it should not."""
    for what in response.mended():
        if what not in _told:
            _told.add(what)
            where = f"{request.head.method} {request.head.target}"
            stage.log("warning", f"The app sent {what}: {where}")


def _finish(
    stage: Stage, connection: Connection, request: Request, response: Response, environ: Environ
) -> None:
    taken = connection.exposed.taken
    if stage.access_log is not None and environ and not (taken and connection.gone):
        _log_access(stage.access_log, environ, connection, response)
    connection.response = None
    connection.close = response.close or connection.replay is not None
    if stage.dev and not connection.gone:
        _tell_of_mended(stage, request, response)
    if taken:
        connection.exposed.give_back()
    if request.spool is not None:
        request.spool.close()
    if isinstance(request.body, BodyInput) and not connection.gone:
        try:
            connection.finish_body(request.body)
        except ClientGone:
            connection.gone = True
        except Refusal:
            connection.close = connection.unfinished = True
    connection.deposit.answered(connection)


def _settle(
    stage: Stage,
    connection: Connection,
    request: Request,
    response: Response,
    error: BaseException,
) -> None:
    """The app, or the connection under it, failed."""
    if isinstance(error, ClientGone) or _taken_over(connection, error):
        connection.gone = True
        return
    if not isinstance(error, Refusal):
        head = request.head
        lines = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        stage.log("error", f"Error handling request {head.method} {head.target}\n{lines.rstrip()}")
    if response.sent_head:
        connection.gone = True  # an error page inside half an answer would pass for the app's own
        return
    try:
        _answer_failure(stage, connection, request, response, error)
    except ClientGone:
        connection.gone = True


def _answer_failure(
    stage: Stage,
    connection: Connection,
    request: Request,
    response: Response,
    error: BaseException,
) -> None:
    status, content_type, body = 500, _TEXT, b"Internal Server Error\n"
    if isinstance(error, Refusal):
        status, body = error.status, f"{error.detail}\n".encode()
    elif stage.dev:
        content_type, body = _traceback_page(error, request)
    head, keep_alive = request.head, not (response.close or isinstance(error, Refusal))
    answer = Response(connection, head.method, head.minor, keep_alive)
    answer.start_response(f"{status} {reason(status)}", [("Content-Type", content_type)])
    answer.send([body])
    response.close = answer.close
    response.sent = answer.sent
    response.head = answer.head
    response.sent_head = True


def _traceback_page(error: BaseException, request: Request) -> Tuple[str, bytes]:
    accept = str(request.head.fields.environ.get("HTTP_ACCEPT", ""))
    try:
        from ..failure import traceback_page
    except ImportError:
        lines = traceback.format_exception(type(error), error, error.__traceback__)
        return _TEXT, "".join(lines).encode("utf-8", "replace")
    page: Tuple[str, bytes] = traceback_page(error, accept)
    return page


def _body_size(request: Request) -> int:
    body: Any = request.body
    return body.size if isinstance(body, BodyInput) else request.size
