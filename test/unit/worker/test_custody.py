"""A worker that is killed takes along only the requests that it had begun; this process is the zygote."""

from __future__ import annotations

import os
import signal
import socket
import unittest
from typing import List

from prefork_worker.serving.custody import Custody, Keeper
from test_handover import (
    DiesHavingAcknowledged,
    DiesHavingReceived,
    HandoverTest,
    Process,
    StopsHavingOffered,
)


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

    def test_a_taker_that_dies_about_its_acknowledgement_loses_nothing(self) -> None:
        for kind in (DiesHavingReceived, DiesHavingAcknowledged):
            with self.subTest(kind=kind.__name__):
                giver = self.start(0)
                client = self.served_by(giver)
                self.wait_until(at_rest=1)
                self.supersede(giver)
                dying = self.start(1, kind)
                self.until(dying.ended)
                self.keeper.died(dying.pid)
                other = self.start(2)
                self.assertEqual([self.ask(client, path) for path in ("/2", "/3")], [other.pid] * 2)
                self.until(giver.ended)
                self.kill(other)
                client.close()
                self.drain()

    def test_nor_if_its_giver_dies_too(self) -> None:
        giver = self.start(0, StopsHavingOffered)
        client = self.served_by(giver)
        self.wait_until(at_rest=1)
        self.supersede(giver)
        self.until(lambda: giver.state() == "T")
        dying = self.start(1, DiesHavingReceived)
        self.until(dying.ended)
        self.kill(giver)
        self.keeper.died(dying.pid)
        other = self.start(2)
        self.assertEqual(self.ask(client, "/2"), other.pid)

    def test_half_a_request_stays_the_givers_until_it_is_acknowledged(self) -> None:
        giver = self.start(0)
        client = self.client().send(b"GET /half HTTP/1.1\r\nHo")
        self.wait_until(at_rest=0, begun=1)
        self.supersede(giver)
        dying = self.start(1, DiesHavingReceived)
        self.until(dying.ended)
        self.keeper.died(dying.pid)
        other = self.start(2)
        self.assertEqual(client.send(b"st: a\r\n\r\n").answer()[2], b"%d /half" % other.pid)

    def drain(self) -> None:
        """What waits in the pair for a worker."""
        while True:
            try:
                self.site.handover.take().sock.close()
            except BlockingIOError:
                return

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


class OnArrival(unittest.TestCase):
    """It is this process that ends, as far as the keeper knows."""

    def setUp(self) -> None:
        self.custody = Custody(1)
        self.addCleanup(self.custody.close)
        self.custody.enter(0)
        self.offered: List[int] = []
        self.keeper = Keeper(self.custody, lambda sock, listener: self.offered.append(listener))
        self.ours, self.client = socket.socketpair()
        self.addCleanup(self.ours.close)
        self.addCleanup(self.client.close)

    def test_an_accepted_connection_is_at_rest_from_its_deposit_on(self) -> None:
        self.custody.deposit(self.ours, 7, True)
        self.keeper.died(os.getpid())
        self.assertEqual(self.offered, [7])

    def test_one_that_may_still_be_the_givers_is_left_to_it(self) -> None:
        self.custody.deposit(self.ours, 7, False)
        self.keeper.died(os.getpid())
        self.assertEqual(self.offered, [])

    def test_a_receipt_is_kept_no_longer_than_it_may_be_needed(self) -> None:
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        self.custody.deposit(self.ours, 7, False, write).rest()
        os.close(write)
        self.keeper.receive()
        self.assertEqual(os.read(read, 1), b"")
        self.keeper.died(os.getpid())
        self.assertEqual(self.offered, [7])


if __name__ == "__main__":
    unittest.main()
