"""The bytes of a replay, from what capture tells of a request: as it was, edited, or why there are none."""

from __future__ import annotations

import gzip
import os
import unittest
from typing import Any, Optional

from prefork_worker.capture.exchange import Exchange
from prefork_worker.capture.record import Record
from prefork_worker.http.fields import FieldReader, FieldRules
from prefork_worker.http.request import HeadReader, Leniency
from prefork_worker.replay import NotReplayable, originals
from prefork_worker.replay.request import request_bytes
from prefork_worker.replay.sealing import Seal

FORM = "application/x-www-form-urlencoded"
SECRETS = ("Cookie: sid=s1; theme=dark", "Authorization: Bearer abc")
Replayed = tuple[str, list[str], bytes]


class RequestTest(unittest.TestCase):
    def setUp(self) -> None:
        self.seal = originals.seal = Seal.create()
        self.addCleanup(os.close, self.seal.fd)
        self.addCleanup(setattr, originals, "seal", None)

    def order(
        self, target: str, fields: tuple[str, ...] = (), body: bytes = b"", kept: Optional[bytes] = None,
        private: bool = False, **edit: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """As the arbiter makes it of what a worker tells."""
        length = (f"Content-Length: {len(body)}",) if body else ()
        raw = "\r\n".join([f"POST {target} HTTP/1.1", "Host: a", *fields, *length, "", ""])
        reader = HeadReader(FieldReader(FieldRules(), {}), 0, 1 << 20, Leniency())
        head = reader.careful(raw.encode("latin-1"))
        record = Record("POST", head.path, head.query, "127.0.0.1", 0)
        kept = body if kept is None else kept
        exchange = Exchange(raw.encode("latin-1") + body, kept, b"", None, private)
        told = exchange.told("POST", record.target(), len(body), 0)
        return {
            "method": "POST", "target": record.target(), "headers": told["request_headers"],
            "body": told.get("request_body"), "sealed": told.get("sealed"), "edit": edit,
        }  # fmt: skip

    def replayed(self, order: dict[str, Any]) -> Replayed:
        """Request line, the fields without Host, the body."""
        head, body = request_bytes(order, self.seal)
        line, host, *fields = head.decode("latin-1").split("\r\n")
        self.assertEqual((host, fields[-2:]), ("Host: a", ["", ""]))
        return line, fields[:-2], body

    def refusal(self, order: dict[str, Any]) -> str:
        with self.assertRaises(NotReplayable) as raised:
            request_bytes(order, self.seal)
        return str(raised.exception)

    def test_where_nothing_was_hidden_nothing_is_sealed(self) -> None:
        order = self.order("/a?b=1", ("Accept: */*", "Content-Type: text/plain"), "ü".encode())
        self.assertIsNone(order["sealed"])
        fields = ["Accept: */*", "Content-Type: text/plain", "Content-Length: 2"]
        self.assertEqual(self.replayed(order), ("POST /a?b=1 HTTP/1.1", fields, "ü".encode()))

    def test_all_that_was_hidden_comes_back(self) -> None:
        target, body = "/a%2Fb?token=t1&x=%20", b"password=p1&name=Ann"
        order = self.order(target, (*SECRETS, f"Content-Type: {FORM}"), body)
        self.assertNotIn("p1", str(order))
        fields = [*SECRETS, f"Content-Type: {FORM}", f"Content-Length: {len(body)}"]
        self.assertEqual(self.replayed(order), (f"POST {target} HTTP/1.1", fields, body))

    def test_a_target_that_is_told_in_another_way_than_it_was_written(self) -> None:
        for target in ("/%C3%BC?", "/a%2Fb", "/caf\xe9", "http://a/x?y", "/%25"):
            line, _, _ = self.replayed(self.order(target))
            self.assertEqual(line, f"POST {target} HTTP/1.1")

    def test_bodies_that_are_no_text(self) -> None:
        packed = gzip.compress(b"a=1")
        for kind, body in (("image/png", b"\x89PNG\r\n"), ("text/plain; charset=latin-1", b"\xfc")):
            self.assertEqual(
                self.replayed(self.order("/", (f"Content-Type: {kind}",), body))[2], body
            )
        gzipped = self.order("/", ("Content-Type: text/plain", "Content-Encoding: gzip"), packed)
        self.assertEqual(self.replayed(gzipped)[1:], (
            ["Content-Type: text/plain", "Content-Encoding: gzip", f"Content-Length: {len(packed)}"], packed,
        ))  # fmt: skip

    def test_what_the_app_calls_private(self) -> None:
        order = self.order("/", (f"Content-Type: {FORM}",), b"pin=7", private=True)
        self.assertIsNone(order["body"]["text"])
        self.assertEqual(self.replayed(order)[2], b"pin=7")

    def test_what_is_about_the_connection_goes(self) -> None:
        fields = (
            "Connection: keep-alive, X-Hop", "X-Hop: 1", "Keep-Alive: 5", "TE: trailers", "Upgrade: h2c",
            "Expect: 100-continue", "traceparent: 00-x", "tracestate: a=1", "Accept: */*",
        )  # fmt: skip
        for more in ((), SECRETS):
            _, found, _ = self.replayed(self.order("/", (*fields, *more)))
            self.assertEqual(found, ["Accept: */*", *more])

    def test_an_edit_keeps_what_is_left_hidden(self) -> None:
        body = b"password=p1&name=Ann"
        order = self.order("/a?token=t1&x=1", (*SECRETS, f"Content-Type: {FORM}"), body)
        order["edit"] = {
            "http.request.method": "PUT",
            "target": "/b c?x=2&token=[hidden]",
            "headers": [
                ["Host", "a"], ["cookie", "theme=light; sid=[hidden]"], ["Authorization", "Bearer [hidden]"],
                ["X-New", "ü"],
            ],
            "body": "name=Berta&password=[hidden]",
        }  # fmt: skip
        line, fields, sent = self.replayed(order)
        self.assertEqual(line, "PUT /b%20c?x=2&token=t1 HTTP/1.1")
        self.assertEqual(fields[:2], ["cookie: theme=light; sid=s1", "Authorization: Bearer abc"])
        self.assertEqual(fields[2:], ["X-New: \xfc", f"Content-Length: {len(sent)}"])
        self.assertEqual(sent, b"name=Berta&password=p1")

    def test_a_target_is_encoded_as_it_was_decoded(self) -> None:
        order = self.order("/%C3%BC?a=1")
        self.assertEqual(order["target"], "/\xc3\xbc?a=1")
        for edited in ("/\xc3\xbc?a=2", "/ü?a=2"):
            order["edit"] = {"target": edited}
            self.assertEqual(self.replayed(order)[0], "POST /%C3%BC?a=2 HTTP/1.1")

    def test_an_edited_body_is_not_packed_and_has_its_charset(self) -> None:
        kind = "Content-Type: text/plain; charset=latin-1"
        packed = gzip.compress("ä token=abcdef1".encode("latin-1"))
        order = self.order("/", (kind, "Content-Encoding: gzip"), packed)
        order["edit"] = {"body": order["body"]["text"].replace("ä", "öö")}
        _, fields, body = self.replayed(order)
        self.assertEqual(body, "öö token=abcdef1".encode("latin-1"))
        self.assertEqual(fields, [kind, f"Content-Length: {len(body)}"])

    def test_no_body(self) -> None:
        order = self.order("/", ("Content-Type: text/plain",), b"abc")
        order["edit"] = {"body": None}
        expected = ["Content-Type: text/plain", "Content-Length: 0"]
        self.assertEqual(self.replayed(order)[1:], (expected, b""))

    def test_a_body_that_was_not_kept_whole(self) -> None:
        for kind in ("text/plain", "image/png", FORM):
            order = self.order(
                "/", (*SECRETS, f"Content-Type: {kind}"), b"x" * 90_000, b"x" * 65_536
            )
            self.assertIn(
                "90,000 bytes of body were not kept whole: edit the body", self.refusal(order)
            )
            order["edit"] = {"body": "new"}
            self.assertEqual(self.replayed(order)[2], b"new")

    def test_another_key(self) -> None:
        order = self.order("/a?token=t1", (*SECRETS, f"Content-Type: {FORM}"), b"password=p1")
        self.seal = Seal.create()
        self.addCleanup(os.close, self.seal.fd)
        for told in (order, {**order, "sealed": None}):
            why = self.refusal(told)
            self.assertIn("Cookie is not known any more (the server was started anew since)", why)
            self.assertIn("after logging in", why)
        named = [["Host", "a"], ["Cookie", "sid=s2"]]
        order["edit"] = {"headers": named}
        self.assertIn("its address", self.refusal(order))
        order["edit"] = {"headers": named, "target": "/a"}
        self.assertIn("body have something hidden", self.refusal(order))
        order["edit"] = {"headers": named, "target": "/a", "body": "password=[hidden]&x=1"}
        self.assertIn("hidden in its body", self.refusal(order))
        order["edit"] = {"headers": named, "target": "/a", "body": "password=p2"}
        self.assertEqual(self.replayed(order)[2], b"password=p2")


if __name__ == "__main__":
    unittest.main()
