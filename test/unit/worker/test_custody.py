"""A worker that is killed takes along only the requests that it had begun; this process is the zygote."""

from __future__ import annotations

import os
import signal
import unittest

from prefork_worker.serving.custody import Custody, Keeper
from test_handover import HandoverTest, Process


class Killed(HandoverTest):
    def setUp(self) -> None:
        super().setUp()
        self.site.custody = Custody(8)
        self.addCleanup(self.site.custody.close)
        self.keeper = Keeper(self.site.custody, self.site.handover.give_unread)
        self.addCleanup(self.keeper.forget)

    def kill(self, process: Process) -> None:
        process.kill()
        self.keeper.died(process.pid)
        self.site.board.release(0)

    def wait_until(self, at_rest: int, begun: int = 0) -> None:
        """So many connections are noted as that, which is a little later than their clients know."""

        def noted() -> bool:
            states = [word % 4 for word in self.site.custody.words]
            return (states.count(2), states.count(3)) == (at_rest, begun)

        self.until(noted)

    def test_an_idle_connection_goes_on_with_another_worker(self) -> None:
        victim = self.start(0)
        client = self.served_by(victim)
        self.wait_until(at_rest=1)
        self.kill(victim)
        other = self.start(1)
        self.assertEqual([self.ask(client, path) for path in ("/2", "/3")], [other.pid] * 2)

    def test_so_does_one_with_a_request_that_was_not_begun(self) -> None:
        victim = self.start(0)
        client = self.served_by(victim)
        self.wait_until(at_rest=1)
        victim.signal(signal.SIGSTOP)
        self.until(lambda: victim.state() == "T")
        client.get("/2")
        self.kill(victim)
        other = self.start(1)
        self.assertEqual(client.answer()[2], b"%d /2" % other.pid)

    def test_and_so_on(self) -> None:
        """From worker to worker, killed or superseded, and with what was half-read at a handover."""
        first = self.start(0)
        client = self.served_by(first)
        self.wait_until(at_rest=1)
        self.kill(first)
        second = self.start(1)
        self.assertEqual(self.ask(client, "/2"), second.pid)
        self.supersede(second)
        third = self.start(2)
        self.assertEqual(self.ask(client, "/3"), third.pid)
        self.until(second.ended)
        self.keeper.died(second.pid)
        self.wait_until(at_rest=1)
        self.kill(third)
        fourth = self.start(3)
        self.assertEqual(self.ask(client, "/4"), fourth.pid)

    def test_one_that_had_been_read_ends_at_once(self) -> None:
        victim = self.start(0)
        idle = self.served_by(victim)
        self.wait_until(at_rest=1)
        client = self.client().send(b"GET /half HTTP/1.1\r\n")
        self.wait_until(at_rest=1, begun=1)
        self.kill(victim)
        self.assertEqual(client.rest(), b"")
        other = self.start(1)
        self.assertEqual(self.ask(idle, "/2"), other.pid)

    def test_what_a_worker_closes_is_closed(self) -> None:
        worker = self.start(0)
        client = self.client().get("/", "Connection: close")
        self.assertEqual(client.answer()[2], b"%d /" % worker.pid)
        self.assertEqual(client.rest(), b"")

    def test_what_is_closed_is_kept_no_longer(self) -> None:
        worker = self.start(0)
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(600):
            client = self.site.connect().get("/")
            client.answer()
            client.close()
            self.keeper.receive()
        self.until(lambda: self.site.board.connections(0) == 0)
        self.assertLess(len(os.listdir("/proc/self/fd")) - before, 10)
        self.kill(worker)
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    def test_a_zygote_that_does_not_listen_holds_nobody_up(self) -> None:
        worker = self.start(0)
        clients = [self.served_by(worker) for _ in range(400)]  # more than a pair takes, or words
        self.assertEqual({self.ask(client, "/2") for client in clients}, {worker.pid})


if __name__ == "__main__":
    unittest.main()
