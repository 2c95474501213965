"""The handover, killed at each step: real processes, and a giver or taker that ends at a chosen point."""

from __future__ import annotations

import os
import resource
import signal
import socket
import threading
import time
import unittest
from typing import Any, List, Optional, Tuple, Type

from prefork_worker.serving.handover import Given, Handover, was_taken
from serving_harness import DEADLINE, Client, Site, Worker

SEVERAL = 400  # more than a socket pair takes


def pid_and_path(environ: Any, start_response: Any) -> List[bytes]:
    start_response("200 OK", [])
    return [b"%d %s" % (os.getpid(), environ["PATH_INFO"].encode())]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DiesHavingReceived(Handover):
    def _acknowledge(self, receipt: int) -> None:
        die()


class DiesHavingAcknowledged(Handover):
    def _acknowledge(self, receipt: int) -> None:
        super()._acknowledge(receipt)
        die()


class DiesHavingOffered(Handover):
    def offer(self, given: Given) -> int:
        super().offer(given)
        die()
        raise AssertionError("dead")


class StopsHavingOffered(Handover):
    def offer(self, given: Given) -> int:
        receipt = super().offer(given)
        os.kill(os.getpid(), signal.SIGSTOP)
        return receipt


class ReservesNothing(Handover):
    def _reserve(self) -> None:
        pass


