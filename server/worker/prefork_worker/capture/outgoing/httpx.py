"""httpx, sync and async, which has an HTTP of its own. Each redirect is a span."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Optional

from ..hooks import Function, Hook, Install, mark, patch
from ..spans import Span
from . import answered, begin, failed, read, traceparent


def install(module: ModuleType, hook: Hook) -> None:
    """Into `httpx._client`."""
    single = "_send_single_request" in module.Client.__dict__
    send = "_send_single_request" if single else "send"
    patch(module.Client, send, lambda original: sending(original, hook))
    patch(module.AsyncClient, send, lambda original: sending_async(original, hook))
    patch(module.Response, "close", closing)
    patch(module.Response, "aclose", closing_async)


class Sending:
    """A request while it is sent, with `traceparent` in its headers unless the app has set one.

    If no answer comes, its span ends here, failed.
    """

    def __init__(self, span: Span, request: Any) -> None:
        self.span = span
        self._headers = None
        set_by_app = "traceparent" in request.headers
        value = None if set_by_app else traceparent(request.url.host, span)
        if value is not None:
            self._headers = request.headers
            self._headers["traceparent"] = value

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Optional[BaseException], traceback: Any) -> None:
        if self._headers is not None:
            self._headers.pop("traceparent", None)
        if error is not None:
            failed(self.span, error)


def begin_sending(hook: Hook, request: Any) -> Optional[Sending]:
    """None outside of a request."""
    try:
        span = begin(hook, request.method, str(request.url))
        return None if span is None else Sending(span, request)
    except Exception as error:
        hook.fail(error)
        return None


def note(hook: Hook, span: Span, response: Any) -> None:
    try:
        answered(span, response, response.status_code)
        if response.is_closed:
            read(response)
    except Exception as error:
        hook.fail(error)


def sending(original: Function, hook: Hook) -> Function:
    def send(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        underway = begin_sending(hook, request)
        if underway is None:
            return original(self, request, *args, **kwargs)
        with underway:
            response = original(self, request, *args, **kwargs)
        note(hook, underway.span, response)
        return response

    return mark(send, original)


def sending_async(original: Function, hook: Hook) -> Function:
    async def send(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        underway = begin_sending(hook, request)
        if underway is None:
            return await original(self, request, *args, **kwargs)
        with underway:
            response = await original(self, request, *args, **kwargs)
        note(hook, underway.span, response)
        return response

    return mark(send, original)


def closing(original: Function) -> Function:
    def close(self: Any) -> Any:
        read(self)
        return original(self)

    return mark(close, original)


def closing_async(original: Function) -> Function:
    async def aclose(self: Any) -> Any:
        read(self)
        return await original(self)

    return mark(aclose, original)


HOOKS: dict[str, Install] = {"httpx._client": install}
