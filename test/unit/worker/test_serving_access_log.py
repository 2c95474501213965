"""The access log: Gunicorn's atoms, and lines that no client can forge."""

from __future__ import annotations

import os
import tempfile
import unittest
from typing import Any, List

from prefork_worker.serving.access_log import Access, AccessLog
from serving_harness import ServingTest


class Atoms(unittest.TestCase):
    def line(self, format: str, **environ: Any) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "access.log")
            request = {
                "REQUEST_METHOD": "GET", "RAW_URI": "/p?q=1", "SERVER_PROTOCOL": "HTTP/1.1",
                "PATH_INFO": "/p", "QUERY_STRING": "q=1", "REMOTE_ADDR": "10.0.0.1",
            }  # fmt: skip
            head = b"HTTP/1.1 200 OK\r\nX-Out: o\r\n"
            access = Access({**request, **environ}, head, 200, 12, 1_234_567_890)
            AccessLog(path, format).log(access)
            with open(path) as file:
                return file.read()

    def test_each(self) -> None:
        self.assertEqual(
            self.line("%(h)s %(l)s %(u)s %(r)s|%(m)s %(U)s %(q)s %(H)s|%(s)s %(b)s %(B)s %%"),
            "10.0.0.1 - - GET /p?q=1 HTTP/1.1|GET /p q=1 HTTP/1.1|200 12 12 %\n",
        )
        self.assertEqual(self.line("%(T)s %(M)s %(D)s %(L)s"), "1 1234 1234567 1.234568\n")
        self.assertEqual(self.line("%(p)s"), f"<{os.getpid()}>\n")
        self.assertRegex(self.line("%(t)s"), r"^\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]\n$")
        self.assertEqual(
            self.line("%({x-in}i)s %({X-Out}o)s %({X_E}e)s %({none}i)s", HTTP_X_IN="i", X_E="e"),
            "i o e -\n",
        )

    def test_the_user_of_basic_authentication(self) -> None:
        self.assertEqual(self.line("%(u)s", HTTP_AUTHORIZATION="Basic bWU6c2VjcmV0"), "me\n")
        self.assertEqual(self.line("%(u)s", HTTP_AUTHORIZATION="Basic !"), "-\n")
        self.assertEqual(self.line("%(u)s", HTTP_AUTHORIZATION="Bearer bWU6c2VjcmV0"), "-\n")

    def test_what_a_client_sent_cannot_leave_its_quotes_or_its_line(self) -> None:
        self.assertEqual(self.line('"%(a)s"', HTTP_USER_AGENT='a"\n\\b'), '"a\\x22\\x0a\\x5cb"\n')

    def test_an_atom_that_does_not_exist(self) -> None:
        self.assertRaisesRegex(ValueError, r"no atom %\(z\)s", self.line, "%(z)s")


class InAWorker(ServingTest):
    def lines(self, path: str) -> List[str]:
        with open(path) as file:
            return file.read().splitlines()

    def test_every_answer_is_a_line(self) -> None:
        def app(environ: Any, start_response: Any) -> List[bytes]:
            if environ["PATH_INFO"] == "/fails":
                raise ValueError("the reason")
            start_response("201 Created", [])
            return [b"hello"]

        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "access.log")
            self.serve(app, accesslog=path, access_log_format="%(r)s %(s)s %(B)s")
            client = self.client()
            client.get("/one").answer()
            client.get("/fails").answer()
            self.wait_for(lambda: len(self.lines(path)) == 2)
            lines = self.lines(path)
        self.assertEqual(lines, ["GET /one HTTP/1.1 201 5", "GET /fails HTTP/1.1 500 22"])


if __name__ == "__main__":
    unittest.main()
