"""PEP 3333 on a real socket, with one thread and with four.

Every app here runs under `wsgiref.validate.validator`, but for those that break the rules on
purpose, and for what the validator does not let through.
"""

from __future__ import annotations

import io
import sys
import threading
import unittest
from typing import Any, Callable, Iterable, Iterator, List, Tuple

from serving_harness import DEADLINE, Client, ConformanceTest, on_four_threads

TEXT = ("Content-Type", "text/plain")


class Closing:
    """An iterable that tells when it is closed."""

    def __init__(self, items: Iterable[bytes]) -> None:
        self.items = iter(items)
        self.closes = 0
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        return self.items

    def close(self) -> None:
        self.closes += 1
        self.closed.set()


class StartResponse(ConformanceTest):
    def test_late_at_the_first_item(self) -> None:
        def app(environ: Any, start_response: Any) -> Iterator[bytes]:
            start_response("201 Created", [TEXT])
            yield b"late"

        # The validator wants it called before the iterable is returned; PEP 3333 does not.
        self.serve_invalid(app)
        self.assertEqual(self.client().get().answer()[::2], (201, b"late"))

    def test_never(self) -> None:
        for body in ([b"x"], [], (b"x",)):
            with self.subTest(body=body):
                worker = self.serve_invalid(lambda environ, start_response, body=body: iter(body))
                self.assertEqual(self.client().get().answer()[0], 500)
                worker.server.stop(0.1)
                self.assertTrue(worker.ended())

    def test_twice(self) -> None:
        def app(environ: Any, start_response: Any) -> List[bytes]:
            start_response("200 OK", [TEXT])
            start_response("200 OK", [TEXT])
            return []

        self.serve_invalid(app)
        self.assertEqual(self.client().get().answer()[0], 500)

    def test_exc_info_before_anything_was_sent_replaces_the_head(self) -> None:
        def app(environ: Any, start_response: Any) -> Iterator[bytes]:
            start_response("200 OK", [TEXT, ("X-First", "1")])

            def body() -> Iterator[bytes]:
                yield b""
                try:
                    raise ValueError
                except ValueError:
                    start_response("503 Sorry", [TEXT], sys.exc_info())
                yield b"sorry"

            return body()

        self.serve_valid(app)
        status, head, body = self.client().get().answer()
        self.assertEqual((status, body), (503, b"sorry"))
        self.assertNotIn(b"X-First", head)

    def test_exc_info_after_something_was_sent_cuts_the_connection(self) -> None:
        def app(environ: Any, start_response: Any) -> Iterator[bytes]:
            start_response("200 OK", [TEXT])

            def body() -> Iterator[bytes]:
                yield b"half"
                try:
                    raise ValueError("the first")
                except ValueError:
                    start_response("500 Oops", [TEXT], sys.exc_info())
                yield b"never"

            return body()

        self.serve_valid(app)
        answer = self.client().get().rest()
        self.assertTrue(answer.endswith(b"\r\n4\r\nhalf\r\n"), answer)
        self.assertIn("ValueError: the first", self.site.logged[0][1])

    def test_what_is_not_allowed_is_a_500_of_the_server(self) -> None:
        wrong: List[Tuple[Any, Any]] = [
            ("200 OK\r\nX-Injected: 1", []), ("OK", []), (200, []), ("200 OK", [("X", "1\r\nY: 2")]),
            ("200 OK", [("X", "\u20ac")]), ("200 OK", [(b"X", "1")]), ("200 OK", [("X Y", "1")]),
            ("200 OK", [("Content-Length", "many")]),
        ]  # fmt: skip

        def app(environ: Any, start_response: Any) -> List[bytes]:
            start_response(*wrong[int(environ["PATH_INFO"][1:])])
            return [b"x"]

        self.serve_invalid(app)
        client = self.client()
        for number in range(len(wrong)):
            with self.subTest(wrong=wrong[number]):
                status, head, body = client.get(f"/{number}").answer()
                self.assertEqual((status, body), (500, b"Internal Server Error\n"))
                self.assertNotIn(b"Injected", head)


