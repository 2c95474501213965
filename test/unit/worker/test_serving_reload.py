"""Generation after generation under load: no request fails, and none is answered by old code."""

from __future__ import annotations

import threading
import time
import unittest
from typing import Any, List

from serving_harness import Client, ServingTest, Worker

GENERATIONS = 30
CLIENTS = 6


def answering(generation: int) -> Any:
    def app(environ: Any, start_response: Any) -> List[bytes]:
        body = environ["wsgi.input"].read()
        if environ["PATH_INFO"] == "/slow":
            time.sleep(0.005)
        start_response("200 OK", [])
        return [b"%d " % generation, body]

    return app


class OneThread(ServingTest):
    threads = 1

    def setUp(self) -> None:
        super().setUp()
        self.acknowledged = 1
        self.over = threading.Event()
        self.failures: List[str] = []
        self.answered = 0

    def use(self, client: Client, number: int) -> None:
        """One keep-alive client; each request arrives in two pieces."""
        path, count = "/slow" if number % 3 == 0 else "/", 0
        while not self.over.is_set():
            count += 1
            body = f"{number}-{count}".encode()
            expected = self.acknowledged
            try:
                client.get(path, f"Content-Length: {len(body)}", method="POST").send(body)
                generation, _, echoed = client.answer()[2].partition(b" ")
            except (OSError, EOFError) as error:
                self.failures.append(f"client {number}, request {count}: {error!r}")
                return
            if int(generation) < expected or echoed != body:
                self.failures.append(f"{generation!r} < {expected}, {echoed!r} != {body!r}")
            self.answered += 1

    def start(self, generation: int) -> Worker:
        return self.serve(
            answering(generation), slot=generation % 4, generation=generation, threads=self.threads
        )

    def test_a_storm_of_reloads(self) -> None:
        worker = self.start(1)
        users = [
            threading.Thread(target=self.use, args=(self.client(), number))
            for number in range(CLIENTS)
        ]
        for user in users:
            user.start()
        for generation in range(2, GENERATIONS):
            before = self.answered
            self.wait_for(lambda before=before: self.answered > before + 5, "traffic")  # type: ignore[misc]
            self.site.board.generation = generation
            worker.server.retire()
            self.assertTrue(worker.retired.wait(10))
            self.acknowledged = generation
            worker = self.start(generation)
        before = self.answered
        self.wait_for(lambda: self.answered > before + 50, "traffic at the end")
        self.over.set()
        for user in users:
            user.join(10)
        self.assertEqual(self.failures, [])


class FourThreads(OneThread):
    threads = 4


if __name__ == "__main__":
    unittest.main()
