"""A worker that speaks TLS, and what its clients may do wrong.

Every app here runs under `wsgiref.validate.validator`.
"""

from __future__ import annotations

import os
import pathlib
import socket
import ssl
import tempfile
import threading
import unittest
from typing import Any, List
from wsgiref.validate import validator

from prefork_worker.serving import ServingOptions
from prefork_worker.serving.greeting import server_context
from serving_harness import DEADLINE, Client, ServingTest, Worker
from test_serving_http import TEXT, echo

# One self-signed certificate for localhost and 127.0.0.1, with its key; made for these tests only.
CERTIFICATE = str(pathlib.Path(__file__).parents[2] / "support" / "localhost.pem")


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=CERTIFICATE)
    # Python 3.9 has no name for it, but sets it: a cut would look like an end.
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0x80)
    return context


class TlsClient(Client):
    """A raw connection inside TLS."""

    def __init__(self, family: int, address: Any) -> None:
        super().__init__(family, address)
        self.sock = trusting().wrap_socket(self.sock, server_hostname="localhost")


class TlsTest(ServingTest):
    threads = 1

    def serve(self, app: Any, **options: Any) -> Worker:
        context = server_context(ServingOptions(certfile=CERTIFICATE))
        return super().serve(
            validator(app), threads=self.threads, certfile=CERTIFICATE, context=context, **options
        )

    def tls_client(self) -> TlsClient:
        client = TlsClient(self.site.listener.family, self.site.address)
        self.addCleanup(client.close)
        return client

    def logged(self, text: str) -> bool:
        return any(text in message for _, message in self.site.logged)


class OneThread(TlsTest):
    def test_requests_and_answers_of_all_sizes(self) -> None:
        self.serve(echo)
        client = self.tls_client()
        self.assertEqual(client.sock.version(), "TLSv1.3")  # type: ignore[attr-defined]
        for size in (0, 1, 16384, 16385, 65536, 65537, 3_000_000):
            body = os.urandom(size)
            client.get("/", f"Content-Length: {size}", method="POST").send(body)
            self.assertEqual(client.answer()[2], b"POST / " + body)

    def test_the_scheme_is_https(self) -> None:
        def app(environ: Any, start_response: Any) -> List[bytes]:
            start_response("200 OK", [TEXT])
            return [environ["wsgi.url_scheme"].encode()]

        self.serve(app)
        self.assertEqual(self.tls_client().get().answer()[2], b"https")

    def test_files_go_out_whole_also_to_a_slow_reader(self) -> None:
        content = os.urandom(4_000_000)
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()

            def app(environ: Any, start_response: Any) -> Any:
                start_response("200 OK", [TEXT])
                return environ["wsgi.file_wrapper"](open(file.name, "rb"))  # noqa: SIM115

            # Not under the validator, whose iterable is no file_wrapper.
            context = server_context(ServingOptions(certfile=CERTIFICATE))
            ServingTest.serve(self, app, certfile=CERTIFICATE, context=context)
            slow, other = self.tls_client().get(), self.tls_client().get()
            self.assertEqual(other.answer()[2], content)
            self.assertEqual(slow.answer()[2], content)

    def test_slow_handshakes_hold_no_thread(self) -> None:
        self.serve(echo)
        stalled = [self.client().send(b"\x16\x03\x01") for _ in range(20)]
        self.assertEqual(self.tls_client().get("/a").answer()[2], b"GET /a ")
        self.assertEqual(len(stalled), 20)

    def test_a_handshake_has_a_deadline(self) -> None:
        self.serve(echo, header_timeout=0.3)
        self.assertEqual(self.client().send(b"\x16\x03\x01").rest(), b"")

    def test_plain_http_is_told_so(self) -> None:
        worker = self.serve(echo)
        answer = self.client().get().rest()
        self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), answer)
        self.assertIn(b"speaks HTTPS", answer)
        self.wait_for(lambda: not worker.server.connections)
        self.assertTrue(self.logged("plain HTTP on an address that speaks HTTPS"))

    def test_garbage_is_dropped_and_the_worker_goes_on(self) -> None:
        worker = self.serve(echo)
        garbage = self.client().send(b"\x00" * 100)
        self.client().close()
        self.wait_for(lambda: self.logged("No request came from 127.0.0.1"))
        self.wait_for(lambda: not worker.server.connections)
        garbage.close()
        self.assertEqual(self.tls_client().get().answer()[0], 200)

    def test_a_close_is_announced_and_a_cut_is_not(self) -> None:
        def app(environ: Any, start_response: Any) -> Any:
            start_response("200 OK", [TEXT])
            yield b"half"
            if environ["PATH_INFO"] == "/cut":
                raise RuntimeError("the rest does not come")

        self.serve(app)
        for path, announced in (("/", True), ("/cut", False)):
            client = self.tls_client()
            client.sock.suppress_ragged_eofs = False  # type: ignore[attr-defined]
            client.send(b"GET %s HTTP/1.0\r\n\r\n" % path.encode())
            if announced:
                self.assertTrue(client.rest().endswith(b"half"))
            else:
                with self.assertRaises(ssl.SSLError):
                    client.rest()

    def test_a_refusal_is_delivered_although_the_client_still_sends(self) -> None:
        self.serve(echo)
        client = self.tls_client().get("/", "Content-Length: x")
        client.send(b"x" * 200_000)
        self.assertTrue(client.rest().startswith(b"HTTP/1.1 400 "))

    def test_pipelining(self) -> None:
        self.serve(echo)
        one = b"POST /%d HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
        client = self.tls_client().send(b"".join(one % number for number in range(1000)))
        for number in range(1000):
            self.assertEqual(client.answer()[2], b"POST /%d ab" % number)


