"""What the worker offers and says beyond PEP 3333, on a real socket, with one thread and with four."""

from __future__ import annotations

import threading
import unittest
from typing import Any, Iterator, List, Tuple

from prefork_worker.serving import exchange
from serving_harness import DEADLINE, ConformanceTest, on_four_threads

TEXT = ("Content-Type", "text/plain")


class Extensions(ConformanceTest):
    """What Gunicorn has beyond the standard."""

    def test_early_hints(self) -> None:
        def app(environ: Any, start_response: Any) -> Iterator[bytes]:
            environ["wsgi.early_hints"]([("Link", "</a.css>; rel=preload"), (b"Link", b"</b.js>")])
            start_response("200 OK", [TEXT])

            def body() -> Iterator[bytes]:
                yield b"x"
                environ["wsgi.early_hints"]([("Link", "</late>")])

            return body()

        self.serve_valid(app)
        client = self.client().get()
        hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nLink: </b.js>\r\n\r\n"
        self.assertEqual(client.until(b"\r\n\r\n"), hints)
        self.assertEqual(client.answer()[::2], (200, b"x"))
        old = self.client().send(b"GET / HTTP/1.0\r\n\r\n").rest()
        self.assertTrue(old.startswith(b"HTTP/1.1 200 OK"), old)
        self.assertNotIn(b"late", old)

    def test_early_hints_cannot_inject(self) -> None:
        def app(environ: Any, start_response: Any) -> List[bytes]:
            environ["wsgi.early_hints"]([("Link", "x\r\nX-Injected: 1")])
            return []

        self.serve_invalid(app)
        status, head, _ = self.client().get().answer()
        self.assertEqual((status, b"Injected" in head), (500, False))

    def test_the_socket_for_who_answers_by_himself(self) -> None:
        """As WebSocket libraries do: the socket blocks, and StopIteration says that it was used."""

        def app(environ: Any, start_response: Any) -> List[bytes]:
            sock = environ["gunicorn.socket"]
            sock.sendall(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
            while True:
                data = sock.recv(100)
                sock.sendall(data.upper())
                if data in (b"", b"bye"):
                    raise StopIteration

        self.serve_valid(app, dev=True)
        client = self.client().get("/", "Connection: Upgrade", "Upgrade: websocket")
        client.until(b"\r\n\r\n")
        for word in (b"one", b"two", b"bye"):
            client.send(word).until(word.upper())
        self.assertEqual(client.rest(), b"")
        self.assertEqual(self.site.logged, [])

    def test_who_only_looks_at_the_socket_keeps_the_connection(self) -> None:
        def app(environ: Any, start_response: Any) -> List[bytes]:
            port = environ["gunicorn.socket"].getpeername()[1]
            start_response("200 OK", [TEXT])
            return [str(port).encode()]

        self.serve_valid(app)
        client = self.client()
        for _ in range(2):
            port = str(client.sock.getsockname()[1]).encode()
            self.assertEqual(client.get().answer()[2], port)

    def test_a_taken_socket_is_cut_like_an_event_stream(self) -> None:
        ended = threading.Event()

        def app(environ: Any, start_response: Any) -> List[bytes]:
            environ["gunicorn.socket"].sendall(b"taken")
            environ["gunicorn.socket"].recv(1)
            ended.set()
            raise StopIteration

        worker = self.serve_valid(app)
        client = self.client().get()
        client.until(b"taken")
        worker.server.retire()
        worker.server.cut_streams()
        self.assertTrue(ended.wait(DEADLINE))
        self.assertTrue(worker.ended())


class Told(ConformanceTest):
    """In dev mode: what the app sends that the server has to mend, once."""

    def said(
        self, status: str, fields: List[Any], body: List[bytes], method: str = "GET"
    ) -> List[str]:
        exchange._told.clear()
        self.site.logged.clear()

        def app(environ: Any, start_response: Any) -> List[bytes]:
            start_response(status, fields)
            return body

        worker = self.serve_invalid(app, dev=True)
        for _ in range(2):
            client = self.client().get("/path", "Connection: close", method=method)
            client.rest()
        worker.server.stop(0.1)
        self.assertTrue(worker.ended())
        return [message for level, message in self.site.logged if level == "warning"]

    def test_what_is_wrong(self) -> None:
        wrong: List[Tuple[str, Any]] = [
            ("a body with status 204", ("204 No Content", [], [b"x"])),
            ("a body with status 304", ("304 Not Modified", [], [b"x"])),
            ("more bytes than", ("200 OK", [("Content-Length", "1")], [b"xyz"])),
            ("fewer bytes than", ("200 OK", [("Content-Length", "9")], [b"xyz"])),
            ("the hop-by-hop header 'keep-alive'", ("200 OK", [("Keep-Alive", "x")], [b"x"])),
        ]
        for what, answer in wrong:
            with self.subTest(what):
                said = self.said(*answer)
                self.assertEqual(len(said), 1, said)
                self.assertIn(f"The app sent {what}", said[0])
                self.assertTrue(said[0].endswith(": GET /path"), said[0])

    def test_what_is_not(self) -> None:
        self.assertEqual(self.said("204 No Content", [], [b""]), [])
        self.assertEqual(self.said("200 OK", [("Content-Length", "3")], [b"xyz"]), [])
        # Frameworks leave this to the server: Django's documentation says so.
        self.assertEqual(self.said("200 OK", [], [b"xyz"], method="HEAD"), [])

    def test_a_file_with_a_status_that_has_no_body(self) -> None:
        exchange._told.clear()

        def app(environ: Any, start_response: Any) -> Any:
            start_response("304 Not Modified", [])
            return environ["wsgi.file_wrapper"](open(__file__, "rb"))  # noqa: SIM115

        self.serve_invalid(app, dev=True)
        self.client().get("/path").answer(bodyless=True)
        self.wait_for(lambda: len(self.site.logged) == 1, "a warning")


globals().update(on_four_threads(Extensions, Told))

if __name__ == "__main__":
    unittest.main()
