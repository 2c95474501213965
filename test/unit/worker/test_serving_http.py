"""A worker on a real socket: HTTP/1.1 from the client's side, with one thread and with four.

Every app here runs under `wsgiref.validate.validator`.
"""

from __future__ import annotations

import os
import socket
import tempfile
import threading
import unittest
from typing import Any, Iterator, List
from unittest import mock
from wsgiref.validate import validator

from prefork_worker.serving.poller import SelectorPoller
from serving_harness import ServingTest, Site

TEXT = ("Content-Type", "text/plain")


def echo(environ: Any, start_response: Any) -> List[bytes]:
    """Method, path and body."""
    start = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} ".encode("latin-1")
    body = environ["wsgi.input"].read(-1)
    start_response("200 OK", [TEXT, ("Content-Length", str(len(start) + len(body)))])
    return [start, body]


def unread(environ: Any, start_response: Any) -> List[bytes]:
    start_response("200 OK", [TEXT])
    return [b"unread"]


class OneThread(ServingTest):
    threads = 1

    def serve(self, app: Any, **options: Any) -> Any:
        return super().serve(validator(app), threads=self.threads, **options)

    def test_keep_alive(self) -> None:
        worker = self.serve(echo)
        client = self.client()
        for number in range(3):
            self.assertEqual(client.get(f"/{number}").answer()[2], f"GET /{number} ".encode())
        self.assertEqual((worker.server.connections, worker.server.requests), (1, 3))

    def test_pipelining(self) -> None:
        self.serve(echo)
        one = b"POST /%d HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
        client = self.client().send(b"".join(one % number for number in range(50)))
        for number in range(50):
            self.assertEqual(client.answer()[2], b"POST /%d ab" % number)

    def test_pipelined_then_half_closed(self) -> None:
        self.serve(echo)
        client = self.client().get("/1").get("/2").get("/3", "Connection: close")
        client.sock.shutdown(socket.SHUT_WR)
        answers = client.rest()
        for path in (b"/1", b"/2", b"/3"):
            self.assertIn(b"GET " + path, answers)

    def test_byte_by_byte(self) -> None:
        self.serve(echo)
        client = self.client()
        data = (
            b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
        )
        for position in range(len(data)):
            client.send(data[position : position + 1])
        self.assertEqual(client.answer()[2], b"POST /x hi")

    def test_uploads_of_all_sizes(self) -> None:
        self.serve(echo)
        client = self.client()
        for size in (0, 1, 65535, 65536, 65537, 3_000_000):
            body = os.urandom(size)
            client.get("/", f"Content-Length: {size}", method="POST").send(body)
            self.assertEqual(client.answer()[2], b"POST / " + body)
            client.get("/", "Transfer-Encoding: chunked", method="POST")
            chunk = b"%x\r\n%b\r\n" % (size, body) if size else b""
            client.send(chunk + b"0\r\n\r\n")
            self.assertEqual(client.answer()[2], b"POST / " + body)

    def test_an_unread_body_does_not_become_the_next_request(self) -> None:
        self.serve(unread)
        client = self.client()
        for _ in range(2):
            client.get("/", "Content-Length: 70000", method="POST")
            self.assertEqual(client.send(b"GET /evil" + b"x" * 69991).answer()[2], b"unread")
        client.get("/", "Content-Length: 70000", "Expect: 100-continue", method="POST")
        client.send(b"GET /evil" + b"x" * 69991)
        self.assertEqual(client.answer()[2], b"unread")
        # On its way and unread: the connection is closed, after the answer was delivered.
        self.assertEqual(client.rest(), b"")

    def test_100_continue_comes_when_the_app_reads(self) -> None:
        self.serve(echo)
        client = self.client().get("/", "Content-Length: 2", "Expect: 100-continue", method="PUT")
        self.assertEqual(client.until(b"\r\n\r\n"), b"HTTP/1.1 100 Continue\r\n\r\n")
        self.assertEqual(client.send(b"ab").answer()[2], b"PUT / ab")

    def test_100_continue_does_not_come_when_it_does_not(self) -> None:
        self.serve(unread)
        client = self.client().get("/", "Content-Length: 2", "Expect: 100-continue", method="PUT")
        self.assertEqual(client.answer()[0], 200)
        self.assertEqual(client.rest(), b"")

    def test_http_1_0(self) -> None:
        self.serve(echo)
        answer = self.client().send(b"GET /old HTTP/1.0\r\n\r\n").rest()
        self.assertTrue(answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"GET /old "))
        client = self.client().send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        self.assertIn(b"Connection: keep-alive", client.answer()[1])
        self.assertEqual(client.get("/again").answer()[0], 200)

    def test_head(self) -> None:
        self.serve(echo)
        client = self.client().get("/ab", method="HEAD")
        self.assertIn(b"Content-Length: 9\r\n", client.answer(bodyless=True)[1])
        self.assertEqual(client.get("/next").answer()[2], b"GET /next ")

    def test_a_refusal_is_delivered_although_the_client_still_sends(self) -> None:
        self.serve(echo)
        client = self.client()
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n" + b"x" * 1_000_000)
        answer = client.rest()
        self.assertTrue(answer.startswith(b"HTTP/1.1 400 Bad Request\r\n"), answer)
        self.assertIn(b"Connection: close", answer)

    def test_bad_chunks_are_refused_before_the_app_is_called(self) -> None:
        worker = self.serve(echo)
        client = self.client().get("/", "Transfer-Encoding: chunked", method="POST")
        self.assertTrue(client.send(b"x\r\n").rest().startswith(b"HTTP/1.1 400"))
        self.assertEqual(worker.server.requests, 0)

    def test_bad_chunks_late_in_a_large_body(self) -> None:
        self.serve(echo)
        client = self.client().get("/", "Transfer-Encoding: chunked", method="POST")
        client.send(b"11170\r\n" + b"x" * 70_000 + b"\r\nwrong\r\n")
        self.assertTrue(client.rest().startswith(b"HTTP/1.1 400"))

    def test_timeouts_of_header_body_and_idle(self) -> None:
        self.serve(echo, header_timeout=0.1, body_timeout=0.1, keepalive=0.1)
        self.assertIn(b" 408 ", self.client().send(b"GET / HT").rest())
        slow_body = self.client().get("/", "Content-Length: 5", method="POST").send(b"ab")
        self.assertIn(b" 408 ", slow_body.rest())
        self.assertEqual(self.client().rest(), b"")
        idle = self.client().get()
        self.assertEqual(idle.answer()[0], 200)
        self.assertEqual(idle.rest(), b"")

    def test_slow_clients_hold_no_thread(self) -> None:
        worker = self.serve(echo)
        slow = [self.client().send(b"GET / HTTP/1.1\r\nHo") for _ in range(20)]
        slow += [
            self.client().get("/", "Content-Length: 9", method="POST").send(b"x") for _ in range(20)
        ]
        self.wait_for(lambda: worker.server.connections == 40, "40 connections")
        self.assertEqual(self.client().get().answer()[0], 200)

    def test_slow_readers_of_a_whole_answer_hold_no_thread(self) -> None:
        def large(environ: Any, start_response: Any) -> List[bytes]:
            body = b"x" * 20_000_000 if environ["PATH_INFO"] == "/large" else b"small"
            start_response("200 OK", [TEXT, ("Content-Length", str(len(body)))])
            return [body]

        self.serve(large)
        slow = [self.client().get("/large") for _ in range(6)]
        self.assertEqual(self.client().get().answer()[2], b"small")
        self.assertEqual(len(slow[0].answer()[2]), 20_000_000)
        self.assertEqual(slow[0].get("/after").answer()[2], b"small")

    def test_environ(self) -> None:
        seen: List[Any] = []

        def app(environ: Any, start_response: Any) -> List[bytes]:
            seen.append(environ)
            start_response("204 No Content", [])
            return []

        self.serve(app)
        client = self.client().get("/a%2Fb%E2%82%AC?q=%20", "X-A: \xe9", "Content-Type: x/y")
        client.answer(bodyless=True)
        client.get("/again").answer(bodyless=True)
        environ, again = seen
        port = str(self.site.address[1])
        expected = {
            "PATH_INFO": "/a/b\xe2\x82\xac", "QUERY_STRING": "q=%20", "SCRIPT_NAME": "",
            "RAW_URI": "/a%2Fb%E2%82%AC?q=%20", "HTTP_X_A": "\xe9", "CONTENT_TYPE": "x/y",
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": port, "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.run_once": False,
            "wsgi.multithread": self.threads > 1, "wsgi.multiprocess": False,
            "wsgi.input_terminated": True, "wsgi.version": (1, 0),
        }  # fmt: skip
        self.assertEqual({key: environ[key] for key in expected}, expected)
        self.assertIs(type(environ), dict)
        self.assertNotIn("CONTENT_LENGTH", environ)
        self.assertNotIn("HTTP_X_A", again)
        self.assertEqual(environ["REMOTE_PORT"], again["REMOTE_PORT"])

    def test_files_go_out_whole(self) -> None:
        with tempfile.TemporaryFile() as file:
            content = os.urandom(1_000_000)
            file.write(content)

            def app(environ: Any, start_response: Any) -> Any:
                file.seek(10)
                start_response("200 OK", [TEXT, ("Content-Length", str(len(content) - 10))])
                copy = os.fdopen(os.dup(file.fileno()), "rb")
                return environ["wsgi.file_wrapper"](copy)

            # The validator wraps the file, which is what middleware does.
            self.serve(app)
            client = self.client()
            for _ in range(2):
                self.assertEqual(client.get().answer()[2], content[10:])

    def test_a_file_goes_out_by_the_kernel_also_to_a_slow_reader(self) -> None:
        content = os.urandom(8_000_000)
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()

            def app(environ: Any, start_response: Any) -> Any:
                start_response("200 OK", [TEXT])
                if environ["PATH_INFO"] == "/small":
                    return [b"small"]
                return environ["wsgi.file_wrapper"](open(file.name, "rb"))  # noqa: SIM115

            ServingTest.serve(self, app, threads=self.threads)
            slow = [self.client().get("/file") for _ in range(6)]
            self.assertEqual(self.client().get("/small").answer()[2], b"small")
            for client in slow:
                self.assertEqual(client.answer()[2], content)
            self.assertEqual(slow[0].get("/small").answer()[2], b"small")