class Process:
    """One worker in a process of its own; SIGUSR1 retires it, SIGUSR2 leaves it `spare` descriptors."""

    def __init__(
        self,
        site: Site,
        slot: int,
        generation: int,
        kind: Type[Handover] = Handover,
        spare: int = 0,
    ) -> None:
        self.status: Optional[int] = None
        read, self._ready = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self._serve(site, slot, generation, kind, spare)
            finally:
                os._exit(0)
        os.close(self._ready)
        os.read(read, 1)
        os.close(read)

    def _serve(
        self, site: Site, slot: int, generation: int, kind: Type[Handover], spare: int
    ) -> None:
        inherited = site.handover
        site.handover = kind.from_fds(inherited.give_end.detach(), inherited.take_end.detach())
        worker = Worker(site, pid_and_path, slot=slot, generation=generation, keepalive=60)
        signal.signal(signal.SIGUSR1, lambda *args: worker.server.retire())
        signal.signal(signal.SIGUSR2, lambda *args: leave_descriptors(spare))
        os.close(self._ready)
        while worker.thread.is_alive():
            worker.thread.join(0.02)

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def state(self) -> str:
        """As the kernel has it: `T` is stopped."""
        with open(f"/proc/{self.pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0]

    def ended(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
        return self.status is not None

    def kill(self) -> None:
        if not self.ended():
            self.signal(signal.SIGKILL)
            self.status = os.waitpid(self.pid, 0)[1]


def leave_descriptors(count: int) -> None:
    """No more than `count` can be opened from here on."""
    held = [os.dup(0)]
    while held[-1] < 200:
        held.append(os.dup(0))
    for fd in held[len(held) - count :]:
        os.close(fd)
    resource.setrlimit(resource.RLIMIT_NOFILE, (201, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


class HandoverTest(unittest.TestCase):
    def setUp(self) -> None:
        self.site = Site()
        self.addCleanup(self.site.close)

    def start(self, slot: int, kind: Type[Handover] = Handover, spare: int = 0) -> Process:
        generation = self.site.board.generation
        process = Process(self.site, slot, generation, kind, spare)
        self.addCleanup(process.kill)
        return process

    def client(self) -> Client:
        client = self.site.connect()
        self.addCleanup(client.close)
        return client

    def served_by(self, giver: Process) -> Client:
        """An idle connection."""
        client = self.client().get("/1")
        self.assertEqual(client.answer()[2], b"%d /1" % giver.pid)
        return client

    def ask(self, client: Client, path: str) -> int:
        """Who answers; each answer is that of its request, so none is lost or given twice."""
        pid, _, said = client.get(path).answer()[2].partition(b" ")
        self.assertEqual(said, path.encode())
        return int(pid)

    def supersede(self, giver: Process) -> None:
        self.site.board.generation += 1
        giver.signal(signal.SIGUSR1)

    def until(self, condition: Any) -> None:
        deadline = time.monotonic() + DEADLINE
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.002)


class Killed(HandoverTest):
    def test_a_taker_that_had_not_acknowledged_loses_nothing(self) -> None:
        giver = self.start(0)
        client = self.served_by(giver)
        begun = self.client().send(b"GET /half HTTP/1.1\r\nHo")
        self.until(lambda: self.site.board.connections(0) == 2)
        self.supersede(giver)
        for slot in (1, 2, 3):
            dying = self.start(slot, DiesHavingReceived)
            self.until(dying.ended)
        taker = self.start(4)
        for path in ("/2", "/3"):
            self.assertEqual(self.ask(client, path), taker.pid)
        self.assertEqual(begun.send(b"st: a\r\n\r\n").answer()[2], b"%d /half" % taker.pid)
        self.until(giver.ended)

    def test_one_that_had_takes_the_connection_along(self) -> None:
        giver = self.start(0)
        client = self.served_by(giver)
        self.supersede(giver)
        dying = self.start(1, DiesHavingAcknowledged)
        self.until(dying.ended)
        self.assertEqual(client.rest(), b"")  # its end, at once, not a silence
        self.until(giver.ended)

    def test_a_giver_after_its_offer(self) -> None:
        giver = self.start(0, DiesHavingOffered)
        client = self.served_by(giver)
        self.supersede(giver)
        self.until(giver.ended)
        taker = self.start(1)
        self.assertEqual([self.ask(client, path) for path in ("/2", "/3")], [taker.pid] * 2)

    def test_a_giver_that_hears_of_nothing_any_more(self) -> None:
        giver = self.start(0, StopsHavingOffered)
        client = self.served_by(giver)
        self.supersede(giver)
        self.until(lambda: giver.state() == "T")
        taker = self.start(1)
        self.assertEqual(self.ask(client, "/2"), taker.pid)
        giver.kill()
        self.assertEqual(self.ask(client, "/3"), taker.pid)

    def test_both(self) -> None:
        giver = self.start(0, StopsHavingOffered)
        client = self.served_by(giver)
        self.supersede(giver)
        self.until(lambda: giver.state() == "T")
        dying = self.start(1, DiesHavingReceived)
        self.until(dying.ended)
        giver.kill()
        self.assertEqual(client.rest(), b"")


class Exhausted(HandoverTest):
    def test_a_taker_without_descriptors_leaves_it_to_another(self) -> None:
        for kind in (Handover, ReservesNothing):
            for spare in (0, 1):
                with self.subTest(kind=kind.__name__, spare=spare):
                    self.site.board.generation = 1
                    giver = self.start(0)
                    client = self.served_by(giver)
                    self.site.board.generation = 2
                    exhausted = self.start(1, kind, spare)
                    exhausted.signal(signal.SIGUSR2)
                    self.until(lambda pid=exhausted.pid: os.path.exists(f"/proc/{pid}/fd/199"))
                    giver.signal(signal.SIGUSR1)
                    taker = self.start(2)
                    self.assertEqual(self.ask(client, "/2"), taker.pid)
                    self.until(giver.ended)
                    for process in (exhausted, taker):
                        process.kill()

    def test_a_giver_without_descriptors_gives_all_the_same(self) -> None:
        giver = self.start(0)
        clients = [self.served_by(giver) for _ in range(3)]
        giver.signal(signal.SIGUSR2)
        self.until(lambda: os.path.exists(f"/proc/{giver.pid}/fd/200"))
        self.supersede(giver)
        taker = self.start(1)
        self.assertEqual([self.ask(client, "/2") for client in clients], [taker.pid] * 3)
        self.until(giver.ended)

    def test_more_than_the_pair_takes(self) -> None:
        giver = self.start(0)
        clients = [self.served_by(giver) for _ in range(SEVERAL)]
        self.supersede(giver)
        taker = self.start(1)
        self.assertEqual({self.ask(client, "/2") for client in clients}, {taker.pid})
        self.until(giver.ended)


class OfAReceipt(unittest.TestCase):
    def setUp(self) -> None:
        self.handover = Handover.create()
        self.addCleanup(self.handover.close)
        self.ours, self.theirs = socket.socketpair()
        self.addCleanup(self.ours.close)
        self.addCleanup(self.theirs.close)

    def offer(self) -> int:
        receipt = self.handover.offer(Given(self.ours, 3, {"A": "b"}, b"GET /", None))
        self.addCleanup(os.close, receipt)
        return receipt

    def test_it_is_open_until_the_connection_is_taken(self) -> None:
        receipt = self.offer()
        self.assertRaises(BlockingIOError, was_taken, receipt)
        given = self.handover.take()
        self.addCleanup(given.sock.close)
        self.assertTrue(was_taken(receipt))
        self.assertEqual(given[1:5], (3, {"A": "b"}, b"GET /", None))
        self.assertFalse(given.sock.get_inheritable())
        self.assertRaises(BlockingIOError, self.handover.take)

    def test_its_end_says_that_the_connection_was_lost(self) -> None:
        receipt = self.offer()
        self.handover.take_end.recv(1)  # as the kernel does with what has no descriptor
        self.assertFalse(was_taken(receipt))

    def test_a_full_pair_says_so(self) -> None:
        with self.assertRaises(BlockingIOError):
            for _ in range(2000):
                self.handover.give(Given(self.ours, 0, None, b"x" * 1000, None))

    def test_each_is_taken_once(self) -> None:
        sockets = [socket.socketpair() for _ in range(100)]
        receipts = [
            self.handover.offer(Given(ours, number, None, b"", None))
            for number, (ours, _) in enumerate(sockets)
        ]
        taken: List[Tuple[int, int]] = []

        def take(taker: int) -> None:
            while True:
                try:
                    given = self.handover.take()
                except BlockingIOError:
                    return
                given.sock.close()
                taken.append((given.listener, taker))

        takers = [threading.Thread(target=take, args=(number,)) for number in range(4)]
        for thread in takers:
            thread.start()
        for thread in takers:
            thread.join(DEADLINE)
        self.assertEqual(sorted(number for number, _ in taken), list(range(100)))
        self.assertTrue(all(was_taken(receipt) for receipt in receipts))
        for fd in receipts:
            os.close(fd)
        for pair in sockets:
            for sock in pair:
                sock.close()


if __name__ == "__main__":
    unittest.main()
