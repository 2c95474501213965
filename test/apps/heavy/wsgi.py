"""Pages that capture has much to tell of: queries, log lines and bytes, as many as the query string says."""

import logging
import sqlite3
import sys
from types import FunctionType
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


def patched():
    """The functions and methods of any library that are the server's own, and other traces of it."""
    found = {name for name in ("stdout", "stderr") if is_ours(getattr(sys, name))}
    names = {f"sys.{name}" for name in found}
    names |= {"sys.meta_path" for finder in sys.meta_path if "capture" in type(finder).__module__}
    for module in list(sys.modules.values()):
        name = getattr(module, "__name__", "")
        if name and not name.startswith("prefork_worker"):
            names |= set(ours_in(name, vars(module), 1))
    return ["\n".join(sorted(names)).encode()]


def ours_in(owner, things, depth):
    for name, thing in list(things.items()):
        if is_ours(thing):
            yield f"{owner}.{name}"
        elif depth and isinstance(thing, type) and thing.__module__ == owner:
            yield from ours_in(f"{owner}.{name}", vars(thing), depth - 1)


def is_ours(thing):
    function = getattr(thing, "__func__", thing)
    made_by = type(thing).__module__
    if isinstance(function, FunctionType):
        made_by = function.__code__.co_filename.replace("/", ".")
    return "prefork_worker.capture" in made_by


VIEWS = {
    "/": index,
    "/logs": logs,
    "/queries": queries,
    "/answer": answer,
    "/patched": patched,
}
