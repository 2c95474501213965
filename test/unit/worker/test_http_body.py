"""Bodies by length and in chunks: at every fragmentation the same payload, or a refusal."""

from __future__ import annotations

import unittest
from typing import List, Optional

from prefork_worker.http import Refusal
from prefork_worker.http.body import Body, ChunkedBody, LengthBody

WHOLE = b'5\r\nhello\r\n6;a=b; c="d"\r\n world\r\n00\r\nX-Sum: 1\r\n\r\n'


def chunked(checked: Optional[List[bytes]] = None) -> ChunkedBody:
    return ChunkedBody((checked if checked is not None else []).append)


def decode(body: Body, pieces: List[bytes], limit: int = 65536) -> bytes:
    buffer, payload = bytearray(), b""
    for piece in pieces:
        buffer += piece
        while not body.done:
            got = body.decode(buffer, limit)
            payload += got
            if not got:
                break
    return payload + b"|" + bytes(buffer)


class Chunked(unittest.TestCase):
    def test_cut_in_two_at_every_position(self) -> None:
        data = WHOLE + b"NEXT"
        for at in range(len(data)):
            with self.subTest(at=at):
                checked: List[bytes] = []
                body = chunked(checked)
                self.assertEqual(decode(body, [data[:at], data[at:]]), b"hello world|NEXT")
                self.assertTrue(body.done)
                self.assertEqual(checked, [b"X-Sum: 1\r\n\r\n"])

    def test_byte_by_byte_and_with_small_limits(self) -> None:
        pieces = [WHOLE[i : i + 1] for i in range(len(WHOLE))]
        self.assertEqual(decode(chunked(), pieces), b"hello world|")
        for limit in range(1, 12):
            self.assertEqual(decode(chunked(), [WHOLE], limit), b"hello world|")

    def test_the_end_of_the_payload_is_seen_with_it(self) -> None:
        body = chunked()
        self.assertEqual(body.decode(bytearray(b"2\r\nhi\r\n0\r\n\r\n"), 2), b"hi")
        self.assertTrue(body.done)

    def test_refused(self) -> None:
        for data in [
            b"\r\n", b"g\r\n", b"-1\r\n", b"+1\r\n", b"0x1\r\n", b" 1\r\n", b"1 \r\n", b"1_0\r\n",
            b"1\n", b"1;\r\n", b"1;a=\r\n", b"1;a\rb\r\n", b"1;a\nb\r\n", b"1;\"q\"\r\n",
            b"1\r\nab\r\n", b"1\r\na\n", b"1\r\na\rX", b"f" * 16 + b"\r\n", b"1" * 5000,
        ]:  # fmt: skip
            with self.subTest(data=data[:20]), self.assertRaises(Refusal):
                decode(chunked(), [data])

    def test_an_end_that_does_not_come(self) -> None:
        body = chunked()
        self.assertEqual(decode(body, [b"1\r\na\r\n0\r\n"]), b"a|")
        self.assertFalse(body.done)


class ByLength(unittest.TestCase):
    def test_stops_where_the_next_request_begins(self) -> None:
        for at in range(8):
            body = LengthBody(5)
            data = b"helloNEXT"
            self.assertEqual(decode(body, [data[:at], data[at:]]), b"hello|NEXT")


if __name__ == "__main__":
    unittest.main()
