"""Headers and bodies as they are told of: in order, bounded, unpacked within bounds, secrets hidden."""

from __future__ import annotations

import gzip
import unittest
from typing import Any, Optional

from prefork_worker.capture.exchange import MAX_BODY, Exchange

RAW = b"POST /x HTTP/1.1\r\nHost: a\r\nCookie: sid=planted\r\nContent-Type: application/json\r\n\r\n{}"


def told(
    body: Optional[bytes] = None, sent: Optional[bytes] = None, answer: str = "", **marks: bool
) -> dict[str, Any]:
    head = f"HTTP/1.1 200 OK\r\n{answer}\r\n\r\n".encode()
    exchange = Exchange(RAW, body, head, sent, **marks)
    return exchange.told("POST", "/", len(body or b""), len(sent or b""))


class ExchangeTest(unittest.TestCase):
    def test_headers_in_order_whatever_is_around_them(self) -> None:
        expected = [("Host", "a"), ("Cookie", "sid=[hidden]"), ("Content-Type", "application/json")]
        for before in (b"", b"PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n", b"\r\n"):
            exchange = Exchange(before + RAW, None, b"", None)
            self.assertEqual(exchange.told("POST", "/", 0, 0)["request_headers"], expected)

    def test_a_body_as_text_and_what_was_hidden(self) -> None:
        found = told(b'{"password": "planted", "a": 1}')["request_body"]
        self.assertEqual(found["text"], '{"password": "[hidden]", "a": 1}')
        self.assertTrue(found["redacted"])
        self.assertNotIn("response_body", told())

    def test_what_is_no_text_is_only_measured(self) -> None:
        found = told(sent=b"\x89PNG", answer="Content-Type: image/png")["response_body"]
        self.assertEqual((found["text"], found["size"], found["cut"]), (None, 4, 4))

    def test_what_is_packed_is_unpacked_within_bounds(self) -> None:
        head = "Content-Type: text/plain\r\nContent-Encoding: gzip"
        packed = gzip.compress(b"a" * 10_000_000)
        found = told(sent=packed, answer=head)["response_body"]
        self.assertEqual(found["text"], "a" * MAX_BODY)
        self.assertIsNone(told(sent=b"no gzip", answer=head)["response_body"]["text"])

    def test_what_the_app_calls_private_and_pages_of_exceptions_are_not_told(self) -> None:
        private = told(b"name=Ann", private=True)["request_body"]
        self.assertEqual((private["text"], private["redacted"]), (None, True))
        page = told(sent=b"x", answer="Content-Type: text/html", error_page=True)["response_body"]
        self.assertEqual((page["text"], page["redacted"]), (None, True))


if __name__ == "__main__":
    unittest.main()
