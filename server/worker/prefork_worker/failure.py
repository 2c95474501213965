"""The answer of an app that failed: a traceback that a person can use.

HTML for a browser, JSON (RFC 9457) for a client that asks for it, text for the rest (curl). The own
frames come open with the lines around, library frames folded; nothing captured is ever markup.
"""

from __future__ import annotations

import html
import itertools
import json
import linecache
import os
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, Callable

from .capture.exceptions import describe, stacktrace

STYLE = """
:root{color-scheme:light dark;--page:#fbfbfc;--ink:#1f2328;--dim:#667;--card:#fff;--edge:#d9dce1;
--bad:#b3261e;--badly:#b3261e14;--good:#0b6bcb;--goodly:#0b6bcb12;
font:15px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;background:var(--page);color:var(--ink)}
@media (prefers-color-scheme:dark){:root{--page:#16181d;--ink:#e4e6eb;--dim:#9aa1ad;--card:#1e2127;
--edge:#343942;--bad:#ff8a80;--badly:#ff8a801f;--good:#7cb8ff;--goodly:#7cb8ff14}}
*{box-sizing:border-box}
body{max-width:64rem;margin:0 auto;padding:2.6rem 1.5rem 4rem}
code,pre,.where{font-family:ui-monospace,"SF Mono",Menlo,Consolas,monospace;font-size:.86rem}
.kind{margin:0;color:var(--bad);font-weight:600}
h1{margin:.1rem 0 .5rem;font-size:1.5rem;line-height:1.3;font-weight:600;white-space:pre-wrap;
overflow-wrap:anywhere}
h2{margin:2.2rem 0 .6rem;font-size:1rem;font-weight:600}h2 b{color:var(--bad)}
.note{margin:0;color:var(--dim)}
.hint{margin:1.3rem 0 0;padding:.75rem 1rem;border-left:3px solid var(--good);border-radius:4px;
background:var(--goodly);overflow-wrap:anywhere}
.hint code{display:block;margin-top:.5rem;user-select:all}
.frame{margin:.6rem 0;border:1px solid var(--edge);border-radius:6px;background:var(--card);
overflow:hidden}
.where{margin:0;padding:.45rem .9rem;overflow-wrap:anywhere}.where span{color:var(--dim)}
.source{margin:0;padding:.35rem 0;border-top:1px solid var(--edge);overflow-x:auto;line-height:1.6;
tab-size:4}
.source code{display:block;width:max-content;min-width:100%;padding:0 .9rem 0 0;white-space:pre}
.source i{display:inline-block;width:3.6rem;padding-right:1rem;color:var(--dim);text-align:right;
font-style:normal;user-select:none}
.source .at{background:var(--badly);box-shadow:inset 3px 0 var(--bad)}.source .at i{color:var(--bad)}
mark{background:none;color:inherit;text-decoration:underline wavy var(--bad);text-underline-offset:4px}
details{margin:.6rem 0}summary{cursor:pointer;color:var(--dim)}
details .frame{background:none}
pre.plain{overflow-x:auto;padding:1rem;border:1px solid var(--edge);border-radius:6px}
"""

Page = tuple[str, bytes]
"""Content type and body."""

AROUND = (4, 2)
"""Lines shown before and after the one that is meant: in the innermost own frame, in the others."""


def traceback_page(error: BaseException, accept: str, note: str = "") -> Page:
    """The page for `error`, in the form that the request's `Accept` header asks for."""
    if "text/html" in accept:
        return "text/html; charset=utf-8", as_html(error, note).encode("utf-8", "replace")
    if "application/json" in accept or "application/problem+json" in accept:
        return "application/problem+json", as_json(error, note).encode()
    return "text/plain; charset=utf-8", as_text(error, note).encode("utf-8", "replace")


def as_text(error: BaseException, note: str) -> str:
    hint = describe(error, "uncaught").get("hint", {})
    parts = [note, stacktrace(error).rstrip(), hint.get("text"), hint.get("command")]
    return "\n\n".join(part for part in parts if part) + "\n"


def as_json(error: BaseException, note: str) -> str:
    description = describe(error, "uncaught")
    title = f"{description['exception.type']}: {description['exception.message']}"
    problem = {"type": "about:blank", "title": title, "status": 500, "detail": note}
    return json.dumps({**description, **problem}, default=str)


def as_html(error: BaseException, note: str) -> str:
    descriptions = [describe(link, "uncaught") for link in chain(error)]
    first, *causes = descriptions
    kind, message = escaped(first, "exception.type"), html.escape(reason(error, first))
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'>"
        f"<title>{kind}: {message}</title><style>{STYLE}</style>"
        f"<p class=kind>{kind}</p><h1>{message or kind}</h1><p class=note>{html.escape(note)}</p>"
        f"{hint_as_html(first)}<h2>Most recent call first</h2>{frames_as_html(first)}"
        f"{''.join(map(cause_as_html, causes))}"
        f"<details><summary>As Python prints it</summary>"
        f"<pre class=plain>{html.escape(stacktrace(error))}</pre></details></html>"
    )


