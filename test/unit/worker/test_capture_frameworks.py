"""Routes, views and middleware of Django, Flask and Bottle."""

from __future__ import annotations

import os
import tempfile
import unittest
from typing import Any

from capture_harness import outline, requests, run

DJANGO = """
import django
from django.conf import settings
settings.configure(
    ROOT_URLCONF="pages", ALLOWED_HOSTS=["*"], SECRET_KEY="x",
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "layers.plain", "layers.Odd"],
)
django.setup()
from django.core.wsgi import get_wsgi_application
app = get_wsgi_application()
"""

LAYERS = """
def plain(get_response):
    def middleware(request):
        return get_response(request)
    return middleware

class Odd:
    sync_capable, async_capable = False, True
    def __init__(self, get_response):
        from asgiref.sync import markcoroutinefunction
        self.get_response = get_response
        markcoroutinefunction(self)
    async def __call__(self, request):
        return await self.get_response(request)
"""

PAGES = """
import functools
from django.http import Http404, HttpResponse
from django.urls import include, path
from django.views import View

def index(request):
    return HttpResponse("index")

def decorated(view):
    @functools.wraps(view)
    def inner(request, *args, **kwargs):
        return view(request, *args, **kwargs)
    return inner

@decorated
def detail(request, pk):
    if pk == 7:
        raise Http404
    return HttpResponse(f"detail {pk}")

async def later(request):
    return HttpResponse("later")

class Plain(View):
    def get(self, request):
        return HttpResponse("class")

class Async(View):
    async def get(self, request):
        return HttpResponse("async class")

class Callable:
    def __getattr__(self, name):
        raise RuntimeError(f"nobody may ask for {name}")
    def __call__(self, request):
        return HttpResponse("instance")

orders = [path("<int:pk>/", detail), path("class/", Plain.as_view())]
urlpatterns = [
    path("", index),
    path("orders/", include(orders)),
    path("later/", later),
    path("async/", Async.as_view()),
    path("partial/", functools.partial(detail, pk=1)),
]
"""

FLASK = """
from flask import Blueprint, Flask, abort, redirect, request
from flask.views import MethodView
app = Flask(__name__)
shop = Blueprint("shop", __name__, url_prefix="/shop")

@shop.get("/<int:pk>")
def detail(pk):
    return f"detail {pk}"

@shop.before_request
def count():
    if request.args.get("stop"):
        return "stopped"

@app.after_request
def stamp(response):
    response.headers["X-Stamp"] = "1"
    return response

class Pages(MethodView):
    def get(self):
        return "class"

@app.get("/broken")
def broken():
    raise ValueError("no")

app.add_url_rule("/class", view_func=Pages.as_view("pages"))
app.register_blueprint(shop)
"""

BOTTLE = """
import bottle
app = bottle.Bottle()

@app.get("/orders/<pk:int>")
def detail(pk):
    return f"detail {pk}"

@app.get("/json")
def data():
    return {"a": 1}
"""


