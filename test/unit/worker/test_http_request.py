"""The head of a request: what is taken, what is refused with which status, and that both ways agree."""

from __future__ import annotations

import random
import unittest
from typing import Any, List, Optional, Tuple

from prefork_worker.http import Refusal
from prefork_worker.http.fields import FieldReader, FieldRules
from prefork_worker.http.request import HeadReader, RequestHead

HOST = b"Host: example.org\r\n"


def reader(limit_line: int = 4094, **rules: Any) -> HeadReader:
    return HeadReader(FieldReader(FieldRules(**rules), {"template": "kept"}), limit_line, 100_000)


def get(fields: bytes, line: bytes = b"GET / HTTP/1.1") -> bytes:
    return line + b"\r\n" + fields + b"\r\n"


def status_of(data: bytes, using: Optional[HeadReader] = None) -> int:
    """200 when the head is taken, else the status of the refusal."""
    try:
        (using or reader()).careful(data)
    except Refusal as refusal:
        return refusal.status
    return 200


class Taken(unittest.TestCase):
    def test_what_a_head_says(self) -> None:
        head = reader().careful(
            get(HOST + b"X-One:  1 \t\r\n", b"POST /a%20b/%C3%A9?q=%20 HTTP/1.1")
        )
        self.assertEqual(
            (head.method, head.target, head.path, head.query),
            ("POST", "/a%20b/%C3%A9?q=%20", "/a b/\xc3\xa9", "q=%20"),
        )
        self.assertEqual(head.fields.environ["HTTP_X_ONE"], "1")
        self.assertEqual(head.fields.environ["template"], "kept")
        self.assertTrue(head.keep_alive)

    def test_repeated_fields_are_joined(self) -> None:
        fields = HOST + b"Cookie: a=1\r\nCookie: b=2\r\nAccept: x\r\nACCEPT: y\r\n"
        environ = reader().careful(get(fields)).fields.environ
        self.assertEqual(environ["HTTP_COOKIE"], "a=1; b=2")
        self.assertEqual(environ["HTTP_ACCEPT"], "x,y")

    def test_targets(self) -> None:
        for line, path, query in [
            (b"GET http://a.b:80/p?q HTTP/1.1", "/p", "q"),
            (b"GET http://a.b HTTP/1.1", "/", ""),
            (b"OPTIONS * HTTP/1.1", "*", ""),
            (b"GET //x/y HTTP/1.1", "//x/y", ""),
            (b"GET /?a?b HTTP/1.1", "/", "a?b"),
            (b"GET /\xc3\xa9 HTTP/1.1", "/\xc3\xa9", ""),
        ]:
            with self.subTest(line=line):
                head = reader().careful(get(HOST, line))
                self.assertEqual((head.path, head.query), (path, query))

    def test_the_authority_of_an_absolute_target_replaces_host(self) -> None:
        head = reader().careful(get(HOST, b"GET http://other:81/ HTTP/1.1"))
        self.assertEqual(head.fields.environ["HTTP_HOST"], "other:81")

    def test_keep_alive(self) -> None:
        for version, connection, kept in [
            (b"1.1", b"", True),
            (b"1.1", b"Connection: close\r\n", False),
            (b"1.1", b"Connection: x, Close\r\n", False),
            (b"1.1", b"Connection: \xa0close\r\n", True),
            (b"1.0", b"", False),
            (b"1.0", b"Connection: Keep-Alive\r\n", True),
        ]:
            with self.subTest(version=version, connection=connection):
                head = reader().careful(get(HOST + connection, b"GET / HTTP/" + version))
                self.assertEqual(head.keep_alive, kept)

    def test_underscores_are_dropped_unless_asked_otherwise(self) -> None:
        data = get(HOST + b"X_Real_IP: spoofed\r\nSCRIPT_NAME: /spoofed\r\n")
        environ = reader().careful(data).fields.environ
        self.assertNotIn("HTTP_X_REAL_IP", environ)
        self.assertNotIn("SCRIPT_NAME", environ)
        self.assertEqual(status_of(data, reader(header_map="refuse")), 400)
        trusted = reader(forwarders=frozenset({"SCRIPT_NAME"})).careful(data).fields
        self.assertEqual(trusted.environ["SCRIPT_NAME"], "/spoofed")

    def test_forwarded_scheme_counts_only_from_a_trusted_peer(self) -> None:
        data = get(HOST + b"X-Forwarded-Proto: https\r\n")
        schemes = {"X-FORWARDED-PROTO": "https", "X-FORWARDED-SSL": "on"}
        self.assertNotIn("wsgi.url_scheme", reader().careful(data).fields.environ)
        trusting = reader(trusted=True, secure_scheme_headers=schemes)
        self.assertEqual(trusting.careful(data).fields.environ["wsgi.url_scheme"], "https")
        both = get(HOST + b"X-Forwarded-Proto: https\r\nX-Forwarded-SSL: off\r\n")
        self.assertEqual(status_of(both, trusting), 400)


