"""Replays in a running `Server`: served by this worker like any request, or given back unserved."""

from __future__ import annotations

import os
import socket
import threading
import unittest
from typing import Any, Dict, Iterator, List
from unittest import mock

from prefork_worker.capture import Capture
from prefork_worker.replay import answers
from prefork_worker.replay.answers import Answers, drain
from prefork_worker.serving.replays import Replay
from serving_harness import ServingTest, Worker

HEAD = b"GET /again?x=1 HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n"


class ReplaysTest(ServingTest):
    def setUp(self) -> None:
        super().setUp()
        self.environs: List[Dict[str, Any]] = []
        self.given_back: List[str] = []
        self.let_go = threading.Event()
        self.addCleanup(self.let_go.set)
        self.capture = Capture()

    def app(self, environ: Dict[str, Any], start_response: Any) -> List[bytes]:
        if environ["PATH_INFO"] == "/wait":
            self.let_go.wait(20)
        self.environs.append(environ)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"x" * int(environ["HTTP_SIZE"])] if "HTTP_SIZE" in environ else [b"answer"]

    def worker(self, slot: int = 0, **options: Any) -> Worker:
        return self.serve(self.app, slot=slot, capture=self.capture, **options)

    def replay(self, worker: Worker, request: str = "new", data: bytes = HEAD) -> socket.socket:
        """The far end of its connection."""
        near, far = socket.socketpair()
        far.shutdown(socket.SHUT_WR)
        far.settimeout(20)
        self.addCleanup(far.close)
        back = lambda: self.given_back.append(request)  # noqa: E731
        worker.server.replay(Replay(request, "old", data, "192.0.2.7", near.detach(), back))
        return far

    def all_of(self, far: socket.socket) -> bytes:
        return b"".join(iter(lambda: far.recv(65536), b""))

    def ended(self) -> List[Dict[str, Any]]:
        return [event for event in self.capture.take()[0] if event["type"] == "request.ended"]

    def test_it_is_a_request_like_any(self) -> None:
        worker = self.worker(threads=4)
        answer = self.all_of(self.replay(worker))
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.endswith(b"answer"))
        environ = self.environs[0]
        self.assertEqual(environ["REMOTE_ADDR"], "192.0.2.7")
        self.assertEqual((environ["RAW_URI"], environ["wsgi.url_scheme"]), ("/again?x=1", "http"))
        self.assertEqual(environ["SERVER_PORT"], str(self.site.address[1]))
        self.assertEqual(worker.server.requests, 1)
        self.wait_for(lambda: worker.server.connections == 0, "the connection's end")
        [event] = self.ended()
        self.assertEqual((event["request"], event["replay_of"]), ("new", "old"))

    def test_it_is_told_of_in_full_whatever_the_load(self) -> None:
        worker = self.worker()
        self.capture.sampling.mode = "summary"
        with mock.patch.object(self.capture.sampling, "is_light", return_value=True):
            self.all_of(self.replay(worker))
        self.wait_for(self.capture.has_more)
        [event] = self.ended()
        self.assertEqual(event["detail"], "full")
        self.assertEqual(event["trace"]["request_headers"][0], ("Host", "a"))

    def test_a_large_body_and_a_large_answer(self) -> None:
        worker, body = self.worker(), b"b" * 300_000
        fields = b"Host: a\r\nSize: 5000000\r\nContent-Length: %d" % len(body)
        far = self.replay(worker, data=b"POST / HTTP/1.1\r\n%s\r\n\r\n" % fields + body)
        self.assertGreater(len(self.all_of(far)), 5_000_000)

    def test_it_waits_while_the_worker_is_paused(self) -> None:
        worker, _ = self.worker(threads=2), self.worker(slot=1)
        worker.server.hold(True)
        far = self.replay(worker)
        # The loop has turned: it answers others.
        self.client().get("/").answer()
        self.assertEqual([environ["RAW_URI"] for environ in self.environs], ["/"])
        worker.server.hold(False)
        self.assertIn(b"answer", self.all_of(far))
        self.assertEqual(self.given_back, [])

    def test_steering_does_not_send_it_away(self) -> None:
        worker, other = self.worker(), self.worker(slot=1)
        self.site.board.steered = 1
        self.assertIn(b"answer", self.all_of(self.replay(worker)))
        self.assertEqual((worker.server.requests, other.server.requests), (1, 0))

    def test_old_code_gives_it_back(self) -> None:
        worker = self.worker()
        self.site.board.generation = 2
        self.assertEqual(self.all_of(self.replay(worker)), b"")
        worker.server.retire()
        self.assertTrue(worker.ended())
        self.assertEqual((self.given_back, self.environs), (["new"], []))

    def test_a_worker_that_retires_finishes_the_one_that_it_began_and_gives_the_rest_back(
        self,
    ) -> None:
        worker = self.worker(threads=1)
        begun = self.replay(worker, "begun", HEAD.replace(b"/again", b"/wait"))
        self.wait_for(lambda: worker.server.requests, "its beginning")
        self.replay(worker, "waits")
        worker.server.retire()
        self.let_go.set()
        self.assertIn(b"answer", self.all_of(begun))
        self.assertTrue(worker.ended())
        self.replay(worker, "late")
        self.assertEqual(self.given_back, ["waits", "late"])

    def test_without_a_free_thread_it_stays_here(self) -> None:
        worker, other = self.worker(threads=1, multiprocess=True), self.worker(slot=1)
        self.site.board.set_held(1, True)  # before anybody asks: it would take a connection
        first = self.client()
        first.get("/wait")
        self.wait_for(lambda: worker.server.requests, "its beginning")
        self.site.board.set_held(1, False)
        far = self.replay(worker)
        # Somebody else who asks here goes to the sibling, by the same care.
        self.wait_for(lambda: worker.server.full)
        self.let_go.set()
        self.assertIn(b"answer", self.all_of(far))
        self.assertEqual((worker.server.requests, other.server.requests), (2, 0))


class AnswersTest(unittest.TestCase):
    def far_end(self, *pieces: bytes) -> int:
        near, far = socket.socketpair()
        self.addCleanup(near.close)
        for piece in pieces:
            near.sendall(piece)
        self.near = near
        return far.detach()

    def test_an_event_stream_is_left_after_a_while(self) -> None:
        fd = self.far_end(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
        with mock.patch.object(answers, "STREAM_SECONDS", 0.0):
            drain(fd)
        os.close(fd)

    def test_others_are_read_to_their_end(self) -> None:
        fd = self.far_end(b"HTTP/1.1 200 OK\r\n\r\n")
        with mock.patch.object(answers, "STREAM_SECONDS", 0.0):
            reader = threading.Thread(target=drain, args=[fd])
            reader.start()
            self.near.sendall(b"x" * 5_000_000)
            self.near.close()
            reader.join(20)
        self.assertFalse(reader.is_alive())
        os.close(fd)

    def test_so_many_at_a_time(self) -> None:
        reading, ends = Answers(), list(self.pairs(answers.MOST))
        for _, far in ends:
            self.assertFalse(reading.full)
            reading.read(far.detach())
        self.assertTrue(reading.full)
        for near, _ in ends:
            near.close()
        while reading.full:
            for thread in threading.enumerate():
                if thread.name == "prefork-replay":
                    thread.join(20)

    def pairs(self, count: int) -> Iterator[Any]:
        for _ in range(count):
            yield socket.socketpair()


if __name__ == "__main__":
    unittest.main()