def reason(error: BaseException, description: dict[str, Any]) -> str:
    """The message; that of a syntax error without its place, which is shown below."""
    bare = isinstance(error, SyntaxError) and error.msg
    return str(bare or description["exception.message"])


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, as Python would print them, the last first."""
    seen: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in seen:
        seen.append(link)
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def escaped(description: dict[str, Any], name: str) -> str:
    return html.escape(str(description[name]))


def hint_as_html(description: dict[str, Any]) -> str:
    hint = description.get("hint")
    if not hint:
        return ""
    command = f"<code>{html.escape(hint['command'])}</code>" if "command" in hint else ""
    return f"<p class=hint>{html.escape(hint['text'])}{command}</p>"


def cause_as_html(description: dict[str, Any]) -> str:
    kind, message = (
        escaped(description, "exception.type"),
        escaped(description, "exception.message"),
    )
    return f"<h2>It came from <b>{kind}</b>: {message}</h2>{frames_as_html(description)}"


def frames_as_html(description: dict[str, Any]) -> str:
    """The innermost first, as that is what is looked for; library frames that follow each other folded."""
    frames = description["frames"][::-1]
    place = description.get("location")
    if place and not any(place.items() <= frame.items() for frame in frames):
        frames.insert(0, {**place, "own": True})  # of a SyntaxError, whose line no frame shows
    runs = itertools.groupby(frames, key=lambda frame: bool(frame["own"]))
    return "".join(run_as_html(own, list(run)) for own, run in runs)


def run_as_html(own: bool, frames: list[dict[str, Any]]) -> str:
    shown = "".join(frame_as_html(frame, AROUND[number > 0]) for number, frame in enumerate(frames))
    if own:
        return shown
    count = f"{len(frames)} library frame{'s' if len(frames) > 1 else ''}"
    return f"<details><summary>{count}</summary>{shown}</details>"


def frame_as_html(frame: dict[str, Any], around: int) -> str:
    path, line = frame["code.file.path"], frame["code.line.number"]
    function = frame.get("code.function.name")
    inside = f" <span>in {html.escape(function)}</span>" if function else ""
    where = f"{html.escape(shorter(path))}:{line}{inside}"
    source = source_as_html(path, line, around, frame.get("column")) if frame["own"] else ""
    return f"<div class=frame><p class=where title='{html.escape(path)}'>{where}</p>{source}</div>"


def shorter(path: str) -> str:
    """Below the working directory without it."""
    here = os.path.join(os.getcwd(), "")
    return path[len(here) :] if path.startswith(here) else path


def source_as_html(path: str, line: int, around: int, column: int | None) -> str:
    """The lines around, the one that is meant marked, and in it the column."""
    first = max(1, line - around)
    lines = linecache.getlines(path)[first - 1 : line + around]
    if not lines:
        return ""
    shown = textwrap.dedent("".join(lines)).splitlines()
    indent = len(lines[0].rstrip("\n")) - len(shown[0])
    rows = []
    for number, text in enumerate(shown, first):
        at = number == line
        code = marked(text, column - 1 - indent) if at and column else html.escape(text)
        rows.append(f"<code{' class=at' if at else ''}><i>{number}</i>{code}</code>")
    return f"<pre class=source>{''.join(rows)}</pre>"


def marked(text: str, column: int) -> str:
    """With the character at `column` underlined; at the end of the line, the one before it."""
    column = max(0, min(column, len(text) - 1))
    before, there, after = text[:column], text[column : column + 1], text[column + 1 :]
    return f"{html.escape(before)}<mark>{html.escape(there)}</mark>{html.escape(after)}"


def failing_app(error: BaseException, files: list[str]) -> Callable[..., Iterable[bytes]]:
    """A WSGI app that answers everything with the error that kept the real one from being imported.

    `files` are those whose change made this generation, if not a few of them.
    """
    note = f"The app could not be imported{since(files)}. The next good save heals it."

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        kind, body = traceback_page(error, environ.get("HTTP_ACCEPT", ""), note)
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start_response("500 Internal Server Error", [*headers, ("Cache-Control", "no-store")])
        return [body]

    return application


def since(files: list[str]) -> str:
    """Which change it was, in a few words."""
    if not files:
        return ""
    names = ", ".join(map(shorter, files[:2])) + (" and others" if len(files) > 2 else "")
    return f" since {names} changed"
