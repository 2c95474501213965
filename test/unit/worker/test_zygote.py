"""What a zygote forks, and what it refuses to fork."""

from __future__ import annotations

import os
import signal
import socket
import unittest
from typing import Any

from prefork_worker.control import Channel
from prefork_worker.listeners import Shared
from prefork_worker.replay.sealing import Seal
from prefork_worker.serving.board import Board
from prefork_worker.serving.handover import Handover
from prefork_worker.zygote import Zygote


class OfWorkersThatEndAtOnce(Zygote):
    def become_worker(self, message: dict[str, Any], slot: int) -> None:
        os._exit(0)


class ForkTest(unittest.TestCase):
    def setUp(self) -> None:
        self.addCleanup(signal.signal, signal.SIGCHLD, signal.getsignal(signal.SIGCHLD))
        handover = Handover.create()
        self.addCleanup(handover.close)
        arbiters, zygotes = socket.socketpair()
        self.addCleanup(arbiters.close)
        self.addCleanup(zygotes.close)
        self.arbiter = Channel(arbiters)
        shared = Shared(Board.create(8), handover, [], False, None, Seal.create())
        self.zygote = OfWorkersThatEndAtOnce(Channel(zygotes), {}, shared)
        self.addCleanup(self.end)

    def end(self) -> None:
        for pid in self.zygote.children:
            os.waitpid(pid, 0)
        os.close(signal.set_wakeup_fd(-1))
        self.zygote.wakeup.close()

    def fork(self, generation: int) -> None:
        self.zygote.do_fork({"type": "fork", "generation": generation})

    def said(self) -> list[tuple[str, int]]:
        """To the arbiter."""
        messages = self.arbiter.receive() or []
        return [(message["type"], message["generation"]) for message in messages]

    def test_a_superseded_generation_is_refused(self) -> None:
        self.zygote.do_supersede({"type": "supersede", "generation": 2})
        self.fork(1)
        self.assertEqual(self.zygote.children, {})
        self.fork(2)
        self.assertEqual(len(self.zygote.children), 1)
        self.assertEqual(self.said(), [("superseded", 2), ("forked", 2)])

    def test_so_is_one_that_is_superseded_after_its_first_worker(self) -> None:
        self.fork(1)
        self.zygote.do_supersede({"type": "supersede", "generation": 2})
        self.fork(1)
        self.assertEqual(len(self.zygote.children), 1)
        self.assertEqual(self.said(), [("forked", 1), ("superseded", 2)])

    def test_a_zygote_that_is_not_fit_for_it_forks_nothing(self) -> None:
        self.zygote.spoilt = True
        self.fork(1)
        self.assertEqual(self.zygote.children, {})


if __name__ == "__main__":
    unittest.main()
