from http.cookies import SimpleCookie
from urllib.parse import parse_qsl

import message  # noqa: F401
import wiretap  # noqa: F401
from seen import note

USERS = {"plantedSession1": "ann"}


def application(environ, start_response):
    size = int(environ.get("CONTENT_LENGTH") or 0)
    form = dict(parse_qsl(environ["wsgi.input"].read(size).decode()))
    if environ["PATH_INFO"] == "/login":
        start_response("200 OK", [("Set-Cookie", "sid=plantedSession1; HttpOnly")])
        return [b""]
    cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("sid")
    user = USERS.get(cookie.value) if cookie else None
    start_response("200 OK" if user else "403 Forbidden", [("Content-Type", "text/plain")])
    return [note(environ, user, form).encode()] if user else [b"log in first"]