REFUSED: List[Tuple[int, bytes]] = [
    (400, get(b"")),  # no Host
    (400, get(HOST + HOST)),
    (400, get(b"Host: a b\r\n")),
    (400, get(b"Host: a/b\r\n")),
    (400, get(HOST + b"Content-Length: 1\r\nContent-Length: 1\r\n")),
    (400, get(HOST + b"Content-Length: 1, 1\r\n")),
    (400, get(HOST + b"Content-Length: +1\r\n")),
    (400, get(HOST + b"Content-Length: -1\r\n")),
    (400, get(HOST + b"Content-Length: 1_0\r\n")),
    (400, get(HOST + b"Content-Length: 0x1\r\n")),
    (400, get(HOST + b"Content-Length: \xb2\r\n")),
    (400, get(HOST + b"Content-Length:\r\n")),
    (400, get(HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")),
    (400, get(HOST + b"Transfer-Encoding: chunked, chunked\r\n")),
    (400, get(HOST + b"Transfer-Encoding: chunked, gzip\r\n")),
    (400, get(HOST + b"Transfer-Encoding: gzip, chunked\r\n")),
    (501, get(HOST + b"Transfer-Encoding: gzip\r\n")),
    (501, get(HOST + b"Transfer-Encoding: xchunked\r\n")),
    (501, get(HOST + b"Transfer-Encoding:\r\n")),
    (501, get(HOST + b"Transfer-Encoding: \xa0chunked\r\n")),
    (501, get(HOST + b"Transfer-Encoding: chunked\x85\r\n")),
    (400, get(HOST + b"Transfer-Encoding: chunked\r\n", b"POST / HTTP/1.0")),
    (400, get(HOST + b"X: a\r\n b\r\n")),  # obsolete folding
    (400, get(b" X: a\r\n" + HOST)),
    (400, get(HOST + b"X : a\r\n")),
    (400, get(HOST + b": a\r\n")),
    (400, get(HOST + b"no colon\r\n")),
    (400, get(HOST + b"X\xe9: a\r\n")),
    (400, get(HOST + b"X(y): a\r\n")),
    (400, get(HOST + b"X: a\nY: b\r\n")),
    (400, get(HOST + b"X: a\rb\r\n")),
    (400, get(HOST + b"X: a\x00b\r\n")),
    (400, get(HOST + b"X: a\x7f\r\n")),
    (400, get(HOST + b"X: a\r\r\n")),
    (417, get(HOST + b"Expect: something\r\n")),
    (400, get(HOST, b"GET  / HTTP/1.1")),
    (400, get(HOST, b"GET / HTTP/1.1 ")),
    (400, get(HOST, b" GET / HTTP/1.1")),
    (400, get(HOST, b"GET /")),
    (400, get(HOST, b"get / HTTP/1.1")),
    (400, get(HOST, b"G T / HTTP/1.1")),
    (400, get(HOST, b"GET /\x00 HTTP/1.1")),
    (400, get(HOST, b"GET /a#b HTTP/1.1")),
    (400, get(HOST, b"GET * HTTP/1.1")),
    (400, get(HOST, b"GET x HTTP/1.1")),
    (400, get(HOST, b"GET http:/// HTTP/1.1")),
    (400, get(HOST, b"CONNECT a:1 HTTP/1.1")),
    (400, get(HOST, b"CONNECT / HTTP/1.1")),
    (400, get(HOST, b"GET / http/1.1")),
    (400, get(HOST, b"GET / HTTP/1.10")),
    (505, get(HOST, b"GET / HTTP/2.0")),
    (414, get(HOST, b"GET /" + b"a" * 4090 + b" HTTP/1.1")),
    (431, get(HOST + b"X: " + b"a" * 8190 + b"\r\n")),
    (431, get(HOST + b"X: 1\r\n" * 100)),
]


class Refused(unittest.TestCase):
    def test_each(self) -> None:
        for status, data in REFUSED:
            with self.subTest(data=data[:80]):
                self.assertEqual(status_of(data), status)

    def test_a_known_name_without_its_colon(self) -> None:
        shared = reader()
        self.assertEqual(status_of(get(HOST + b"X: 1\r\n"), shared), 200)
        self.assertEqual(status_of(get(HOST + b"X\r\n"), shared), 400)
        self.assertEqual(status_of(get(b"Host\r\n"), shared), 400)

    def test_before_the_head_is_complete(self) -> None:
        for status, data in [
            (400, b"\x16\x03\x01\x02\x00\x01"),
            (505, b"PRI * HTTP/2.0\r\n"),
            (400, b"GET / HTTP/1.1\n"),
            (400, b"\n"),
            (414, b"G" * 5000),
            (414, b"G" * 5000 + b"\r\n"),
            (431, b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 20_000),
        ]:
            with self.subTest(data=data[:30]), self.assertRaises(Refusal) as caught:
                reader().end(data)
            self.assertEqual(caught.exception.status, status)

    def test_a_head_still_on_its_way_is_no_error(self) -> None:
        whole = get(HOST)
        for size in range(len(whole)):
            self.assertEqual(reader().end(whole[:size]), 0)
        self.assertEqual(reader().end(whole + b"more"), len(whole))

    def test_trailers(self) -> None:
        reader().check_trailers(b"X-Checksum: 1\r\n\r\n")
        for bad in (b"Content-Length: 1\r\n\r\n", b"Host: a\r\n\r\n", b"X : 1\r\n\r\n"):
            with self.subTest(bad=bad), self.assertRaises(Refusal):
                reader().check_trailers(bad)


class BothWaysAgree(unittest.TestCase):
    """Random heads, right and wrong: what `quick` takes, `careful` takes, with the same result."""

    PIECES = (
        [b"GET", b"POST", b"get", b"HEAD", b"OPTIONS", b"G#T"],
        [b"/", b"/a", b"/a%20b?x=%31", b"/?", b"/a?b?c", b"*", b"http://h/x", b"/#", b"/\xe9"],
        [b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/1.1 ", b"http/1.1"],
    )
    FIELDS = (
        b"Host: a", b"Host: a", b"Host: b", b"Accept: */*", b"Cookie: a=1", b"Connection: close",
        b"Connection: keep-alive", b"Content-Length: 0", b"Content-Length: 3", b"X_Y: 1",
        b"Transfer-Encoding: chunked", b"Expect: 100-continue", b"X: \xff", b"X: \x01", b"X : 1",
        b" folded", b"X: a\nb", b"X:\t1 ", b"SCRIPT_NAME: /a", b"",
    )  # fmt: skip

    def head(self, random: random.Random) -> bytes:
        line = b" ".join(random.choice(part) for part in self.PIECES)
        fields = [random.choice(self.FIELDS) for _ in range(random.randrange(5))]
        data = b"".join(part + b"\r\n" for part in [line, b"Host: a", *fields, b""])
        if random.random() < 0.1:
            at = random.randrange(len(data))
            data = data[:at] + bytes([random.randrange(256)]) + data[at + random.randrange(2) :]
        return data

    def test_random_heads(self) -> None:
        source, shared, taken = random.Random(20), reader(), 0
        for _ in range(20_000):
            data = self.head(source)
            quick = shared.quick(data)
            if quick is not None:
                taken += 1
                self.assertEqual(facts(quick), facts(reader().careful(data)), data)
            elif shared_end(shared, data) == len(data):
                status_of(data, shared)  # learns its block, if it is one to learn
        self.assertGreater(taken, 300)

    def test_quick_keeps_the_limit_of_the_request_line(self) -> None:
        shared = reader(limit_line=40)
        for size, status in ((20, 200), (40, 414)):
            data = get(HOST, b"GET /" + b"a" * size + b" HTTP/1.1")
            self.assertEqual(status_of(data, shared), status)
            self.assertEqual(shared.quick(data) is not None, status == 200)

    def test_nothing_that_is_refused_is_ever_quick(self) -> None:
        shared = reader()
        for _, data in REFUSED:
            status_of(data, shared)
            self.assertIsNone(shared.quick(data), data[:80])


def facts(head: RequestHead) -> Any:
    return head._replace(fields=head.fields.environ)  # type: ignore[arg-type]


def shared_end(reader: HeadReader, data: bytes) -> int:
    try:
        return reader.end(data)
    except Refusal:
        return -1


if __name__ == "__main__":
    unittest.main()
