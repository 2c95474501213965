"""The pages: each a function of the environ, in one table by path and method."""

from __future__ import annotations

import logging
import mimetypes
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Callable
from wsgiref.util import FileWrapper

import forms
import library
from answers import Answer, fill_each, head, not_found, page, redirect

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

STATIC = Path(__file__).parent / "static"

log = logging.getLogger("library")


def index(environ: WSGIEnvironment) -> Answer:
    return page("index", title="The Library", worker=os.getpid(), python=sys.version.split()[0])


def books(environ: WSGIEnvironment) -> Answer:
    """Thirteen queries, or one: the panel shows the difference."""
    joined = forms.query(environ, "joined") == "1"
    with library.connect() as connection:
        rows = (library.books_joined if joined else library.books_one_by_one)(connection)
    queries = 1 if joined else 1 + len(rows)
    other = "/books" if joined else "/books?joined=1"
    return page("books", title="Books", rows=fill_each("book", rows), queries=queries, other=other)


def slow(environ: WSGIEnvironment) -> Answer:
    """Others are answered meanwhile, by the other threads and workers."""
    seconds = min(float(forms.query(environ, "seconds", "1")), 30)
    time.sleep(seconds)
    return page("message", title="Slow", text=f"This took {seconds:g} s. Nobody waited for it.")


def error(environ: WSGIEnvironment) -> Answer:
    """An exception that nobody catches: the answer is its traceback, with the locals' names."""
    shelf = {"Emma": 3, "Moby-Dick": 1}
    wanted = "Ulysses"
    return page("message", title="Found", text=f"{wanted} stands on shelf {shelf[wanted]}.")


def guest_book(environ: WSGIEnvironment) -> Answer:
    with library.connect() as connection:
        rows = library.greetings(connection)
    return page("guestbook", title="Guest book", rows=fill_each("greeting", rows), count=len(rows))


def sign_guest_book(environ: WSGIEnvironment) -> Answer:
    fields = forms.form(environ)
    name, words = fields.get("name", ""), fields.get("words", "")
    if not (name and words):
        return page(
            "message", "400 Bad Request", title="Nobody?", text="Say who you are, and what."
        )
    with library.connect() as connection:
        library.greet(connection, name, words)
    log.info("%s signed the guest book", name)
    return redirect("/guestbook")


def upload_form(environ: WSGIEnvironment) -> Answer:
    return page("upload", title="Upload")


def upload(environ: WSGIEnvironment) -> Answer:
    file = forms.upload(environ)
    if file is None:
        return page("message", "400 Bad Request", title="Nothing", text="Choose a file first.")
    text = f"{file.name}: {file.size} bytes, SHA-256 {file.digest}"
    return page("message", title="Uploaded", text=text)


def events_page(environ: WSGIEnvironment) -> Answer:
    return page("events", title="Events")


def events(environ: WSGIEnvironment) -> Answer:
    """An answer without an end, as the browser's EventSource reads it."""
    headers = [("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache")]
    return Answer("200 OK", headers, ticks())


def ticks() -> Iterator[bytes]:
    tick = 0
    while True:
        tick += 1
        yield f"data: tick {tick} from worker process {os.getpid()}\n\n".encode()
        time.sleep(1)


def chatter(environ: WSGIEnvironment) -> Answer:
    """Four ways to say something; all of them belong to this request."""
    print("printed, to standard output")
    print("written to wsgi.errors", file=environ["wsgi.errors"])
    log.warning("logged, as a warning")
    try:
        int("twelve")
    except ValueError:
        log.exception("logged, with an exception")
    return page("message", title="Said", text="Four lines were said: open this request.")


def static(environ: WSGIEnvironment) -> Answer:
    path = STATIC / environ["PATH_INFO"].rpartition("/")[2]
    if not path.is_file():
        return not_found(environ["PATH_INFO"])
    content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    wrapper = environ.get("wsgi.file_wrapper", FileWrapper)
    return Answer("200 OK", head(content_type, path.stat().st_size), wrapper(path.open("rb")))


ROUTES: dict[str, dict[str, Callable[[WSGIEnvironment], Answer]]] = {
    "/": {"GET": index},
    "/books": {"GET": books},
    "/slow": {"GET": slow},
    "/error": {"GET": error},
    "/guestbook": {"GET": guest_book, "POST": sign_guest_book},
    "/upload": {"GET": upload_form, "POST": upload},
    "/events": {"GET": events_page},
    "/events/stream": {"GET": events},
    "/chatter": {"GET": chatter},
}
