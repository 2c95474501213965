"""A worker whose threads are all in the app leaves whoever asks for something to its siblings."""

from __future__ import annotations

import threading
import unittest
from typing import Any, List, Tuple

from serving_harness import DEADLINE, Client, ServingTest, Worker


class Busy:
    """An app whose `/slow` lasts until it is let go; it answers with its worker's name."""

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.entered = threading.Semaphore(0)
        self.let_go = threading.Event()

    def __call__(self, environ: Any, start_response: Any) -> List[bytes]:
        if environ["PATH_INFO"] == "/slow":
            self.entered.release()
            self.let_go.wait(DEADLINE)
        body = environ["wsgi.input"].read(-1)
        start_response("200 OK", [])
        return [self.name, body, b"x" * 30_000_000 if environ["PATH_INFO"] == "/large" else b""]


class FullWorker(ServingTest):
    """The first worker gets all connections, and then the second comes."""

    threads = 1

    def serve_busy(self, slot: int, name: bytes) -> Tuple[Worker, Busy]:
        app = Busy(name)
        worker = self.serve(app, slot=slot, threads=self.threads, multiprocess=True)
        self.addCleanup(app.let_go.set)
        return worker, app

    def connected(self, count: int) -> List[Client]:
        clients = [self.client() for _ in range(count)]
        for client in clients:
            self.assertEqual(client.get().answer()[2], b"first")
        return clients

    def fill(self, app: Busy, clients: List[Client]) -> List[Client]:
        """All its threads are in the app."""
        slow = [clients.pop() for _ in range(self.threads)]
        for client in slow:
            client.get("/slow")
        for _ in slow:
            self.assertTrue(app.entered.acquire(timeout=DEADLINE))
        return slow

    def test_a_connection_that_asks_is_answered_by_a_sibling(self) -> None:
        _, first = self.serve_busy(0, b"first")
        clients = self.connected(self.threads + 3)
        half = self.client().send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nha")
        slow = self.fill(first, clients)
        self.serve_busy(1, b"second")
        for client in clients:
            self.assertEqual(client.get().answer()[2], b"second")
        self.assertEqual(half.send(b"lf").answer()[2], b"secondhalf")
        first.let_go.set()
        for client in slow:
            self.assertEqual(client.answer()[2], b"first")
            self.assertEqual(client.get("/then").answer()[0], 200)

    def test_it_waits_where_nobody_is_free(self) -> None:
        worker, first = self.serve_busy(0, b"first")
        clients = self.connected(2 * self.threads + 1)
        self.fill(first, clients)
        _, second = self.serve_busy(1, b"second")
        waiting = clients.pop()
        for client in clients:
            client.get("/slow")
        for _ in clients:
            self.assertTrue(second.entered.acquire(timeout=DEADLINE))
        self.wait_for(lambda: worker.server.connections == self.threads + 1, "those to be taken")
        waiting.get()
        first.let_go.set()  # and not the second
        self.assertEqual(waiting.answer()[2], b"first")

    def test_an_idle_connection_stays(self) -> None:
        worker, first = self.serve_busy(0, b"first")
        clients = self.connected(self.threads + 2)
        self.fill(first, clients)
        other, _ = self.serve_busy(1, b"second")
        self.assertEqual(clients[0].get().answer()[2], b"second")
        self.wait_for(lambda: worker.server.connections == self.threads + 1, "one to be left")
        self.assertEqual(other.server.connections, 1)

    def test_the_rest_of_a_large_answer_goes_out_meanwhile(self) -> None:
        _, first = self.serve_busy(0, b"first")
        clients = self.connected(self.threads + 1)
        reader = clients.pop().get("/large")
        reader.until(b"\r\n\r\n")
        self.fill(first, clients)
        left = 30_000_005 - len(reader.buffer)
        while left:
            left -= len(reader.sock.recv(min(left, 1 << 20)))
        self.assertFalse(first.let_go.is_set())


class FullWorkerOnFourThreads(FullWorker):
    threads = 4


if __name__ == "__main__":
    unittest.main()