class Bodies(ConformanceTest):
    def test_write_comes_first_and_at_once(self) -> None:
        got_it = threading.Event()

        def app(environ: Any, start_response: Any) -> List[bytes]:
            write = start_response("200 OK", [TEXT])
            write(b"written, ")
            got_it.wait(DEADLINE)
            write(b"twice, ")
            return [b"then ", b"returned"]

        self.serve_valid(app)
        client = self.client().get()
        client.until(b"written, ")
        got_it.set()
        client.until(b"then \r\n")
        client.until(b"returned\r\n0\r\n\r\n")

    def test_each_item_is_sent_before_the_next_is_asked_for(self) -> None:
        seen = [threading.Event() for _ in range(3)]

        def app(environ: Any, start_response: Any) -> Iterator[bytes]:
            start_response("200 OK", [TEXT])

            def body() -> Iterator[bytes]:
                for number, event in enumerate(seen):
                    yield b"item %d" % number
                    event.wait(DEADLINE)

            return body()

        self.serve_valid(app)
        client = self.client().get()
        for number, event in enumerate(seen):
            client.until(b"item %d\r\n" % number)
            event.set()
        client.until(b"0\r\n\r\n")

    def test_more_than_the_length_is_cut_off_and_the_connection_goes_on(self) -> None:
        for body in ([b"abc", b"def"], (b"abc", b"def")):
            client, worker = self.framed(body, "4")
            self.assertEqual(client.get().answer()[2], b"abcd")
            self.assertEqual(client.get().answer()[2], b"abcd")
            worker.server.stop(0.1)
            self.assertTrue(worker.ended())

    def test_less_than_the_length_ends_the_connection(self) -> None:
        client, _ = self.framed([b"abc"], "4")
        self.assertTrue(client.get().rest().endswith(b"\r\n\r\nabc"))

    def framed(self, body: Iterable[bytes], length: str) -> Tuple[Client, Any]:
        def app(environ: Any, start_response: Any) -> Iterable[bytes]:
            start_response("200 OK", [TEXT, ("Content-Length", length)])
            return body if isinstance(body, list) else iter(body)

        worker = self.serve_invalid(app)
        return self.client(), worker

    def test_no_body_where_there_is_none(self) -> None:
        def app(environ: Any, start_response: Any) -> List[bytes]:
            start_response(environ["PATH_INFO"][1:].replace("-", " "), [])
            return []

        self.serve_valid(app)
        client = self.client()
        for status in ("204-No-Content", "304-Not-Modified"):
            _, head, _ = client.get(f"/{status}").answer(bodyless=True)
            self.assertNotIn(b"content-length", head.lower())
            self.assertNotIn(b"chunked", head)

    def test_what_is_no_bytes_is_a_500_before_any_head(self) -> None:
        for body in (["text"], None, [1]):
            worker = self.serve_invalid(
                lambda environ, start_response, body=body: start_response("200 OK", []) and body
            )
            status, _, answer = self.client().get().answer()
            self.assertEqual((status, answer), (500, b"Internal Server Error\n"))
            worker.server.stop(0.1)
            self.assertTrue(worker.ended())

    def test_closed_once_at_the_end_at_an_error_and_when_the_client_leaves(self) -> None:
        def failing() -> Iterator[bytes]:
            yield b"x"
            raise ValueError

        def endless() -> Iterator[bytes]:
            while True:
                yield b"x" * 10_000

        bodies = {
            "/end": Closing([b"x"]),
            "/error": Closing(failing()),
            "/left": Closing(endless()),
        }

        def app(environ: Any, start_response: Any) -> Closing:
            start_response("200 OK", [TEXT])
            return bodies[environ["PATH_INFO"]]

        self.serve_valid(app)
        for path, body in bodies.items():
            client = self.client().get(path)
            client.until(b"x")
            client.close()
            self.assertTrue(body.closed.wait(DEADLINE), path)
        self.wait_for(lambda: [body.closes for body in bodies.values()] == [1, 1, 1], "the closes")

    def test_a_file_in_blocks_that_middleware_wrapped(self) -> None:
        def app(environ: Any, start_response: Any) -> Any:
            start_response("200 OK", [TEXT])
            return environ["wsgi.file_wrapper"](io.BytesIO(b"a file" * 50_000))

        self.serve_valid(app)
        self.assertEqual(self.client().get().answer()[2], b"a file" * 50_000)


class Input(ConformanceTest):
    READERS: List[Callable[[Any], Any]] = [
        lambda body: body.read(100),
        lambda body: [body.read(n) for n in (0, 1, 3, 100, 5)],
        lambda body: [body.readline() for _ in range(4)],
        lambda body: body.readlines(),
        lambda body: body.readlines(1),
        lambda body: list(body),
        lambda body: (body.readline(), body.read(2), body.read(100), body.read(1)),
    ]
    BODY = b"first\nsecond\n\nlast"

    def reading(self, use: Callable[[Any], Any]) -> Any:
        """What `use` makes of `wsgi.input`, told in the answer."""

        def app(environ: Any, start_response: Any) -> List[bytes]:
            told = repr(use(environ["wsgi.input"])).encode()
            start_response("200 OK", [TEXT])
            return [told]

        return self.serve_valid(app)

    def test_reads_as_a_file_does_however_the_body_comes(self) -> None:
        for number, use in enumerate(self.READERS):
            worker = self.reading(use)
            client = self.client()
            expected = repr(use(io.BytesIO(self.BODY))).encode()
            for fields, body in self.framings():
                with self.subTest(reader=number, fields=fields):
                    client.get("/", *fields, method="POST")
                    if fields[1:]:
                        client.until(b"100 Continue\r\n\r\n")
                    self.assertEqual(client.send(body).answer()[2], expected)
            worker.server.stop(0.1)
            self.assertTrue(worker.ended())

    def framings(self) -> List[Tuple[List[str], bytes]]:
        chunks = b"7\r\n%b\r\nb;x=y\r\n%b\r\n0\r\nX-Sum: 1\r\n\r\n" % (self.BODY[:7], self.BODY[7:])
        length, expect = f"Content-Length: {len(self.BODY)}", "Expect: 100-continue"
        whole: List[Tuple[List[str], bytes]] = [
            ([length], self.BODY),
            (["Transfer-Encoding: chunked"], chunks),
        ]
        return [*whole, *(([framing, expect], body) for (framing,), body in whole)]

    def test_no_body_is_an_empty_one(self) -> None:
        self.reading(lambda body: (body.read(10), body.readline(), list(body)))
        self.assertEqual(self.client().get().answer()[2], b"(b'', b'', [])")

    def test_trailers_do_not_reach_the_environ(self) -> None:
        def app(environ: Any, start_response: Any) -> List[bytes]:
            environ["wsgi.input"].read(100)
            start_response("200 OK", [TEXT])
            return [repr([key for key in environ if "SUM" in key]).encode()]

        self.serve_valid(app)
        client = self.client().get("/", "Transfer-Encoding: chunked", method="POST")
        self.assertEqual(client.send(b"0\r\nX-Sum: 1\r\n\r\n").answer()[2], b"[]")


globals().update(on_four_threads(StartResponse, Bodies, Input))

if __name__ == "__main__":
    unittest.main()
