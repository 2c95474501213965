"""The PROXY protocol: what a front end says of a client, who may say it, and what it must look like."""

from __future__ import annotations

import json
import socket
import struct
import unittest
from typing import Any, List, Optional
from wsgiref.validate import validator

from prefork_worker.http import Refusal
from prefork_worker.http.proxy_protocol import SIGNATURE, read
from serving_harness import ConformanceTest, Worker, on_four_threads

V1 = b"PROXY TCP4 192.0.2.1 10.0.0.9 5000 443\r\n"
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
TCP4 = {
    "PROXY_PROTOCOL": "TCP4",
    "REMOTE_ADDR": "192.0.2.1",
    "REMOTE_PORT": "5000",
    "PROXY_ADDR": "10.0.0.9",
    "PROXY_PORT": "443",
}


def v2(command: int, family: int, body: bytes = b"") -> bytes:
    return SIGNATURE + struct.pack("!BBH", command, family, len(body)) + body


def inet(family: Any, client: str, proxy: str) -> bytes:
    addresses = b"".join(socket.inet_pton(family, one) for one in (client, proxy))
    return addresses + struct.pack("!HH", 5000, 443)


V2 = v2(0x21, 0x11, inet(socket.AF_INET, "192.0.2.1", "10.0.0.9"))
V2_6 = v2(0x21, 0x21, inet(socket.AF_INET6, "2001:db8::1", "::1") + b"\x04\x00\x01\x00")  # a TLV


class Parsed(unittest.TestCase):
    def test_both_versions_cut_at_every_position(self) -> None:
        for header in (V1, V2):
            for size in range(len(header)):
                self.assertIsNone(read(header[:size], "auto"), header[:size])
            for data in (header, header + GET):
                self.assertEqual(read(data, "auto"), (len(header), TCP4))

    def test_ipv6(self) -> None:
        for header in (b"PROXY TCP6 2001:db8::1 ::1 5000 443\r\n", V2_6):
            origin = read(header, "auto")
            assert origin is not None
            self.assertEqual(origin.environ["REMOTE_ADDR"], "2001:db8::1")
            self.assertEqual(origin.size, len(header))

    def test_a_front_ends_own_checks_say_nothing(self) -> None:
        local, unspecified = v2(0x20, 0x00), v2(0x21, 0x00, b"xx")
        for header in (local, unspecified, b"PROXY UNKNOWN\r\n", b"PROXY UNKNOWN a b 1 2\r\n"):
            self.assertEqual(read(header + GET, "auto"), (len(header), {}))

    def test_without_a_header_and_of_the_other_version(self) -> None:
        for data, mode in (
            (GET, "auto"),
            (b"POST", "v1"),
            (V1, "v2"),
            (V2, "v1"),
            (b"\r\nG", "v2"),
        ):
            self.assertEqual(read(data, mode), (0, {}))

    def test_refused(self) -> None:
        short = inet(socket.AF_INET, "192.0.2.1", "10.0.0.9")[:-1]
        for bad in (
            b"PROXY \r\n", b"PROXY TCP4\r\n", b"PROXY TCP4 192.0.2.1 10.0.0.9 5000\r\n",
            b"PROXY UDP4 192.0.2.1 10.0.0.9 5000 443\r\n", V1.replace(b"192.0.2.1", b"192.0.2"),
            b"PROXY TCP4 ::1 ::1 1 2\r\n", b"PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n",
            V1.replace(b"5000", b"65536"), V1.replace(b"5000", b"+500"), V1.replace(b"5000", b"05"),
            V1.replace(b" 443", b"  443"), V1.replace(b"\r\n", b"\n"), b"PROXY " + b"x" * 120,
            v2(0x11, 0x11, b"\0" * 12), v2(0x22, 0x11, b"\0" * 12), v2(0x21, 0x12, b"\0" * 12),
            v2(0x21, 0x31, b"\0" * 216), v2(0x21, 0x11, short), v2(0x21, 0x21, short),
        ):  # fmt: skip
            with self.subTest(bad=bad), self.assertRaises(Refusal) as caught:
                read(bad, "auto")
            self.assertEqual(caught.exception.status, 400)


