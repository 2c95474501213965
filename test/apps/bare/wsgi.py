"""The fixture app on bare PEP 3333. All fixture apps have the same pages."""

import hashlib
import logging
import os
import time
from urllib.parse import parse_qs

import message

log = logging.getLogger("fixture")


def application(environ, start_response):
    view = VIEWS.get(environ["PATH_INFO"])
    if view is None:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not found"]
    content_type, body = view(environ)
    start_response("200 OK", [("Content-Type", content_type)])
    return body


def index(environ):
    return "text/plain", [f"{message.TEXT} from {os.getpid()}".encode()]


def slow(environ):
    query = parse_qs(environ["QUERY_STRING"])
    time.sleep(float(query["seconds"][0]))
    return "text/plain", [b"slow"]


def error(environ):
    raise ValueError("broken on purpose")


def chatter(environ):
    print("printed")
    log.warning("logged")
    try:
        int("twelve")
    except ValueError:
        log.exception("caught")
    return "text/plain", [b"said"]


def form(environ):
    fields = parse_qs(read(environ).decode())
    return "text/plain", [f"Hello, {fields['name'][0]}".encode()]


def upload(environ):
    body = read(environ)
    return "text/plain", [f"{len(body)} {hashlib.sha256(body).hexdigest()}".encode()]


def events(environ):
    return "text/event-stream", ticks()


def ticks():
    tick = 0
    while True:
        tick += 1
        yield f"data: {message.TEXT} tick {tick}\n\n".encode()
        time.sleep(0.05)


def read(environ):
    return environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))


VIEWS = {
    "/": index,
    "/slow": slow,
    "/error": error,
    "/chatter": chatter,
    "/form": form,
    "/upload": upload,
    "/events": events,
}
