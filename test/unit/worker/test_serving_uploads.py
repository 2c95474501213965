"""Bodies that are too large for memory: collected without a thread, in a file, and handed over with it."""

from __future__ import annotations

import hashlib
import os
import threading
import unittest
from typing import Any, List

from serving_harness import DEADLINE, Client, ServingTest, Worker

SIZE = 300_000
BODY = b"".join(b"%09d\n" % number for number in range(SIZE // 10))


def digest(environ: Any, start_response: Any) -> List[bytes]:
    body = environ["wsgi.input"].read()
    start_response("200 OK", [])
    return [f"{environ['PATH_INFO']} {len(body)} {hashlib.sha256(body).hexdigest()}".encode()]


def expected(path: str, body: bytes = BODY) -> bytes:
    return f"{path} {len(body)} {hashlib.sha256(body).hexdigest()}".encode()


def open_files() -> int:
    """Files without a name that this process holds."""
    links = (f"/proc/self/fd/{fd}" for fd in os.listdir("/proc/self/fd"))
    names = [os.readlink(link) for link in links if os.path.islink(link)]
    return sum(name.endswith("(deleted)") and "memfd" not in name for name in names)


class Uploads(ServingTest):
    threads = 1

    def serve(self, app: Any, **options: Any) -> Worker:
        return super().serve(app, threads=self.threads, **options)

    def upload(self, path: str = "/", body: bytes = BODY[:100_000]) -> Client:
        return self.client().get(path, f"Content-Length: {SIZE}", method="POST").send(body)

    def test_slow_uploads_hold_no_thread_and_do_not_call_the_app(self) -> None:
        worker = self.serve(digest)
        slow = [self.upload() for _ in range(20)]
        self.wait_for(lambda: worker.server.connections == 20, "20 connections")
        self.assertEqual(self.client().get("/a").answer()[2], expected("/a", b""))
        self.assertEqual(worker.server.requests, 1)
        for client in slow:
            self.assertEqual(client.send(BODY[100_000:]).answer()[2], expected("/"))

    def test_what_follows_a_large_body_is_the_next_request(self) -> None:
        self.serve(digest)
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(c), c) for c in (BODY[:7], BODY[7:200_000], BODY))
        whole = BODY[:200_000] + BODY
        client = self.client().get("/1", "Transfer-Encoding: chunked", method="POST")
        client.send(chunks + b"0\r\n\r\n").get("/2", f"Content-Length: {SIZE}", method="PUT")
        client.send(BODY).get("/3")
        self.assertEqual(client.answer()[2], expected("/1", whole))
        self.assertEqual(client.answer()[2], expected("/2"))
        self.assertEqual(client.answer()[2], expected("/3", b""))

    @unittest.skipUnless(os.path.isdir("/proc/self/fd"), "needs /proc")
    def test_no_file_stays_open(self) -> None:
        before = open_files()
        worker = self.serve(digest)
        self.assertEqual(self.upload("/", BODY).answer()[0], 200)
        self.wait_for(lambda: open_files() == before, "the end of an answered request's file")
        client = self.upload()
        self.wait_for(lambda: open_files() == before + 1, "a file")
        client.close()
        self.wait_for(lambda: open_files() == before, "the end of a lost client's file")
        self.assertEqual(worker.server.requests, 1)

    def test_without_room_it_is_refused(self) -> None:
        self.serve(digest, tmp_upload_dir="/nowhere")
        self.assertTrue(self.upload().rest().startswith(b"HTTP/1.1 507 "))
        small = self.client().get("/", "Content-Length: 2", method="POST").send(b"ab")
        self.assertEqual(small.answer()[2], expected("/", b"ab"))

    def test_bad_chunks_late_in_it_do_not_reach_the_app(self) -> None:
        worker = self.serve(digest)
        client = self.client().get("/", "Transfer-Encoding: chunked", method="POST")
        client.send(b"%x\r\n" % SIZE + BODY + b"\r\nwrong\r\n")
        self.assertTrue(client.rest().startswith(b"HTTP/1.1 400"))
        self.assertEqual(worker.server.requests, 0)

    def test_who_sends_too_slowly_what_the_app_waits_for_is_cut(self) -> None:
        failed = threading.Event()

        def app(environ: Any, start_response: Any) -> List[bytes]:
            try:
                environ["wsgi.input"].read()
            except OSError:
                failed.set()
                raise
            return []

        self.serve(app, body_timeout=0.3)
        client = self.client()
        client.get("/", f"Content-Length: {SIZE}", "Expect: 100-continue", method="POST")
        for _ in range(200):
            if failed.wait(0.05):
                break
            try:
                client.send(b"x")
            except ConnectionError:
                pass
        self.assertTrue(failed.is_set())


class UploadsWithFourThreads(Uploads):
    threads = 4


class AtAReload(ServingTest):
    def newer(self, app: Any) -> None:
        worker = Worker(self.site, app, slot=1, generation=2, keepalive=60)
        self.addCleanup(lambda: self.assertTrue(worker.ended()))
        self.addCleanup(worker.server.stop, 0.2)

    def named(self, name: str) -> Any:
        def app(environ: Any, start_response: Any) -> List[bytes]:
            return [name.encode(), b" ", *digest(environ, start_response)]

        return app

    def test_an_upload_that_began_is_answered_by_the_newer_code(self) -> None:
        old = self.serve(self.named("old"))
        client = self.client().get("/1", f"Content-Length: {SIZE}", method="POST")
        client.send(BODY[:100_000])
        other = self.client().get("/", "Content-Length: 3", method="POST").send(b"a")
        self.wait_for(lambda: old.server.connections == 2)
        other_idle = self.client().get()
        other_idle.answer()
        self.site.board.generation = 2
        old.server.retire()
        self.assertTrue(old.retired.wait(DEADLINE))
        self.newer(self.named("new"))
        self.assertEqual(other.send(b"bc").answer()[2], b"new " + expected("/", b"abc"))
        client.send(BODY[100_000:]).get("/2")
        self.assertEqual(client.answer()[2], b"new " + expected("/1"))
        self.assertEqual(client.answer()[2], b"new " + expected("/2", b""))
        self.assertTrue(old.ended())

    def test_a_worker_that_stops_waits_for_none(self) -> None:
        worker = self.serve(digest)
        client = self.client().get("/", f"Content-Length: {SIZE}", method="POST")
        client.send(BODY[:100_000])
        self.wait_for(lambda: worker.server.connections == 1)
        worker.server.stop(DEADLINE)
        self.assertTrue(worker.ended(2))
        with self.assertRaises((EOFError, ConnectionError)):
            client.answer()


if __name__ == "__main__":
    unittest.main()
