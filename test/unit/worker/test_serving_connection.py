"""A connection reads the same requests, and refuses the same, however its bytes are cut."""

from __future__ import annotations

import random
import socket
import unittest
from typing import Any, List

from prefork_worker.http import Refusal
from prefork_worker.serving import ServingOptions
from prefork_worker.serving.connection import Connection
from prefork_worker.serving.entrance import Entrances, Trust

REQUESTS = [
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /a?b HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n",
    b"GET /old HTTP/1.0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\n",
    b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Sum: 1\r\n\r\n",
    b"\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
]
NOISE = [b"\r", b"\n", b"\r\n", b" ", b"\0", b":", b"x", b"0", b"\t", b"\xff", b";", b"\r\n\r\n"]


class FragmentationTest(unittest.TestCase):
    def setUp(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)
        self.options = ServingOptions()
        self.entrances = Entrances([self.listener], self.options)

    def read(self, pieces: List[bytes]) -> List[Any]:
        """What the loop would see: requests in order, perhaps a refusal's status at the end."""
        address = ("10.0.0.1", 1)
        connection = Connection(
            self.listener, self.entrances.find(0, address), self.options, address
        )
        seen: List[Any] = []
        try:
            for piece in pieces:
                self.take(connection, piece, seen)
        except Refusal as refusal:
            seen.append(refusal.status)
        return seen

    def take(self, connection: Connection, data: bytes, seen: List[Any]) -> None:
        request = connection.advance(data)
        while request is not None:
            head = request.head
            body = request.body.read() if request.body is not None else b""
            seen.append((head.method, head.target, head.minor, head.keep_alive, body))
            rest, connection.buffer = connection.buffer, b""
            request = connection.advance(rest) if rest else None

    def agree(self, data: bytes, cuts: List[int]) -> List[Any]:
        pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)]) if a < b]
        whole = self.read([data])
        self.assertEqual(self.read(pieces), whole, pieces)
        return whole

    def test_cut_in_two_at_every_position(self) -> None:
        data = b"".join(REQUESTS)
        for at in range(len(data)):
            self.assertEqual(len(self.agree(data, [at])), len(REQUESTS))

    def test_random_mutations_cut_at_random(self) -> None:
        source = random.Random(7)
        refused = 0
        for _ in range(6000):
            data = b"".join(source.choice(REQUESTS) for _ in range(source.randrange(1, 4)))
            for _ in range(source.randrange(3)):
                at = source.randrange(len(data))
                data = data[:at] + source.choice(NOISE) + data[at + source.randrange(2) :]
            cuts = sorted(source.randrange(len(data)) for _ in range(source.randrange(1, 6)))
            refused += any(isinstance(one, int) for one in self.agree(data, cuts))
        self.assertGreater(refused, 500)

    def test_an_unstarted_request_can_be_read_again_from_its_raw_bytes(self) -> None:
        address = ("10.0.0.1", 1)
        for data in REQUESTS:
            for at in range(len(data)):
                connection = Connection(
                    self.listener, self.entrances.find(0, address), self.options, address
                )
                request = None
                for piece in (data[:at], data[at:] + b"NEXT"):
                    request = connection.advance(piece) if piece else request
                assert request is not None
                self.assertEqual(request.raw.lstrip(b"\r\n"), (data + b"NEXT").lstrip(b"\r\n"))
                connection.rewind(request)
                self.assertEqual(connection.unread(), request.raw)


class TrustTest(unittest.TestCase):
    def test_which_peers_may_forward(self) -> None:
        trust = Trust("127.0.0.1, 10.0.0.0/8, ::1")
        for host, trusted in [
            ("127.0.0.1", True), ("10.9.9.9", True), ("::1", True), ("127.0.0.2", False),
            ("192.168.0.1", False), ("fe80::1%eth0", False),
        ]:  # fmt: skip
            with self.subTest(host=host):
                self.assertEqual(trust.covers((host, 1)), trusted)
        self.assertTrue(trust.covers(""))  # a Unix socket
        self.assertTrue(Trust("*").covers(("192.168.0.1", 1)))
        self.assertFalse(Trust("").covers(("127.0.0.1", 1)))


if __name__ == "__main__":
    unittest.main()
