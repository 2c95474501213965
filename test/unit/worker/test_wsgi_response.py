"""PEP 3333's side of an answer: framing, start_response, write, iteration, close."""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
import unittest
from typing import Any, Callable, Iterable, Iterator, List, Optional

from prefork_worker.http import ClientGone
from prefork_worker.wsgi import FileWrapper
from prefork_worker.wsgi.response import Response


class Sent:
    """Where an answer goes, piece by piece; a client that leaves after `leaves_after` pieces."""

    def __init__(self, leaves_after: int = 1000) -> None:
        self.pieces: List[bytes] = []
        self.leaves_after = leaves_after
        self.files = 0

    def send(self, data: bytes, last: bool, more: bool = False) -> None:
        if len(self.pieces) >= self.leaves_after:
            raise ClientGone("gone")
        self.pieces.append(data)

    def send_file(self, file: int, offset: int, size: int) -> None:
        self.send(os.pread(file, size, offset), True)
        self.files += 1

    @property
    def head(self) -> bytes:
        return b"".join(self.pieces).partition(b"\r\n\r\n")[0].lower()

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces).partition(b"\r\n\r\n")[2]


class Closing:
    """An iterable that counts its closes."""

    def __init__(self, items: Iterable[Any]) -> None:
        self.items = iter(items)
        self.closed = 0

    def __iter__(self) -> Iterator[Any]:
        return self.items

    def close(self) -> None:
        self.closed += 1


Body = Callable[[Any], Any]


def answer(
    body: Any,
    *fields: Any,
    status: str = "200 OK",
    method: str = "GET",
    minor: int = 1,
    sent: Optional[Sent] = None,
) -> Any:
    """Runs an app that answers `body`: an iterable, or a function of start_response."""
    sent = sent or Sent()
    response = Response(sent, method, minor, True)

    def app(environ: Any, start_response: Any) -> Any:
        if callable(body):
            return body(start_response)
        start_response(status, list(fields))
        return body

    response.run(app, {})
    return sent, response


def raising(error: BaseException, *items: bytes) -> Iterator[bytes]:
    yield from items
    raise error


class Framing(unittest.TestCase):
    def test_a_list_is_one_send_with_its_length(self) -> None:
        sent, response = answer([b"ab", b"", b"cd"])
        self.assertEqual(len(sent.pieces), 1)
        self.assertIn(b"content-length: 4", sent.head)
        self.assertEqual((sent.body, response.close), (b"abcd", False))

    def test_others_are_sent_item_by_item_in_chunks(self) -> None:
        sent, response = answer(iter([b"", b"ab", b"", b"cd"]))
        self.assertIn(b"transfer-encoding: chunked", sent.head)
        self.assertEqual(sent.body, b"2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n")
        self.assertEqual(len(sent.pieces), 3)
        self.assertFalse(response.close)

    def test_http_1_0_is_ended_by_the_close(self) -> None:
        sent, response = answer(iter([b"ab"]), minor=0)
        self.assertNotIn(b"chunked", sent.head)
        self.assertEqual((sent.body, response.close), (b"ab", True))

    def test_http_1_0_is_kept_alive_when_the_length_is_known(self) -> None:
        sent, response = answer([b"ab"], minor=0)
        self.assertIn(b"connection: keep-alive", sent.head)
        self.assertFalse(response.close)

    def test_empty_answers(self) -> None:
        bodies: List[Any] = [[], (), iter([]), iter([b""])]
        for body in bodies:
            sent, response = answer(body)
            self.assertIn(b"content-length: 0", sent.head)
            self.assertFalse(response.close)

    def test_no_body_where_there_is_none(self) -> None:
        for body in ([b"x"], iter([b"x"]), []):
            for status in ("204 No Content", "304 Not Modified"):
                with self.subTest(status=status):
                    sent, _ = answer(body, status=status)
                    self.assertEqual(sent.body, b"")
                    self.assertNotIn(b"chunked", sent.head)
                    self.assertNotIn(b"content-length", sent.head)

    def test_head_keeps_the_length(self) -> None:
        for body in ([b"abc"], iter([b"abc"]), []):
            sent, response = answer(body, ("Content-Length", "3"), method="HEAD")
            self.assertIn(b"content-length: 3", sent.head)
            self.assertEqual((sent.body, response.close), (b"", False))

    def test_more_than_promised_is_cut_off(self) -> None:
        for body in ([b"abc", b"def"], iter([b"abc", b"def"])):
            sent, _ = answer(body, ("Content-Length", "4"))
            self.assertEqual(sent.body, b"abcd")

    def test_less_than_promised_ends_the_connection(self) -> None:
        for body in ([b"abc"], iter([b"abc"]), []):
            _, response = answer(body, ("Content-Length", "4"))
            self.assertTrue(response.close)

    def test_a_large_body_is_not_copied_behind_the_head(self) -> None:
        body = b"x" * 100_000
        sent, _ = answer([body])
        self.assertEqual([len(piece) for piece in sent.pieces][1], len(body))


