"""`wsgi.input` while the body is on its way: sizes, lines, the end, and a client that leaves."""

from __future__ import annotations

import io
import unittest
from typing import Callable, List

from prefork_worker.http import ClientGone
from prefork_worker.http.body import Body, ChunkedBody, LengthBody
from prefork_worker.wsgi.environ import BodyInput

TEXT = b"first\nsecond line\n\nlast without end"


class Pieces:
    """A connection that gives its bytes in pieces and then is gone."""

    def __init__(self, data: bytes, size: int) -> None:
        self.pieces = [data[i : i + size] for i in range(0, len(data), size)]
        self.first_reads = 0

    def receive(self) -> bytes:
        if not self.pieces:
            raise ClientGone("gone")
        return self.pieces.pop(0)

    def count(self) -> None:
        self.first_reads += 1

    def body(self, body: Body, ready: bytes = b"") -> BodyInput:
        return BodyInput(body, bytearray(), ready, self.receive, self.count)


def by_length(size: int, left: bytes = b"NEXT") -> BodyInput:
    return Pieces(TEXT + left, size).body(LengthBody(len(TEXT)))


def in_chunks(size: int) -> BodyInput:
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (TEXT[:9], TEXT[9:]))
    return Pieces(chunks + b"0\r\n\r\nNEXT", size).body(ChunkedBody(lambda trailers: None))


READERS: List[Callable[[io.BytesIO], object]] = [
    lambda body: body.read(),
    lambda body: body.read(-1),
    lambda body: [body.read(n) for n in (0, 1, 7, 1000, 5)],
    lambda body: [body.readline() for _ in range(6)],
    lambda body: [body.readline(4) for _ in range(12)],
    lambda body: body.readlines(),
    lambda body: (body.readlines(7), body.read()),
    lambda body: list(body),
    lambda body: (body.readline(), body.read(3), body.readline(), body.read()),
]


class LikeAFile(unittest.TestCase):
    def test_reads_as_bytesio_does(self) -> None:
        for make in (by_length, in_chunks):
            for size in (1, 2, 5, 1000):
                for number, use in enumerate(READERS):
                    with self.subTest(make=make.__name__, size=size, reader=number):
                        body = make(size)
                        self.assertEqual(use(body), use(io.BytesIO(TEXT)))  # type: ignore[arg-type]

    def test_what_follows_the_body_is_left(self) -> None:
        for make in (by_length, in_chunks):
            body = make(1000)
            body.read()
            self.assertTrue(body.exhausted)
            self.assertEqual(bytes(body.buffer), b"NEXT")

    def test_what_was_collected_comes_first(self) -> None:
        body = Pieces(b"cd", 1).body(LengthBody(2), b"ab")
        self.assertEqual(body.read(), b"abcd")
        self.assertEqual(body.size, 4)


class Ends(unittest.TestCase):
    def test_a_client_that_leaves_raises(self) -> None:
        body = Pieces(b"abc", 1).body(LengthBody(5))
        self.assertEqual(body.read(2), b"ab")
        with self.assertRaises(ClientGone):
            body.read()

    def test_the_first_read_is_announced_once(self) -> None:
        source = Pieces(TEXT, 3)
        body = source.body(LengthBody(len(TEXT)))
        self.assertEqual(source.first_reads, 0)
        body.read(1)
        body.read()
        self.assertEqual(source.first_reads, 1)

    def test_drain(self) -> None:
        self.assertTrue(by_length(4).drain(65536))
        self.assertFalse(by_length(4).drain(8))


if __name__ == "__main__":
    unittest.main()
