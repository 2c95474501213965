"""The answer of an app that failed: a traceback that a person can use.

HTML for a browser, JSON for a client that asks for it, text for the rest (curl). Own frames come
open, library frames folded; nothing captured is ever markup.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from typing import Any, Callable

from .capture.exceptions import describe

STYLE = """
:root{color-scheme:light dark;--own:#b3261e;--line:#8884;font:15px/1.5 system-ui,sans-serif}
body{max-width:62rem;margin:3rem auto;padding:0 1.5rem}
h1{font-size:1.35rem;margin:0 0 .3rem;color:var(--own)}
p.note{opacity:.75;margin:.2rem 0 1.6rem}
pre.message{white-space:pre-wrap;font-size:1.05rem;margin:0 0 1rem}
ol{list-style:none;padding:0}li{border-top:1px solid var(--line);padding:.5rem 0}
li.library{opacity:.55;font-size:.85rem}li.own code.source{border-left:3px solid var(--own)}
.where{font-family:ui-monospace,monospace;font-size:.85rem}
code.source{display:block;padding:.35rem .8rem;margin-top:.3rem;background:#8881;
font-family:ui-monospace,monospace;white-space:pre-wrap}
details{margin-top:2rem}details pre{overflow:auto;font-size:.8rem}
@media (prefers-color-scheme:dark){:root{--own:#ff8a80}}
"""

Page = tuple[str, bytes]
"""Content type and body."""


def traceback_page(error: BaseException, accept: str, note: str = "") -> Page:
    """The page for `error`, in the form that the request's `Accept` header asks for."""
    description = describe(error, "uncaught")
    if "text/html" in accept:
        return "text/html; charset=utf-8", as_html(description, note).encode()
    if "application/json" in accept:
        return "application/json", json.dumps(description, default=str).encode()
    text = f"{note}\n\n" if note else ""
    return "text/plain; charset=utf-8", (text + description["exception.stacktrace"]).encode()


def as_html(description: dict[str, Any], note: str) -> str:
    kind, message = (html.escape(description[f"exception.{part}"]) for part in ("type", "message"))
    frames = "".join(frame_as_html(frame) for frame in reversed(description["frames"]))
    trace = html.escape(description["exception.stacktrace"])
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{kind}: {message}</title>"
        f"<style>{STYLE}</style><h1>{kind}</h1><pre class=message>{message}</pre>"
        f"<p class=note>{html.escape(note)}</p>{location_as_html(description)}<ol>{frames}</ol>"
        f"<details><summary>Traceback as text</summary><pre>{trace}</pre></details></html>"
    )


def location_as_html(description: dict[str, Any]) -> str:
    """The line of a syntax error, which no frame shows."""
    place = description.get("location")
    if not place or any(place.items() <= frame.items() for frame in description["frames"]):
        return ""
    text = f"{place['code.file.path']}:{place['code.line.number']}"
    return f"<p class=where>{html.escape(text)}</p>"


def frame_as_html(frame: dict[str, Any]) -> str:
    kind = "own" if frame["own"] else "library"
    where = (
        f"{frame['code.file.path']}:{frame['code.line.number']} in {frame['code.function.name']}"
    )
    return (
        f"<li class={kind}><span class=where>{html.escape(where)}</span>"
        f"<code class=source>{html.escape(frame['source'])}</code></li>"
    )


def failing_app(error: BaseException) -> Callable[..., Iterable[bytes]]:
    """A WSGI app that answers everything with the error that kept the real one from being imported."""
    note = "The app could not be imported. Save a file and the next answer comes from the new code."

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        kind, body = traceback_page(error, environ.get("HTTP_ACCEPT", ""), note)
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start_response("500 Internal Server Error", [*headers, ("Cache-Control", "no-store")])
        return [body]

    return application
