"""Exceptions that frameworks answer themselves, and those that end threads: told of once, by their kind."""

from __future__ import annotations

import unittest

from capture_harness import run

DJANGO = """
import django
from django.conf import settings
settings.configure(
    DEBUG={debug}, ROOT_URLCONF="__main__", ALLOWED_HOSTS=["*"], SECRET_KEY="x",
    MIDDLEWARE=["__main__.middleware"], LOGGING_CONFIG=None,
)
django.setup()
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import path
class Answered(Exception): pass
def fails(error):
    def view(request):
        raise error
    return view
class middleware:
    def __init__(self, get_response): self.get_response = get_response
    def __call__(self, request): return self.get_response(request)
    def process_exception(self, request, error):
        return HttpResponse("mended") if isinstance(error, Answered) else None
urlpatterns = [
    path("missing/", fails(Http404("gone"))),
    path("denied/", fails(PermissionDenied("no"))),
    path("broken/", fails(ValueError("broken"))),
    path("mended/", fails(Answered("mended"))),
]
from django.core.wsgi import get_wsgi_application
app = get_wsgi_application()
for page in ("missing", "denied", "broken", "mended", "nowhere"):
    serve(app, f"/{{page}}/")
"""

FLASK = """
import flask
app = flask.Flask("shop")
class Mended(Exception): pass
@app.errorhandler(Mended)
def mend(error): return "mended"
@app.route("/<page>")
def view(page):
    if page == "missing": flask.abort(404)
    raise Mended("mended") if page == "mended" else ValueError("broken")
@app.route("/slash/")
def slash(): return "x"
for page in ("missing", "broken", "mended", "slash"):
    serve(app, f"/{page}")
"""

BOTTLE = """
import bottle
app = bottle.Bottle()
@app.error(410)
def gone(error): return "gone"
@app.route("/<page>")
def view(page):
    if page == "missing": bottle.abort(404, "no such thing")
    if page == "gone": raise bottle.HTTPError(410, "gone", exception=KeyError("gone"))
    if page == "body": return parts()
    raise ValueError("broken")
def parts():
    raise RuntimeError("in the body")
    yield "x"
import io
for page in ("missing", "broken", "gone", "body"):
    serve(app, f"/{page}", **{"wsgi.errors": io.StringIO()})
"""


def told(script: str) -> list[tuple[str, str, str]]:
    """Kind, type and whether it was placed in a request."""
    events = run(script)
    ended = {event["request"] for event in events if event["type"] == "request.ended"}
    return [
        (event["kind"], event["exception.type"].rpartition(".")[2], event["exception.message"])
        for event in events
        if event["type"] == "exception" and (not ended or event["request"] in ended)
    ]


class FrameworksTest(unittest.TestCase):
    def test_django(self) -> None:
        for debug in (False, True):
            found = told(DJANGO.format(debug=debug))
            expected = [
                ("handled", "Http404", "gone"),
                ("handled", "PermissionDenied", "no"),
                ("answered", "ValueError", "broken"),
                ("handled", "Answered", "mended"),
            ]
            self.assertEqual(found[:4], expected)
            self.assertEqual([kind for kind, _, _ in found[4:]], ["handled"], "no such page")

    def test_flask(self) -> None:
        expected = [("handled", "NotFound"), ("answered", "ValueError"), ("handled", "Mended")]
        self.assertEqual([found[:2] for found in told(FLASK)], expected)

    def test_bottle(self) -> None:
        expected = [
            ("handled", "HTTPError"),
            ("answered", "ValueError"),
            ("handled", "KeyError"),
            ("answered", "RuntimeError"),
        ]
        self.assertEqual([found[:2] for found in told(BOTTLE)], expected)


class TemplatesTest(unittest.TestCase):
    def test_the_line_of_a_jinja_template(self) -> None:
        script = """
            import jinja2
            loader = jinja2.DictLoader({"page": "one\\n{{ 1 // 0 }}"})
            def app(environ, start_response):
                jinja2.Environment(loader=loader).get_template("page").render()
            try:
                serve(app)
            except ZeroDivisionError as error:
                capture.exception(error, "uncaught")
        """
        (event,) = [event for event in run(script) if event["type"] == "exception"]
        self.assertEqual(event["template"]["code.line.number"], 2)

    def test_the_line_of_a_django_template(self) -> None:
        script = """
            import django
            from django.conf import settings
            settings.configure(TEMPLATES=[{
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"debug": True},
            }])
            django.setup()
            from django.template import engines
            template = engines["django"].from_string("one\\n{{ fails }}")
            def fails(): raise KeyError("in the template")
            try:
                template.render({"fails": fails})
            except KeyError as error:
                capture.exception(error, "uncaught")
        """
        (event,) = [event for event in run(script) if event["type"] == "exception"]
        self.assertEqual(event["template"]["code.line.number"], 2)


class UnhandledTest(unittest.TestCase):
    def test_what_ends_a_thread_and_the_users_own_hook_is_called(self) -> None:
        script = """
            met = []
            threading.excepthook = lambda arguments: met.append(arguments.exc_value)
            def fails(): raise ValueError("in a thread")
            for target in (fails, sys.exit):
                thread = threading.Thread(target=target)
                thread.start()
                thread.join()
            assert str(met[0]) == "in a thread", met
        """
        self.assertEqual(told(script), [("thread", "ValueError", "in a thread")])

    def test_what_del_raises_and_an_earlier_hook_is_called(self) -> None:
        script = """
            class Odd:
                def __del__(self): raise ValueError("in del")
            Odd()
        """
        self.assertEqual(told(script), [("unraisable", "ValueError", "in del")])


if __name__ == "__main__":
    unittest.main()