def told(environ: Any, start_response: Any) -> List[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    names = ("REMOTE_ADDR", "REMOTE_PORT", "PROXY_PROTOCOL", "PROXY_ADDR", "PROXY_PORT")
    return [json.dumps({name: environ[name] for name in names if name in environ}).encode()]


class Served(ConformanceTest):
    def serve(self, app: Any, **options: Any) -> Worker:
        return super().serve(validator(app), **{"threads": self.threads, **options})

    def ask(self, client: Any, data: bytes = GET) -> Any:
        return json.loads(client.send(data).answer()[2])

    def test_every_request_of_the_connection_has_the_clients_address(self) -> None:
        self.serve(told, proxy_protocol="auto")
        for header in (V1, V2):
            client = self.client().send(header)
            self.assertEqual([self.ask(client), self.ask(client)], [TCP4, TCP4])

    def test_a_header_may_come_in_pieces_or_not_at_all(self) -> None:
        self.serve(told, proxy_protocol="auto")
        client = self.client()
        for position in range(len(V1 + GET)):
            client.send((V1 + GET)[position : position + 1])
        self.assertEqual(json.loads(client.answer()[2]), TCP4)
        self.assertEqual(self.ask(self.client())["REMOTE_ADDR"], "127.0.0.1")
        self.assertEqual(self.ask(self.client(), v2(0x20, 0) + GET)["REMOTE_ADDR"], "127.0.0.1")

    def test_only_before_the_first_request_and_only_when_switched_on(self) -> None:
        self.serve(told, proxy_protocol="v1")
        client = self.client().send(V1 + GET)
        client.answer()
        self.assertEqual(client.send(V1 + GET).answer()[0], 400)

    def test_off(self) -> None:
        self.serve(told)
        for header in (V1, V2):
            self.assertEqual(self.client().send(header + GET).answer()[0], 400)

    def test_only_from_whom_it_is_allowed(self) -> None:
        self.serve(told, proxy_protocol="auto", proxy_allow_ips="10.0.0.0/8")
        self.assertEqual(self.client().send(V1 + GET).answer()[0], 403)
        self.assertEqual(self.ask(self.client())["REMOTE_ADDR"], "127.0.0.1")

    def test_a_malformed_header_is_answered_400(self) -> None:
        self.serve(told, proxy_protocol="auto")
        self.assertEqual(self.client().send(b"PROXY nonsense\r\n").answer()[0], 400)

    def test_a_client_that_says_nothing_holds_nothing_up(self) -> None:
        worker = self.serve(told, proxy_protocol="auto", header_timeout=0.3)
        silent = self.client().send(b"PROX")
        self.assertEqual(self.ask(self.client())["REMOTE_ADDR"], "127.0.0.1")
        self.assertEqual(silent.rest(), b"")
        self.wait_for(lambda: worker.server.connections <= 1)

    def test_what_was_said_goes_along_to_a_newer_worker(self) -> None:
        old = self.serve(told, proxy_protocol="auto")
        known, plain, begun = self.client().send(V1), self.client(), self.client().send(V2[:14])
        self.assertEqual(self.ask(known), TCP4)
        self.assertEqual(self.ask(plain)["REMOTE_ADDR"], "127.0.0.1")
        self.wait_for(lambda: old.server.connections == 3)
        self.site.board.generation = 2
        old.server.retire()
        self.newer()
        self.assertTrue(old.ended())
        self.assertEqual(self.ask(known), TCP4)
        self.assertEqual(self.ask(plain)["REMOTE_ADDR"], "127.0.0.1")
        self.assertEqual(plain.send(V1 + GET).answer()[0], 400)
        self.assertEqual(self.ask(begun, V2[14:] + GET), TCP4)

    def newer(self) -> Optional[Worker]:
        worker = Worker(self.site, told, slot=1, generation=2, proxy_protocol="auto", keepalive=60)
        self.addCleanup(lambda: self.assertTrue(worker.ended()))
        self.addCleanup(worker.server.stop, 0.2)
        return worker


globals().update(on_four_threads(Served))

if __name__ == "__main__":
    unittest.main()