class FourThreads(OneThread):
    threads = 4


class WithoutEpoll(OneThread):
    """As on macOS: the standard selectors do the waiting."""

    def setUp(self) -> None:
        super().setUp()
        swap = mock.patch("prefork_worker.serving.connections.new_poller", SelectorPoller)
        swap.start()
        self.addCleanup(swap.stop)


class OtherAddresses(ServingTest):
    def answer_on(self, listener: socket.socket) -> Any:
        seen: List[Any] = []

        def app(environ: Any, start_response: Any) -> List[bytes]:
            seen.append(environ)
            start_response("200 OK", [TEXT])
            return [b"here"]

        self.site = Site(listener)
        self.addCleanup(self.site.close)
        self.serve(validator(app))
        self.assertEqual(self.client().get().answer()[2], b"here")
        return seen[0]

    def test_unix_socket(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(os.path.join(folder, "socket"))
            listener.listen()
            environ = self.answer_on(listener)
            self.assertTrue(environ["SERVER_NAME"] and environ["SERVER_PORT"])

    @unittest.skipUnless(socket.has_ipv6, "this machine has no IPv6")
    def test_ipv6(self) -> None:
        try:
            listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
        except OSError as error:
            self.skipTest(f"no IPv6 loopback: {error}")
        self.assertEqual(self.answer_on(listener)["REMOTE_ADDR"], "::1")


class Failures(ServingTest):
    threads = 1

    def serve(self, app: Any, **options: Any) -> Any:
        return super().serve(validator(app), threads=self.threads, **options)

    def test_an_app_that_raises_is_a_500_and_the_worker_goes_on(self) -> None:
        def app(environ: Any, start_response: Any) -> List[bytes]:
            raise {"/exit": SystemExit(3), "/stop": KeyboardInterrupt()}.get(
                environ["PATH_INFO"], ValueError("the reason")
            )

        self.serve(app)
        client = self.client()
        for path in ("/", "/exit", "/stop"):
            status, _, body = client.get(path).answer()
            self.assertEqual((status, body), (500, b"Internal Server Error\n"))
        self.assertIn("ValueError: the reason", self.site.logged[0][1])

    def test_dev_mode_shows_the_traceback(self) -> None:
        def app(environ: Any, start_response: Any) -> List[bytes]:
            raise ValueError("the reason")

        self.serve(app, dev=True)
        self.assertIn(b"ValueError: the reason", self.client().get().answer()[2])

    def test_after_the_head_the_connection_is_cut(self) -> None:
        def app(environ: Any, start_response: Any) -> Iterator[bytes]:
            start_response("200 OK", [TEXT])
            yield b"half"
            raise ValueError("the reason")

        self.serve(app)
        self.assertTrue(self.client().get().rest().endswith(b"4\r\nhalf\r\n"))

    def test_a_client_that_leaves_ends_the_iteration_and_is_no_error(self) -> None:
        closed = threading.Event()

        class Stream:
            def __iter__(self) -> Iterator[bytes]:
                while True:
                    yield b"x" * 10_000

            def close(self) -> None:
                closed.set()

        def app(environ: Any, start_response: Any) -> Stream:
            start_response("200 OK", [TEXT])
            return Stream()

        self.serve(app)
        client = self.client().get()
        client.exactly(1000)
        client.close()
        self.assertTrue(closed.wait(10))
        self.assertEqual(self.site.logged, [])

    def test_a_client_that_leaves_in_its_body_fails_the_read(self) -> None:
        raised: List[BaseException] = []
        done = threading.Event()

        def app(environ: Any, start_response: Any) -> List[bytes]:
            try:
                environ["wsgi.input"].read(-1)
            except OSError as error:
                raised.append(error)
            done.set()
            start_response("200 OK", [TEXT])
            return []

        self.serve(app)
        fields = ("Content-Length: 100000", "Expect: 100-continue")
        client = self.client().get("/", *fields, method="POST").send(b"half")
        client.close()
        self.assertTrue(done.wait(10))
        self.assertEqual(len(raised), 1)


class FailuresOnFourThreads(Failures):
    threads = 4


if __name__ == "__main__":
    unittest.main()
