"""Pages that capture has much to tell of: queries, log lines and bytes, as many as the query string says."""

import logging
import sqlite3
from urllib.parse import parse_qs

log = logging.getLogger("heavy")
log.setLevel(logging.INFO)
log.addHandler(logging.NullHandler())
log.propagate = False


def application(environ, start_response):
    view = VIEWS[environ["PATH_INFO"]]
    query = parse_qs(environ["QUERY_STRING"])
    body = view(int(query["count"][0])) if query else view()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return body


def index():
    return [b"heavy"]


def logs(count):
    for number in range(count):
        log.info("line %d %s", number, "x" * 200)
    return [b"logged"]


def queries(count):
    connection = sqlite3.connect(":memory:")
    for number in range(count):
        connection.execute("SELECT ?", (number,)).fetchone()
    connection.close()
    return [b"queried"]


def answer(count):
    return [b"x" * count]


VIEWS = {"/": index, "/logs": logs, "/queries": queries, "/answer": answer}
