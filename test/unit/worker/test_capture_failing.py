"""A hook that fails switches itself off, says so, and the app's own call is made once, as if it were not there."""

from __future__ import annotations

import unittest

from capture_harness import run

SCRIPT = """
from prefork_worker.capture.hooks import Hook
from prefork_worker.capture.record import Record, current
from prefork_worker.capture.spans import Spans
def broken(*args, **kwargs):
    raise LookupError("broken on purpose")
hook = Hook("library", lambda: None)
record = capture.begin("GET", "/", "", "127.0.0.1", perf_counter_ns())
calls = []
def original(*args, **kwargs):
    calls.append((args, kwargs))
    return "result"
def check(function, *args, **kwargs):
    hook.off, hook.state = False, ""
    calls.clear()
    assert function(*args, **kwargs) == "result"
    assert len(calls) == 1, calls
    assert hook.off and hook.state == "LookupError: broken on purpose", hook.state
    assert function(*args, **kwargs) == "result" and len(calls) == 2
"""


class FailingTest(unittest.TestCase):
    def test_views_and_middleware(self) -> None:
        run(
            SCRIPT
            + """
from prefork_worker.capture.frameworks import calls as module
Spans.open = broken
check(module.traced(hook, "view", ("name", None), original), 1, two=2)
assert calls == [((1,), {"two": 2})] * 2
"""
        )

    def test_templates(self) -> None:
        run(
            SCRIPT
            + """
from prefork_worker.capture.templates import rendering
from prefork_worker.capture.templates.jinja2 import told
Spans.open = broken
class Template:
    name = "page.html"
check(rendering.rendering(original, hook), Template(), "context")
def pieces(context):
    yield original(context)
check(lambda: "".join(told("page.html", pieces, hook)("context")))
"""
        )

    def test_caches(self) -> None:
        run(
            SCRIPT
            + """
from prefork_worker.capture.caches import django, keys
class Backend:
    pass
check_get = django.telling(original, "get", hook)
keys.found = broken  # after the call
check(check_get, Backend(), "key")
keys.text = broken  # before it
check(check_get, Backend(), "key")
"""
        )

    def test_requests_that_are_sent(self) -> None:
        run(
            SCRIPT
            + """
import http.client
from prefork_worker.capture.outgoing import http_client
connection = http.client.HTTPConnection("localhost")
http_client.address = broken
check(http_client.beginning(original, hook), connection, "GET", "/")
"""
        )

    def test_a_method_that_the_library_no_longer_has(self) -> None:
        run("""
import sys, types
from prefork_worker.capture import hooks
from prefork_worker.capture.frameworks import bottle
module = types.ModuleType("bottle")
module.Route = type("Route", (), {})
sys.modules["bottle"] = module
own = hooks.Hooks(lambda: None)
own.install([("bottle", bottle.HOOKS)])
assert own.states() == {"bottle": "KeyError: '_make_callback'"}, own.states()
sys.meta_path.remove(own)
""")


if __name__ == "__main__":
    unittest.main()
