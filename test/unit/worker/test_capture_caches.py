"""Operations of Django's caches."""

from __future__ import annotations

import unittest
from typing import Any

from capture_harness import outline, requests

DJANGO = """
import django
from django.conf import settings
settings.configure(CACHES={
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "files": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": "."},
    "own": {"BACKEND": "__main__.Own"},
})
django.setup()
from django.core.cache import cache, caches
from django.core.cache.backends.locmem import LocMemCache
class Own(LocMemCache):
    def get(self, key, default=None, version=None):
        return super().get(key, default, version)
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    view()
    return [b""]
"""


def cached(view: str) -> dict[str, Any]:
    body = "".join(f"    {line}\n" for line in view.strip().splitlines())
    (event,) = requests(f"{DJANGO}def view():\n{body}serve(app)\n")
    return event


def about(event: dict[str, Any], *names: str) -> list[Any]:
    found = [tuple(span["attributes"].get(name) for name in names) for span in event["spans"]]
    return [one[0] for one in found] if len(names) == 1 else found


class DjangoCachesTest(unittest.TestCase):
    def test_hits_and_misses(self) -> None:
        event = cached("""
assert cache.get("a") is None
cache.set("a", None)
assert cache.get("a", "none") is None
assert cache.get("b", default=3) == 3
assert "a" in cache
cache.delete("a")
""")
        expected = ["get a", "set a", "get a", "get b", "has_key a", "delete a"]
        self.assertEqual([span["text"] for span in event["spans"]], expected)
        self.assertEqual(about(event, "hits"), [0, None, 1, 0, 1, None])
        self.assertEqual(about(event, "keys"), [1, None, 1, 1, 1, None])
        totals = event["totals"]["cache"]
        self.assertEqual((totals["count"], totals["hits"]), (6, 2))

    def test_what_an_operation_calls_itself_is_part_of_it(self) -> None:
        event = cached("""
assert cache.get_or_set("a", lambda: 1) == 1
assert cache.get_or_set("a", 2) == 1
cache.set_many({"b": 1, "c": 2})
assert cache.get_many(["a", "b", "x"]) == {"a": 1, "b": 1}
assert cache.get_many(iter(["a", "x"])) == {"a": 1}
cache.incr("b")
""")
        expected = [
            "cache get_or_set a",
            "cache get_or_set a",
            "cache set_many b, c",
            "cache get_many a, b, x",
            "cache get_many …",
            "cache incr b",
        ]
        self.assertEqual(outline(event), expected)
        counts = [(1, 0), (1, 1), (None, None), (3, 2), (2, 1), (None, None)]
        self.assertEqual(about(event, "keys", "hits"), counts)

    def test_which_cache_it_was(self) -> None:
        event = cached("""
cache.set("a", 1)
caches["files"].get("a")
caches["own"].get("a")
""")
        names = about(event, "db.system.name", "db.namespace")
        own = ("__main__", "own")
        self.assertEqual(names, [("locmem", "default"), ("filebased", "files"), own])

    def test_a_session_s_key_is_not_told(self) -> None:
        event = cached("""
cache.get("django.contrib.sessions.cacheabcdefghijklmnopqrstuvwxyz012345")
cache.get("session:abcdefghijklmnopqrstuvwxyz012345")
""")
        texts = [span["text"] for span in event["spans"]]
        self.assertEqual(texts, ["get django.contrib.sessions.[hidden]", "get session:[hidden]"])

    def test_errors_are_the_app_s(self) -> None:
        event = cached("""
try:
    cache.incr("nothing")
except ValueError:
    pass
""")
        self.assertEqual(about(event, "error.type"), ["ValueError"])


if __name__ == "__main__":
    unittest.main()