class StartResponse(unittest.TestCase):
    def test_late(self) -> None:
        def late(start_response: Any) -> Iterator[bytes]:
            start_response("201 Created", [])
            yield b"x"

        self.assertTrue(answer(late)[0].head.startswith(b"http/1.1 201 created"))

    def test_never(self) -> None:
        for body in ([b"x"], iter([b"x"]), iter([])):
            with self.assertRaisesRegex(RuntimeError, "did not call start_response"):
                answer(lambda start_response, body=body: body)

    def test_twice(self) -> None:
        def twice(start_response: Any) -> List[bytes]:
            start_response("200 OK", [])
            start_response("200 OK", [])
            return []

        with self.assertRaisesRegex(RuntimeError, "second time"):
            answer(twice)

    def test_exc_info_replaces_a_head_that_was_not_sent(self) -> None:
        def change(start_response: Any) -> Iterator[bytes]:
            start_response("200 OK", [("X-First", "1")])
            yield b""
            try:
                raise ValueError
            except ValueError:
                start_response("500 Oops", [], sys.exc_info())
            yield b"sorry"

        sent, _ = answer(change)
        self.assertTrue(sent.head.startswith(b"http/1.1 500 oops"))
        self.assertNotIn(b"x-first", sent.head)

    def test_exc_info_is_raised_after_the_head_was_sent(self) -> None:
        def change(start_response: Any) -> Iterator[bytes]:
            start_response("200 OK", [])
            yield b"x"
            try:
                raise ValueError("the first")
            except ValueError:
                start_response("500 Oops", [], sys.exc_info())

        with self.assertRaisesRegex(ValueError, "the first"):
            answer(change)

    def test_a_bad_header_is_raised_where_the_app_can_see_it(self) -> None:
        caught = []

        def bad(start_response: Any) -> List[bytes]:
            try:
                start_response("200 OK", [("X", "\u20ac")])
            except ValueError as error:
                caught.append(error)
                start_response("500 Oops", [], sys.exc_info())
            return [b"x"]

        self.assertTrue(answer(bad)[0].head.startswith(b"http/1.1 500 oops"))
        self.assertEqual(len(caught), 1)


class Writing(unittest.TestCase):
    def test_write_comes_before_the_iterable(self) -> None:
        def app(start_response: Any) -> List[bytes]:
            write = start_response("200 OK", [("Content-Length", "4")])
            write(b"ab")
            return [b"cd"]

        sent, response = answer(app)
        self.assertEqual((sent.body, len(sent.pieces), response.close), (b"abcd", 2, False))

    def test_only_bytes(self) -> None:
        for body in (["x"], iter(["x"]), None, [1]):
            sent = Sent()
            with self.subTest(body=body), self.assertRaises(TypeError):
                answer(body, sent=sent)
            self.assertEqual(sent.pieces, [])  # not even a head


class Files(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "file")
        with open(self.path, "wb") as file:
            file.write(b"0123456789")

    def file(self, position: int = 0) -> FileWrapper:
        file = open(self.path, "rb")  # noqa: SIM115 - closed by the wrapper
        self.addCleanup(file.close)
        file.seek(position)
        return FileWrapper(file)

    def test_from_where_the_file_stands(self) -> None:
        wrapper = self.file(position=4)
        sent, response = answer(wrapper)
        self.assertEqual((sent.body, sent.files, response.close), (b"456789", 1, False))
        self.assertIn(b"content-length: 6", sent.head)
        self.assertTrue(wrapper.filelike.closed)

    def test_no_more_than_promised(self) -> None:
        sent, response = answer(self.file(), ("Content-Length", "3"))
        self.assertEqual((sent.body, response.close), (b"012", False))
        sent, response = answer(self.file(), ("Content-Length", "30"))
        self.assertEqual((sent.body, response.close), (b"0123456789", True))

    def test_head(self) -> None:
        sent, _ = answer(self.file(), ("Content-Length", "10"), method="HEAD")
        self.assertEqual((sent.body, sent.files), (b"", 0))

    def test_what_only_looks_like_a_file_is_read(self) -> None:
        with gzip.open(self.path, "wb") as file:
            file.write(b"unpacked")
        sent, _ = answer(FileWrapper(gzip.open(self.path)))  # noqa: SIM115 - closed by it
        self.assertEqual((sent.body, sent.files), (b"8\r\nunpacked\r\n0\r\n\r\n", 0))


class Close(unittest.TestCase):
    def closes(self, items: Iterable[Any], error: Any = None, **more: Any) -> None:
        body = Closing(items)
        if error:
            self.assertRaises(error, answer, body, **more)
        else:
            answer(body, **more)
        self.assertEqual(body.closed, 1)

    def test_once_always(self) -> None:
        self.closes([b"a", b"b"])
        self.closes([])
        self.closes([b"a"], method="HEAD")
        self.closes(raising(ValueError(), b"a"), ValueError)
        self.closes(raising(SystemExit(), b"a"), SystemExit)
        self.closes(["text"], TypeError)
        self.closes([b"a", b"b", b"c"], ClientGone, sent=Sent(leaves_after=1))

    def test_an_endless_answer_to_head_ends(self) -> None:
        def endless() -> Iterator[bytes]:
            while True:
                yield b"x"

        self.closes(endless(), method="HEAD")


if __name__ == "__main__":
    unittest.main()
