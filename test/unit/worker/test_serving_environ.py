"""The environ on a real socket, under the validator: what a client, a front end and the server say."""

from __future__ import annotations

import json
import os
import unittest
from typing import Any, List
from unittest import mock

from serving_harness import ConformanceTest, on_four_threads

TEXT = ("Content-Type", "text/plain")


def told(environ: Any, start_response: Any) -> List[bytes]:
    """The environ, and a stain on it that the next request must not see."""
    known = {key: value for key, value in environ.items() if isinstance(value, (str, bool))}
    for key in ("wsgi.url_scheme", "HTTP_HOST", "stain"):
        environ[key] = "stained"
    start_response("200 OK", [TEXT])
    return [json.dumps(known).encode()]


class EnvironTest(ConformanceTest):
    def ask(self, *fields: str, path: str = "/", method: str = "GET", body: bytes = b"") -> Any:
        answer = self.client().get(path, *fields, method=method).send(body).answer()
        self.assertEqual(answer[0], 200, answer)
        return json.loads(answer[2])

    def holds(self, environ: Any, **expected: Any) -> None:
        self.assertEqual({key: environ.get(key) for key in expected}, expected)


class OfAClient(EnvironTest):
    def test_each_request_has_its_own(self) -> None:
        self.serve_valid(told)
        client = self.client()
        for _ in range(3):
            environ = json.loads(client.get().answer()[2])
            self.assertEqual((environ["wsgi.url_scheme"], environ["HTTP_HOST"]), ("http", "test"))
            self.assertNotIn("stain", environ)

    def test_lengths_and_types(self) -> None:
        self.serve_valid(told)
        environ = self.ask("Content-Length: 2", "Content-Type: a/b", method="POST", body=b"xy")
        self.holds(environ, CONTENT_LENGTH="2", CONTENT_TYPE="a/b", HTTP_CONTENT_LENGTH=None)
        chunked = self.ask("Transfer-Encoding: chunked", method="POST", body=b"0\r\n\r\n")
        self.holds(chunked, CONTENT_LENGTH=None, CONTENT_TYPE=None)
        self.assertTrue(chunked["wsgi.input_terminated"])

    def test_targets(self) -> None:
        self.serve_valid(told)
        self.holds(
            self.ask(path="http://other:81/a%2Fb;c?d=%20&e"),
            PATH_INFO="/a/b;c", QUERY_STRING="d=%20&e", HTTP_HOST="other:81",
            RAW_URI="http://other:81/a%2Fb;c?d=%20&e",
        )  # fmt: skip
        self.holds(self.ask(path="/%E2%82%AC%00?"), PATH_INFO="/\xe2\x82\xac\x00", QUERY_STRING="")

    def test_an_asterisk(self) -> None:
        self.serve_invalid(told)  # the validator knows paths only
        self.holds(self.ask(path="*", method="OPTIONS"), PATH_INFO="*", RAW_URI="*", SCRIPT_NAME="")

    def test_the_version_is_the_clients(self) -> None:
        self.serve_valid(told)
        answer = self.client().send(b"GET / HTTP/1.0\r\n\r\n").rest()
        environ = json.loads(answer.partition(b"\r\n\r\n")[2])
        self.holds(environ, SERVER_PROTOCOL="HTTP/1.0", HTTP_HOST=None)

    def test_threads_and_processes_are_told_truthfully(self) -> None:
        self.serve_valid(told, multiprocess=True)
        self.holds(
            self.ask(),
            **{
                "wsgi.multithread": self.threads > 1,
                "wsgi.multiprocess": True,
                "wsgi.run_once": False,
            },
        )


class OfAFrontEnd(EnvironTest):
    """127.0.0.1 is trusted unless it is said otherwise."""

    FORWARDED = ("X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https")

    def test_a_trusted_one_tells_the_scheme_but_not_the_address(self) -> None:
        self.serve_valid(told)
        environ = self.ask(*self.FORWARDED)
        self.assertEqual(environ["wsgi.url_scheme"], "https")
        self.holds(environ, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="1.2.3.4")

    def test_another_one_tells_nothing(self) -> None:
        self.serve_valid(told, forwarded_allow_ips="10.0.0.0/8")
        environ = self.ask(*self.FORWARDED, "SCRIPT_NAME: /a", path="/a/b")
        self.assertEqual(environ["wsgi.url_scheme"], "http")
        self.holds(environ, REMOTE_ADDR="127.0.0.1", SCRIPT_NAME="", PATH_INFO="/a/b")

    def test_where_the_app_is_mounted(self) -> None:
        self.serve_valid(told)
        self.holds(self.ask("SCRIPT_NAME: /a", path="/a/b"), SCRIPT_NAME="/a", PATH_INFO="/b")
        self.holds(
            self.ask("Script-Name: /a", path="/a/b"),
            SCRIPT_NAME="", PATH_INFO="/a/b", HTTP_SCRIPT_NAME="/a",
        )  # fmt: skip
        self.assertEqual(self.client().get("/b", "SCRIPT_NAME: /a").answer()[0], 500)

    def test_where_the_environment_mounts_it(self) -> None:
        with mock.patch.dict(os.environ, SCRIPT_NAME="/a"):
            self.serve_valid(told)
        self.holds(self.ask(path="/a/b"), SCRIPT_NAME="/a", PATH_INFO="/b")
        self.assertEqual(self.client().get("/b").answer()[0], 500)


class Hosts(EnvironTest):
    """In dev mode a page of a stranger must not reach the app under a name of its own."""

    def status(self, host: str, target: str = "/") -> int:
        data = f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        status: int = self.client().send(data).answer()[0]
        return status

    def test_only_local_names(self) -> None:
        self.serve_valid(told, dev=True)
        for host in (
            "localhost", "LocalHost:80", "localhost.", "app.localhost:1", "127.0.0.1:80", "[::1]:80",
            "10.1.2.3", "web", "box.local", "shop.test", "www.example.com", "",
        ):  # fmt: skip
            for _ in range(2):  # what is remembered is what was taken
                self.assertEqual(self.status(host), 200, host)
        for host in (
            "evil.com",
            "127.0.0.1.evil.com:80",
            "localhost.evil.com",
            "evil.com.",
            "x.co",
        ):
            for _ in range(2):
                self.assertEqual(self.status(host), 403, host)
        self.assertEqual(self.status("localhost", "http://evil.com/"), 403)
        self.assertIn("--allowed-hosts evil.com", self.site.logged[0][1])

    def test_what_is_allowed(self) -> None:
        self.serve_valid(told, dev=True, allowed_hosts="dev.company.com, Other.com")
        taken = ("dev.company.com:8000", "DEV.company.com", "other.com", "localhost")
        self.assertEqual([self.status(host) for host in taken], [200] * 4)
        self.assertEqual(self.status("company.com"), 403)

    def test_anything_when_asked_and_without_dev_mode(self) -> None:
        for options in ({"dev": True, "allowed_hosts": "*"}, {"dev": False}):
            worker = self.serve_valid(told, **options)
            self.assertEqual(self.status("any.company.com"), 200)
            worker.server.stop(0.1)
            self.assertTrue(worker.ended())


globals().update(on_four_threads(OfAClient, OfAFrontEnd, Hosts))

if __name__ == "__main__":
    unittest.main()
