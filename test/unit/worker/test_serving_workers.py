"""Workers beside and after each other: threads, fairness, generations, retirement."""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
import time
import unittest
from typing import Any, Iterator, List

from prefork_worker.serving.board import Board
from serving_harness import DEADLINE, Client, ServingTest, Site, Worker


def named(name: bytes) -> Any:
    def app(environ: Any, start_response: Any) -> List[bytes]:
        start_response("200 OK", [])
        return [name]

    return app


class Gate:
    """An app whose `/slow` waits until it is let through; all else answers at once."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.opened = threading.Event()

    def __call__(self, environ: Any, start_response: Any) -> List[bytes]:
        if environ["PATH_INFO"] == "/slow":
            self.entered.release()
            self.opened.wait(DEADLINE)
        start_response("200 OK", [])
        return [environ["PATH_INFO"].encode()]


class Threads(ServingTest):
    def test_slow_requests_leave_the_rest_to_the_other_threads(self) -> None:
        gate = Gate()
        worker = self.serve(gate, threads=4)
        self.addCleanup(gate.opened.set)
        slow = [self.client().get("/slow") for _ in range(3)]
        for _ in slow:
            self.assertTrue(gate.entered.acquire(timeout=DEADLINE))
        fast = self.client()
        for _ in range(20):
            self.assertEqual(fast.get("/fast").answer()[2], b"/fast")
        self.assertIsNotNone(worker.server.busy_since())
        gate.opened.set()
        for client in slow:
            self.assertEqual(client.answer()[2], b"/slow")
            self.assertEqual(client.get("/then").answer()[2], b"/then")
        self.wait_for(lambda: worker.server.busy_since() is None, "an idle worker")

    def test_a_worker_with_all_threads_busy_takes_nothing_more(self) -> None:
        gate = Gate()
        worker = self.serve(gate, threads=2)
        self.addCleanup(gate.opened.set)
        slow = [self.client().get("/slow") for _ in range(2)]
        for _ in slow:
            self.assertTrue(gate.entered.acquire(timeout=DEADLINE))
        waiting = self.client().get("/fast")
        waiting.sock.settimeout(0.05)
        self.assertRaises(socket.timeout, waiting.answer)
        self.assertEqual(worker.server.requests, 2)
        gate.opened.set()
        waiting.sock.settimeout(DEADLINE)
        self.assertEqual(waiting.answer()[2], b"/fast")

    def test_many_clients_on_a_mixed_load(self) -> None:
        def app(environ: Any, start_response: Any) -> List[bytes]:
            time.sleep(0.006 if environ["PATH_INFO"].endswith("7") else 0)
            start_response("200 OK", [])
            return [environ["PATH_INFO"].encode()]

        worker = self.serve(app, threads=4)
        wrong: List[Any] = []

        def use(client: Client) -> None:
            for number in range(100):
                path = f"/{client.sock.fileno()}/{number}"
                body = client.get(path).answer()[2]
                if body != path.encode():
                    wrong.append((path, body))

        users = [threading.Thread(target=use, args=(self.client(),)) for _ in range(8)]
        for user in users:
            user.start()
        for user in users:
            user.join(30)
        self.assertEqual((wrong, worker.server.requests), ([], 800))


class Generations(ServingTest):
    def test_an_idle_connection_goes_to_the_newer_worker(self) -> None:
        for threads in (1, 4):
            with self.subTest(threads=threads):
                old = self.serve(named(b"old"), slot=0, threads=threads)
                client = self.client()
                self.assertEqual(client.get().answer()[2], b"old")
                begun = self.client().send(b"GET / HTTP/1.1\r\nHo")
                self.wait_for(lambda old=old: old.server.connections == 2)  # type: ignore[misc]
                self.site.board.generation += 1
                old.server.retire()
                self.assertTrue(old.retired.wait(DEADLINE))
                client.get()  # sent while nobody is there
                new = self.serve(
                    named(b"new"), slot=1, threads=threads, generation=self.site.board.generation
                )
                self.assertEqual(client.answer()[2], b"new")
                self.assertEqual(begun.send(b"st: a\r\n\r\n").answer()[2], b"new")
                self.assertTrue(old.ended())
                self.site.board.generation += 1
                new.server.retire()
                self.drain()
                self.assertTrue(new.ended())
                self.site.board.generation = 1

    def drain(self) -> None:
        """Takes what the retired worker offers."""
        for _ in range(2):
            self.wait_for(lambda: select.select([self.site.handover.take_end], [], [], 0)[0])
            self.site.handover.take().sock.close()

    def test_a_superseded_worker_starts_no_request(self) -> None:
        old = self.serve(named(b"old"))
        client = self.client()
        self.assertEqual(client.get().answer()[2], b"old")
        self.site.board.generation = 2
        client.get().send(b"GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
        self.assertTrue(old.retired.wait(DEADLINE))
        self.serve(named(b"new"), slot=1, generation=2)
        self.assertEqual([client.answer()[2] for _ in range(2)], [b"new", b"new"])
        self.assertEqual(old.server.requests, 1)

    def test_a_superseded_worker_leaves_new_connections_to_the_newer_one(self) -> None:
        old = self.serve(named(b"old"))
        self.client().get().answer()
        self.site.board.generation = 2
        client = self.client().get()
        self.assertTrue(old.retired.wait(DEADLINE))
        self.serve(named(b"new"), slot=1, generation=2)
        self.assertEqual(client.answer()[2], b"new")
        self.assertEqual(old.server.requests, 1)

    def test_what_began_is_finished_and_its_connection_goes_on(self) -> None:
        for threads in (1, 4):
            with self.subTest(threads=threads):
                gate = Gate()
                self.site.board.generation = 1
                old = self.serve(gate, threads=threads)
                slow = self.client().get("/slow")
                self.assertTrue(gate.entered.acquire(timeout=DEADLINE))
                self.site.board.generation = 2
                old.server.retire()
                # Retired although its only thread is still in the app.
                self.assertTrue(old.retired.wait(DEADLINE))
                new = self.serve(named(b"new"), slot=1, generation=2, threads=threads)
                gate.opened.set()
                self.assertEqual(slow.answer()[2], b"/slow")
                self.assertEqual(slow.get().answer()[2], b"new")
                self.assertTrue(old.ended())
                new.server.stop(0.2)
                self.assertTrue(new.ended())

    def test_stop_ends_idle_connections_and_waits_for_the_rest_for_a_while(self) -> None:
        gate = Gate()
        self.addCleanup(gate.opened.set)
        worker = self.serve(gate, threads=2)
        idle, slow = self.client().get(), self.client().get("/slow")
        self.assertEqual(idle.answer()[0], 200)
        self.assertTrue(gate.entered.acquire(timeout=DEADLINE))
        begun = time.monotonic()
        worker.server.stop(0.3)
        self.assertEqual(idle.rest(), b"")
        if worker.thread.is_alive():  # unless its own thread is the one in the app
            gate.opened.wait(0.5)
        gate.opened.set()
        self.assertTrue(worker.ended())
        self.assertGreaterEqual(time.monotonic() - begun, 0.29)
        slow.close()

    def test_worker_connections(self) -> None:
        self.serve(named(b"1"), worker_connections=2)
        clients = [self.client().get(), self.client().get()]
        for client in clients:
            client.answer()
        third = self.client().get()
        third.sock.settimeout(0.2)
        with self.assertRaises(socket.timeout):
            third.answer()
        clients[0].close()
        third.sock.settimeout(DEADLINE)
        self.assertEqual(third.answer()[2], b"1")

    def test_max_requests(self) -> None:
        worker = self.serve(named(b"x"), max_requests=2)
        client = self.client()
        client.get().answer()
        client.get().answer()
        self.assertTrue(worker.retired.wait(DEADLINE))
        self.serve(named(b"y"), slot=1)
        self.assertEqual(client.get().answer()[2], b"y")
        self.assertTrue(worker.ended())

    def test_event_streams_come_to_a_proper_end(self) -> None:
        cut = threading.Event()

        def app(environ: Any, start_response: Any) -> Iterator[bytes]:
            start_response("200 OK", [("Content-Type", "text/event-stream")])
            try:
                while True:
                    yield b"data: x\n\n"
                    time.sleep(0.001)
            finally:
                cut.set()

        worker = self.serve(app, threads=2)
        client = self.client().get()
        client.until(b"data: x\n\n\r\n")
        worker.server.retire()
        worker.server.cut_streams()
        self.assertRegex(client.rest(), rb"^(9\r\ndata: x\n\n\r\n)*0\r\n\r\n$")
        self.assertTrue(cut.wait(DEADLINE))
        self.assertTrue(worker.ended())

    def test_so_does_one_whose_app_has_nothing_to_say(self) -> None:
        quiet, go_on = threading.Event(), threading.Event()

        def app(environ: Any, start_response: Any) -> Iterator[bytes]:
            start_response("200 OK", [("Content-Type", "text/event-stream")])
            yield b"data: 1\n\n"
            quiet.set()
            go_on.wait(DEADLINE)
            yield b"data: 2\n\n"

        for threads in (1, 2):
            with self.subTest(threads=threads):
                quiet.clear()
                go_on.clear()
                worker = self.serve(app, threads=threads)
                client = self.client().get()
                self.assertTrue(quiet.wait(DEADLINE))
                worker.server.retire()
                worker.server.cut_streams()
                self.assertEqual(client.answer()[2], b"data: 1\n\n")
                self.assertEqual(client.rest(), b"")
                go_on.set()
                self.assertTrue(worker.ended())

    def test_a_stream_whose_client_reads_nothing_holds_nobody_up(self) -> None:
        def app(environ: Any, start_response: Any) -> Iterator[bytes]:
            start_response("200 OK", [("Content-Type", "text/event-stream")])
            while True:
                yield b"x" * 1_000_000

        worker = self.serve(app, threads=2)
        client = self.client().get()
        client.until(b"\r\n\r\n")
        self.wait_for(worker.server.busy_since)
        worker.server.retire()
        worker.server.cut_streams()
        self.assertTrue(worker.ended())


class Captured(ServingTest):
    def test_phases_sum_to_the_request(self) -> None:
        records: List[Any] = []
        ended = threading.Event()

        class Record:
            read = app = iterate = write = close = status = None
            request_size = response_size = 0
            client_gone = light = False
            cpu = None

            def exchanged(self, *parts: Any) -> None:
                pass

        class Capture:
            answers = True

            def begin(self, method: str, path: str, query: str, client: str, begun: int) -> Any:
                record = Record()
                record.begun = begun  # type: ignore[attr-defined]
                record.head = (method, path, query, client)  # type: ignore[attr-defined]
                return record

            def errors(self, record: Any) -> Any:
                return None

            def headers(self, record: Any, app: int) -> bytes:
                return b"X-Prefork-Request: 1\r\n"

            def uncaught(self, record: Any, exception: BaseException) -> None:
                record.exception = exception

            def end(self, record: Any) -> None:
                record.ended = time.perf_counter_ns()
                records.append(record)
                ended.set()

        def app(environ: Any, start_response: Any) -> Iterator[bytes]:
            start_response("200 OK", [])
            yield environ["wsgi.input"].read()
            time.sleep(0.02)
            yield b"x"

        self.serve(app, capture=Capture())
        self.client().get("/p?q", "Content-Length: 3", method="POST").send(b"abc").answer()
        self.assertTrue(ended.wait(DEADLINE))
        one = records[0]
        self.assertEqual(one.head, ("POST", "/p", "q", "127.0.0.1"))
        self.assertEqual((one.status, one.request_size, one.response_size), (200, 3, 4))
        total = one.read + one.app + one.iterate + one.write + one.close
        self.assertGreater(one.iterate, 20_000_000)
        self.assertLess(abs(one.ended - one.begun - total), 2_000_000)


class Fairness(unittest.TestCase):
    """Forked workers, as they are in life."""

    def fork(self, site: Site, slot: int, there: int) -> int:
        """Writes a byte to `there` when it is on the board."""
        site.board.reserve(slot)
        pid = os.fork()
        if pid:
            return pid
        try:
            worker = Worker(site, named(str(os.getpid()).encode()), slot=slot)
            signal.signal(signal.SIGTERM, lambda *args: os._exit(0))
            os.write(there, b".")
            worker.thread.join()
        finally:
            os._exit(1)

    def test_connections_are_shared_out_evenly(self) -> None:
        site = Site()
        self.addCleanup(site.close)
        here, there = os.pipe()
        self.addCleanup(os.close, here)
        self.addCleanup(os.close, there)
        pids = [self.fork(site, slot, there) for slot in range(4)]
        try:
            for _ in pids:
                os.read(here, 1)
            clients = [site.connect() for _ in range(24)]
            held: List[bytes] = [client.get().answer()[2] for client in clients]
            counts = sorted(held.count(str(pid).encode()) for pid in pids)
            for client in clients:
                client.close()
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGTERM)
                os.waitpid(pid, 0)
        self.assertEqual(sum(counts), 24)
        self.assertGreaterEqual(counts[0], 4, counts)


class OfTheBoard(unittest.TestCase):
    def test_the_board_is_shared_by_descriptor(self) -> None:
        board = Board.create(4)
        other = Board.open(os.dup(board.fd))
        board.generation = 7
        board.claim(2, 7)
        board.set_connections(2, 5)
        self.assertEqual((other.generation, other.connections(2)), (7, 5))
        self.assertEqual(other.least_connections(0, 7, 10), 5)
        self.assertIsNone(other.least_connections(2, 7, 10))  # oneself does not count
        self.assertIsNone(other.least_connections(0, 8, 10))  # nor does another generation
        other.release(2)
        self.assertIsNone(board.least_connections(0, 7, 10))

    def test_a_busy_sibling_does_not_count_after_a_while(self) -> None:
        board = Board.create(4)
        board.claim(0, 1)
        board.set_busy(0)
        self.assertEqual(board.least_connections(1, 1, 10_000), 0)
        deadline = time.monotonic() + DEADLINE
        while board.least_connections(1, 1, 10) is not None:
            self.assertLess(time.monotonic(), deadline)
        board.set_idle(0)
        self.assertEqual(board.least_connections(1, 1, 10), 0)

    def test_a_slot_that_is_not_there(self) -> None:
        self.assertRaises(ValueError, Board.create(4).claim, 4, 1)


if __name__ == "__main__":
    unittest.main()