class DjangoTest(unittest.TestCase):
    def serve(self, script: str) -> list[dict[str, Any]]:
        with tempfile.TemporaryDirectory() as folder:
            self.folder = folder
            for name, text in (("pages.py", PAGES), ("layers.py", LAYERS)):
                with open(os.path.join(folder, name), "w") as file:
                    file.write(text)
            return requests(DJANGO + script, folder)

    def test_routes_and_views_whatever_a_view_is(self) -> None:
        paths = ["/", "/orders/3/", "/orders/class/", "/later/", "/async/", "/partial/"]
        events = self.serve(f"for path in {paths}: print(serve(app, path))")
        found = [(event["http.route"], event["view"], event["framework"]) for event in events]
        expected = [
            ("/", "pages.index", "django"),
            ("/orders/<int:pk>/", "pages.detail", "django"),
            ("/orders/class/", "pages.Plain", "django"),
            ("/later/", "pages.later", "django"),
            ("/async/", "pages.Async", "django"),
            ("/partial/", "pages.detail", "django"),
        ]
        self.assertEqual(found, expected)

    def test_answers_are_the_app_s_own(self) -> None:
        self.serve("""
def check(path, body):
    assert serve(app, path) == body, (path, answer.body)
check("/", b"index")
check("/orders/3/", b"detail 3")
check("/orders/class/", b"class")
check("/later/", b"later")
check("/async/", b"async class")
check("/partial/", b"detail 1")
""")

    def test_a_404_has_no_route_but_one_that_a_view_raises_has(self) -> None:
        nowhere, raised = self.serve("serve(app, '/nowhere'); serve(app, '/orders/7/')")
        self.assertEqual((nowhere["http.route"], nowhere["view"]), (None, None))
        self.assertEqual(
            (raised["http.route"], raised["view"]), ("/orders/<int:pk>/", "pages.detail")
        )
        (view,) = [span for span in raised["spans"] if span["kind"] == "view"]
        self.assertEqual(view["attributes"], {"error.type": "Http404"})

    def test_middleware_nests_and_the_view_is_innermost(self) -> None:
        (event,) = self.serve("serve(app, '/orders/3/')")
        expected = [
            "middleware django.middleware.common.CommonMiddleware",
            "  middleware layers.plain.middleware",
            "    middleware layers.Odd",
            "      view pages.detail",
        ]
        self.assertEqual(outline(event), expected)
        sites = [span["site"] for span in event["spans"]]
        pages, layers = (os.path.join(self.folder, name) for name in ("pages.py", "layers.py"))
        expected_sites = [
            None, (layers, 3, "middleware"), (layers, 7, "Odd"), (pages, 17, "detail")
        ]  # fmt: skip
        self.assertEqual(sites, expected_sites)


class FlaskTest(unittest.TestCase):
    def test_routes_and_views(self) -> None:
        events = requests(FLASK + "for p in ('/shop/3', '/class', '/nowhere'): serve(app, p)")
        found = [(event["http.route"], event["view"], event["framework"]) for event in events]
        expected = [
            ("/shop/<int:pk>", "__main__.detail", "flask"),
            ("/class", "__main__.Pages", "flask"),
            (None, None, None),
        ]
        self.assertEqual(found, expected)

    def test_what_runs_before_and_after_the_view(self) -> None:
        event, stopped = requests(
            FLASK
            + """
assert serve(app, "/shop/3") == b"detail 3"
assert ("X-Stamp", "1") in answer.headers
assert serve(app, "/shop/3", QUERY_STRING="stop=1") == b"stopped"
"""
        )
        expected = [
            "middleware __main__.count",
            "view __main__.detail",
            "middleware __main__.stamp",
        ]
        self.assertEqual(outline(event), expected)
        expected = ["middleware __main__.count", "middleware __main__.stamp"]
        self.assertEqual(outline(stopped), expected)
        self.assertEqual(stopped["http.route"], "/shop/<int:pk>")

    def test_its_version_is_known_without_the_warning_that_asking_for_it_gives(self) -> None:
        told = [event for event in run(FLASK) if event["type"] == "capture"][-1]
        self.assertRegex(told["libraries"]["flask"], r"^\d+\.\d+")
        self.assertEqual(told["hooks"]["flask"], "on")
        self.assertNotIn("http", told["libraries"], "the standard library has none of its own")

    def test_a_view_that_fails_is_told_of(self) -> None:
        (event,) = requests(FLASK + "import logging; logging.disable(); serve(app, '/broken')")
        self.assertEqual(event["spans"][0]["attributes"], {"error.type": "ValueError"})


class BottleTest(unittest.TestCase):
    def test_routes_and_views(self) -> None:
        script = """
assert serve(app, "/orders/3") == b"detail 3"
assert serve(app, "/orders/3") == b"detail 3"
assert serve(app, "/json") == b'{"a": 1}'
serve(app, "/nowhere")
"""
        events = requests(BOTTLE + script)
        found = [(event["http.route"], event["view"], event["framework"]) for event in events]
        expected = [
            *[("/orders/<pk:int>", "__main__.detail", "bottle")] * 2,
            ("/json", "__main__.data", "bottle"),
            (None, None, None),
        ]
        self.assertEqual(found, expected)
        self.assertEqual(outline(events[0]), ["view __main__.detail"])


class BareTest(unittest.TestCase):
    def test_a_bare_app_has_neither(self) -> None:
        script = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"bare"]
serve(app)
"""
        (event,) = requests(script)
        known = (event["http.route"], event["view"], event["framework"], event["spans"])
        self.assertEqual(known, (None, None, None, []))


if __name__ == "__main__":
    unittest.main()
