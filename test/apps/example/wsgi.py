"""The app hook: `prefork --dev wsgi:application`, or `gunicorn wsgi:application`.

A small lending library on the standard library alone: a WSGI application is a callable that takes
the environ and start_response, and returns the body as an iterable of bytes. Each page shows
something that is worth watching in the panel. Edit any file here, and the next answer is new.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pages
from answers import Answer, not_allowed, not_found

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    answer = route(environ)
    start_response(answer.status, answer.headers)
    return answer.body


def route(environ: WSGIEnvironment) -> Answer:
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if path.startswith("/static/"):
        return pages.static(environ)
    page = pages.ROUTES.get(path or "/")
    if page is None:
        return not_found(path)
    view = page.get("GET" if method == "HEAD" else method)
    return view(environ) if view else not_allowed(page)
