"""Templates of Django, Jinja2 and Bottle: spans, and the line of a template that a query came from."""

from __future__ import annotations

import os
import tempfile
import unittest
from typing import Any

from capture_harness import outline, requests

BASE = "<body>{% block content %}{% endblock %}</body>"
PAGE = """{% extends "base.html" %}
{% block content %}
{% for n in numbers %}
  {% include "row.html" %}
{% endfor %}
{% endblock %}
"""
ROW = "<p>\n{{ ask }}</p>"
HTML = {"base.html": BASE, "page.html": PAGE, "row.html": ROW}

DJANGO = """
import django
from django.conf import settings
settings.configure(TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates",
                               "DIRS": ["."], "OPTIONS": {}}])
django.setup()
from django.template.loader import render_to_string
def render(context):
    return render_to_string("page.html", context)
"""

JINJA = """
from jinja2 import Environment, FileSystemLoader
env = Environment(loader=FileSystemLoader("."))
def render(context):
    return env.get_template("page.html").render(context)
"""

ASYNC_JINJA = JINJA.replace("loader=F", "enable_async=True, loader=F")

BOTTLE = """
import bottle
bottle.TEMPLATE_PATH[:] = ["."]
def render(context):
    return bottle.template("page.tpl", **context)
"""

APP = """
from prefork_worker.capture import record as records, sites
from library import ask, places
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html")])
    return [render({"numbers": [1, 2], "ask": ask}).encode()]
first = serve(app)
assert b"asked" in first
serve(app)
for place in places[-2:]:
    assert place == PLACE, places
capture, ours = None, capture
assert serve(app) == first, "the same as without capture"
capture = ours
"""

LIBRARY = """
from prefork_worker.capture import record as records, sites
places = []
class Ask:
    def __str__(self):
        places.append(sites.template_site(1))
        return "asked"
ask = Ask()
sites._own[__file__] = False  # as if it were an installed library
"""


OWN = """
def own(render):
    code = render.__code__.replace(co_filename=__import__("os").path.abspath("own.py"))
    return type(render)(code, globals())
render = own(render)
"""

ERROR = """
import traceback
def app(environ, start_response):
    try:
        render({"zero": 0})
    except ZeroDivisionError as error:
        told = traceback.format_exc()
    assert 'page.html", line 2' in told, told
    assert "prefork_worker" not in told, told
    start_response("200 OK", [("Content-Type", "text/html")])
    return [b""]
render({"zero": 1})
serve(app)
"""

BROKEN = """
def app(environ, start_response):
    try:
        render({})
    except Exception as error:
        start_response("200 OK", [("Content-Type", "text/html")])
        return [type(error).__name__.encode()]
assert serve(app).endswith(b"TemplateSyntaxError")
"""

UNFINISHED = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html")])
    pieces = env.get_template("page.html").generate({"numbers": [1, 2], "ask": "asked"})
    begun = next(pieces).encode()
    pieces.close()
    return [begun]
assert serve(app).endswith(b"<body>")
"""


class TemplatesTest(unittest.TestCase):
    def render(self, engine: str, place: tuple[str, int, str], files: dict[str, str]) -> Any:
        """What is told of the first request and of the second, when all is compiled."""
        with tempfile.TemporaryDirectory() as temporary:
            folder = os.path.realpath(temporary)
            write(folder, {"library.py": LIBRARY, **files})
            place = (os.path.join(folder, place[0]), *place[1:])
            path = "import sys; sys.path.insert(0, '')"
            return requests(f"{path}\nPLACE = {place!r}\n{engine}{APP}", folder)

    def assert_included(self, engine: str) -> None:
        """`page.html` extends one template and includes another; each is compiled once."""
        first, second = self.render(engine, ("row.html", 2, ""), HTML)
        expected = [
            "template page.html",
            "  template base.html",
            "    template row.html",
            "    template row.html",
        ]
        self.assertEqual(outline(second), expected)
        compiled = ["compile page.html", "compile base.html", "compile row.html"]
        self.assertEqual([text for text in texts(first) if "compile" in text], compiled)

    def test_django_s_as_they_include_and_extend(self) -> None:
        self.assert_included(DJANGO)

    def test_jinja_s_as_they_include_and_extend(self) -> None:
        for engine in (JINJA, ASYNC_JINJA):
            self.assert_included(engine)

    def test_bottle_s_as_they_include_and_rebase(self) -> None:
        files = {
            "base.tpl": "<body>{{!base}}</body>",
            "page.tpl": "% rebase('base.tpl')\n% for n in numbers:\n% include('row.tpl')\n% end",
            "row.tpl": ROW,
        }
        first, second = self.render(BOTTLE, ("row.tpl", 2, ""), files)
        expected = [
            "template page.tpl",
            "  template row.tpl",
            "  template row.tpl",
            "  template base.tpl",
        ]
        self.assertEqual(outline(second), expected)

    def test_a_template_is_led_to_by_the_user_s_own_line(self) -> None:
        for engine in (DJANGO, JINJA):
            for event in self.render(engine + OWN, ("row.html", 2, ""), HTML):
                self.assertEqual({span["site"][2] for span in event["spans"]}, {"render"})

    def test_a_template_that_does_not_compile(self) -> None:
        for engine in (DJANGO, JINJA):
            with tempfile.TemporaryDirectory() as folder:
                write(folder, {"page.html": "{% if %}"})
                (event,) = requests(engine + BROKEN, folder)
            self.assertEqual(texts(event), ["compile page.html"])
            self.assertEqual(event["spans"][0]["attributes"], {"error.type": "TemplateSyntaxError"})

    def test_one_that_is_not_rendered_to_its_end_has_not_failed(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            write(folder, HTML)
            (event,) = requests(JINJA + UNFINISHED, folder)
        self.assertIn("base.html", texts(event))
        self.assertEqual({str(span["attributes"]) for span in event["spans"]}, {"{}"})

    def test_an_error_ends_all_that_was_being_rendered(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            write(folder, {"page.html": "\n{{ 1 / zero }}"})
            (event,) = requests(JINJA + ERROR, folder)
        self.assertEqual(outline(event), ["template page.html"])
        self.assertEqual(event["spans"][0]["attributes"], {"error.type": "ZeroDivisionError"})


def write(folder: str, files: dict[str, str]) -> None:
    for name, text in files.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)


def texts(event: dict[str, Any]) -> list[str]:
    return [span["text"] for span in event["spans"]]


if __name__ == "__main__":
    unittest.main()
