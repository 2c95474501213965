"""What a page gives back, and the ways to make one: status, headers, and an iterable of bytes."""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path
from string import Template
from typing import NamedTuple

TEMPLATES = Path(__file__).parent / "templates"


class Answer(NamedTuple):
    status: str
    headers: list[tuple[str, str]]
    body: Iterable[bytes]


class Markup(str):
    """HTML that is already escaped."""


def page(template: str, status: str = "200 OK", **values: object) -> Answer:
    """Fills a template and puts it into the layout; what is not Markup is escaped."""
    content = fill(template, **values)
    body = fill("layout", title=values.get("title", "The Library"), content=content).encode()
    return Answer(status, head("text/html; charset=utf-8", len(body)), [body])


def fill(template: str, **values: object) -> Markup:
    text = (TEMPLATES / f"{template}.html").read_text(encoding="utf-8")
    return Markup(
        Template(text).substitute({name: escape(value) for name, value in values.items()})
    )


def fill_each(template: str, rows: Iterable[dict[str, object]]) -> Markup:
    return Markup("".join(fill(template, **row) for row in rows))


def escape(value: object) -> str:
    return value if isinstance(value, Markup) else html.escape(str(value))


def head(content_type: str, length: int) -> list[tuple[str, str]]:
    return [("Content-Type", content_type), ("Content-Length", str(length))]


def redirect(location: str) -> Answer:
    """After a POST: the browser gets the page again instead of sending the form again."""
    return Answer("303 See Other", [("Location", location), *head("text/plain", 0)], [])


def not_found(path: str) -> Answer:
    return page("message", "404 Not Found", title="Not here", text=f"There is no {path}.")


def not_allowed(allowed: Iterable[str]) -> Answer:
    methods = ", ".join(allowed)
    answer = page("message", "405 Method Not Allowed", title="Not so", text=f"Only {methods}.")
    return answer._replace(headers=[*answer.headers, ("Allow", methods)])