class FourThreads(OneThread):
    threads = 4


class Retired(TlsTest):
    def test_an_idle_connection_is_closed_in_order(self) -> None:
        worker = self.serve(echo)
        client = self.tls_client()
        client.sock.suppress_ragged_eofs = False  # type: ignore[attr-defined]
        client.get().answer()
        worker.server.retire()
        self.assertEqual(client.rest(), b"")
        self.assertTrue(worker.ended())

    def test_a_request_that_began_to_arrive_is_finished(self) -> None:
        worker = self.serve(echo)
        client = self.tls_client().get("/", "Content-Length: 4", method="POST")
        client.send(b"ab")
        self.wait_for(lambda: worker.server.connections == 1)
        time_out = threading.Event()
        self.assertFalse(time_out.wait(0.05))
        worker.server.retire()
        self.assertTrue(worker.retired.wait(DEADLINE))
        self.assertEqual(client.send(b"cd").answer()[2], b"POST / abcd")
        self.assertEqual(client.rest(), b"")
        self.assertTrue(worker.ended())

    def test_older_code_answers_no_request(self) -> None:
        worker = self.serve(echo)
        client = self.tls_client()
        client.get().answer()
        self.site.board.generation = 2
        self.assertEqual(client.get().answer()[0], 503)
        self.assertTrue(worker.ended())

    def test_a_client_certificate_may_be_required(self) -> None:
        options = ServingOptions(certfile=CERTIFICATE, ca_certs=CERTIFICATE, cert_reqs=2)
        ServingTest.serve(self, echo, certfile=CERTIFICATE, context=server_context(options))
        with self.assertRaises(OSError):
            self.tls_client().get().answer()
        known = trusting()
        known.load_cert_chain(CERTIFICATE)
        raw = socket.create_connection(self.site.address, DEADLINE)
        with known.wrap_socket(raw, server_hostname="localhost") as sock:
            sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
            self.assertTrue(sock.recv(100).startswith(b"HTTP/1.1 200 "))


class Settings(unittest.TestCase):
    def refused(self, expected: str, **options: Any) -> None:
        with self.assertRaisesRegex(ValueError, expected):
            server_context(ServingOptions(**options))

    def test_what_is_of_no_use_is_named(self) -> None:
        self.refused("certfile '/no' does not exist", certfile="/no")
        self.refused("keyfile '/no' does not exist", certfile=CERTIFICATE, keyfile="/no")
        self.refused("keyfile needs a certfile", keyfile=CERTIFICATE)
        self.refused("ciphers 'NO' is of no use", certfile=CERTIFICATE, ciphers="NO")
        self.refused(f"certfile '{__file__}' is of no use", certfile=__file__)
        self.refused(f"ca_certs '{__file__}'", certfile=CERTIFICATE, ca_certs=__file__)


if __name__ == "__main__":
    unittest.main()
