"""The head of a response: what PEP 3333 allows, what it does not, and Date."""

from __future__ import annotations

import unittest
from email.utils import parsedate_to_datetime
from typing import Any

from prefork_worker.http.response import ResponseHead, chunk, stamp


class Heads(unittest.TestCase):
    def test_what_goes_out(self) -> None:
        head = ResponseHead(
            "200 OK", [("X-A", "caf\xe9\t"), ("Set-Cookie", "a"), ("Set-Cookie", "b")]
        )
        self.assertEqual(
            head.raw, b"HTTP/1.1 200 OK\r\nX-A: caf\xe9\t\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n"
        )

    def test_hop_by_hop_fields_are_the_servers(self) -> None:
        fields = [("Connection", "close"), ("Transfer-Encoding", "chunked"), ("Upgrade", "x")]
        head = ResponseHead("200 OK", [*fields, ("Content-Length", "3")])
        self.assertEqual((head.raw, head.close, head.length), (b"HTTP/1.1 200 OK\r\n", True, 3))

    def test_not_allowed(self) -> None:
        cases: Any = [
            (200, []), (b"200 OK", []), ("200", []), ("OK", []), ("20 OK", []), ("200OK", []),
            ("200 OK\r\nX: 1", []), ("200 OK\n", []), ("200 \u20ac", []),
            ("200 OK", [("X", 1)]), ("200 OK", [(b"X", "1")]), ("200 OK", [("X", b"1")]),
            ("200 OK", [("X", None)]), ("200 OK", [("X Y", "1")]), ("200 OK", [("X:", "1")]),
            ("200 OK", [("", "1")]), ("200 OK", [("X\r\n", "1")]), ("200 OK", [("X", "1\r\nY: 2")]),
            ("200 OK", [("X", "1\n")]), ("200 OK", [("X", "\x00")]), ("200 OK", [("X", "\u20ac")]),
            ("200 OK", [("Content-Length", "x")]), ("200 OK", [("Content-Length", "-1")]),
            ("200 OK", [("Content-Length", "1"), ("content-length", "2")]),
            ("200 OK", ["X: 1"]), ("200 OK", None),
        ]  # fmt: skip
        for status, headers in cases:
            for _ in range(2):  # what is remembered must not let it pass the second time
                with self.subTest(status=status, headers=headers):
                    self.assertRaises((TypeError, ValueError), ResponseHead, status, headers)

    def test_date_and_server_unless_the_app_set_them(self) -> None:
        lines = stamp(ResponseHead("200 OK", [])).decode().split("\r\n")
        self.assertEqual(lines[0], "Server: prefork")
        self.assertIsNotNone(parsedate_to_datetime(lines[1].partition(": ")[2]).tzinfo)
        own = ResponseHead("200 OK", [("Date", "x"), ("server", "y")])
        self.assertEqual(stamp(own), b"")

    def test_chunk(self) -> None:
        self.assertEqual(chunk(b"x" * 17), b"11\r\n" + b"x" * 17 + b"\r\n")


if __name__ == "__main__":
    unittest.main()
