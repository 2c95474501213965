"""`http.client`, and so urllib, urllib3, requests and botocore. Each try and redirect is a span.

Not told of: what opens its connection before it begins a request (urllib3 does for https) and fails at it.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, Optional

from ..hooks import Function, Hook, Install, mark, patch
from ..spans import Span
from . import SPAN, answered, begin, failed, read, traceparent


def install(module: ModuleType, hook: Hook) -> None:
    connection, response = module.HTTPConnection, module.HTTPResponse
    patch(connection, "putrequest", lambda original: beginning(original, hook))
    patch(connection, "endheaders", lambda original: sending(original, hook, connection))
    patch(connection, "getresponse", lambda original: answering(original, hook))
    patch(connection, "close", lambda original: closing(original, hook))
    patch(response, "_close_conn", lambda original: ending(original, hook))


def beginning(original: Function, hook: Hook) -> Function:
    def putrequest(self: Any, method: Any, url: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        span = open_span(hook, self, method, url)
        if span is None:
            return original(self, method, url, *args, **kwargs)
        try:
            return original(self, method, url, *args, **kwargs)
        except BaseException as error:
            failed(vars(self).pop(SPAN), error)
            raise

    return mark(putrequest, original)


def open_span(hook: Hook, connection: Any, method: Any, url: Any) -> Optional[Span]:
    try:
        give_up(connection)
        span = begin(hook, method, address(connection, url))
        if span is not None:
            vars(connection)[SPAN] = span
        return span
    except Exception as error:
        hook.fail(error)
        return None


def address(connection: Any, url: Any) -> str:
    """The whole URL; a proxy is asked for it as it is."""
    target = str.__str__(url) if isinstance(url, str) else "/"
    if target.startswith(("http://", "https://")):
        return target
    tunnel = getattr(connection, "_tunnel_host", None)
    host = tunnel or connection.host
    port = connection._tunnel_port if tunnel else connection.port
    scheme = "https" if connection.default_port == 443 else "http"
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}{'' if port == connection.default_port else f':{port}'}{target}"


def sending(original: Function, hook: Hook, connection: Any) -> Function:
    """Where the head is complete, and where connecting fails."""

    def endheaders(self: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        if SPAN not in vars(self):
            return original(self, *args, **kwargs)
        propagate(hook, self, connection)
        try:
            return original(self, *args, **kwargs)
        except BaseException as error:
            failed(vars(self).pop(SPAN), error)
            raise

    return mark(endheaders, original)


def propagate(hook: Hook, connection: Any, kind: Any) -> None:
    """Adds `traceparent`, unless the app has set one; not through a proxy, which is elsewhere."""
    try:
        sent = (bytes(line[:12]).lower() for line in connection._buffer)
        if connection._tunnel_host or b"traceparent:" in sent:
            return
        value = traceparent(connection.host, vars(connection)[SPAN])
        if value is not None:
            kind.putheader(connection, "traceparent", value)
    except Exception as error:
        hook.fail(error)


def answering(original: Function, hook: Hook) -> Function:
    def getresponse(self: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        span = vars(self).pop(SPAN, None)
        if span is None:
            return original(self, *args, **kwargs)
        try:
            response = original(self, *args, **kwargs)
        except BaseException as error:
            failed(span, error)
            raise
        try:
            answered(span, response, response.status)
            if response.isclosed():
                read(response)
        except Exception as error:
            hook.fail(error)
        return response

    return mark(getresponse, original)


def closing(original: Function, hook: Hook) -> Function:
    def close(self: Any) -> Any:
        __traceback_hide__ = True
        give_up(self)
        return original(self)

    return mark(close, original)


def give_up(connection: Any) -> None:
    """Ends the span of a request that got no answer."""
    span = vars(connection).pop(SPAN, None)
    if span is not None:
        span.close()


def ending(original: Function, hook: Hook) -> Function:
    def _close_conn(self: Any) -> Any:
        __traceback_hide__ = True
        read(self)
        return original(self)

    return mark(_close_conn, original)


HOOKS: dict[str, Install] = {"http.client": install}
