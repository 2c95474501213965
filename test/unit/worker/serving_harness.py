"""Serves an app with the real `Server` in a thread of this process, and speaks raw HTTP to it."""

from __future__ import annotations

import socket
import threading
import time
import unittest
from typing import Any, Callable, Dict, List, Optional, Tuple, Type
from wsgiref.validate import validator

from prefork_worker.serving import ServingOptions
from prefork_worker.serving.board import Board
from prefork_worker.serving.handover import Handover
from prefork_worker.serving.server import Server

DEADLINE = 10.0


class Site:
    """What a zygote makes once: a listener, the board, the handover."""

    def __init__(self, listener: Optional[socket.socket] = None) -> None:
        self.listener = listener or socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = self.listener.getsockname()
        self.board = Board.create(8)
        self.board.generation = 1
        self.handover = Handover.create()
        self.custody: Any = None
        self.logged: List[Tuple[str, str]] = []

    def connect(self) -> Client:
        return Client(self.listener.family, self.address)

    def close(self) -> None:
        self.listener.close()
        self.handover.close()


class Worker:
    """One running `Server`."""

    def __init__(
        self, site: Site, app: Any, slot: int = 0, generation: int = 1, capture: Any = None,
        context: Any = None, **options: Any,
    ) -> None:  # fmt: skip
        self.retired = threading.Event()
        self.server = Server(
            listeners=[site.listener], application=app, options=ServingOptions(**options),
            board=site.board, slot=slot, generation=generation, handover=site.handover,
            capture=capture, on_retired=self.retired.set,
            log=lambda level, message: site.logged.append((level, message)), context=context,
            custody=site.custody,
        )  # fmt: skip
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()

    def ended(self, seconds: float = DEADLINE) -> bool:
        self.thread.join(seconds)
        return not self.thread.is_alive()


class Client:
    """A raw connection; everything has a deadline."""

    def __init__(self, family: int, address: Any) -> None:
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.settimeout(DEADLINE)
        self.sock.connect(address)
        self.buffer = b""

    def send(self, data: bytes) -> Client:
        self.sock.sendall(data)
        return self

    def get(self, path: str = "/", *fields: str, method: str = "GET") -> Client:
        lines = [f"{method} {path} HTTP/1.1", "Host: test", *fields, "", ""]
        return self.send("\r\n".join(lines).encode("latin-1"))

    def until(self, end: bytes) -> bytes:
        """All up to and with `end`."""
        while end not in self.buffer:
            data = self.sock.recv(65536)
            if not data:
                raise EOFError(f"closed after {self.buffer[-300:]!r}")
            self.buffer += data
        before, _, self.buffer = self.buffer.partition(end)
        return before + end

    def exactly(self, size: int) -> bytes:
        while len(self.buffer) < size:
            data = self.sock.recv(65536)
            if not data:
                raise EOFError(f"closed after {self.buffer[-300:]!r}")
            self.buffer += data
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def answer(self, bodyless: bool = False) -> Tuple[int, bytes, bytes]:
        """(status, head, body) of one answer with a length or in chunks."""
        head = self.until(b"\r\n\r\n")
        status = int(head[9:12])
        if bodyless:
            return status, head, b""
        lower = head.lower()
        if b"transfer-encoding: chunked" in lower:
            return status, head, self._chunks()
        length = int(lower.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return status, head, self.exactly(length)

    def _chunks(self) -> bytes:
        body = b""
        while True:
            size = int(self.until(b"\r\n"), 16)
            body += self.exactly(size + 2)[:-2]
            if not size:
                return body

    def rest(self) -> bytes:
        """All until the server closes."""
        while True:
            data = self.sock.recv(65536)
            if not data:
                rest, self.buffer = self.buffer, b""
                return rest
            self.buffer += data

    def close(self) -> None:
        self.sock.close()


class ServingTest(unittest.TestCase):
    """Ends all that it began, and checks that it ended."""

    def setUp(self) -> None:
        self.site = Site()
        self.addCleanup(self.site.close)

    def serve(self, app: Any, **options: Any) -> Worker:
        # A busy machine must not make a pause of the test an idle timeout.
        worker = Worker(self.site, app, **{"keepalive": 60, **options})
        self.addCleanup(lambda: self.assertTrue(worker.ended(), "the worker did not end"))
        self.addCleanup(worker.server.stop, 0.2)
        return worker

    def client(self) -> Client:
        client = self.site.connect()
        self.addCleanup(client.close)
        return client

    def wait_for(self, condition: Callable[[], Any], what: str = "the condition") -> None:
        deadline = time.monotonic() + DEADLINE
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"{what} did not come about")
            time.sleep(0.002)


class ConformanceTest(ServingTest):
    """Serves apps under `wsgiref.validate.validator`, on as many threads as the class says."""

    threads = 1

    def serve_valid(self, app: Any, **options: Any) -> Worker:
        return self.serve(validator(app), threads=self.threads, **options)

    def serve_invalid(self, app: Any, **options: Any) -> Worker:
        """The validator would raise before the worker gets to see what is wrong."""
        return self.serve(app, threads=self.threads, **options)


def on_four_threads(*cases: Type[ConformanceTest]) -> Dict[str, type]:
    """The same tests once more, by class name."""
    return {
        name: type(name, (case,), {"threads": 4, "__module__": case.__module__})
        for case in cases
        for name in [f"{case.__name__}OnFourThreads"]
    }
