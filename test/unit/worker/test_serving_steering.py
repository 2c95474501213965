"""What steering means to each worker, by what is on the board."""

from __future__ import annotations

import unittest
from typing import Any
from unittest import mock

from prefork_worker.http.fields import FieldReader, FieldRules
from prefork_worker.http.request import HeadReader, RequestHead
from prefork_worker.serving import steering
from prefork_worker.serving.board import Board
from prefork_worker.serving.steering import ALL, HANDOVER, LISTENERS, NONE, Polls, Steering


def head(*fields: str, method: str = "GET") -> RequestHead:
    reader = HeadReader(FieldReader(FieldRules(), {}), 4094, 65536)
    lines = [f"{method} /page HTTP/1.1", "Host: localhost", *fields, "", ""]
    return reader.careful("\r\n".join(lines).encode())


class SteeringTest(unittest.TestCase):
    def setUp(self) -> None:
        self.board = Board.create(4)
        for slot in range(3):
            self.board.claim(slot, 1)

    def worker(self, slot: int, secure: bool = False) -> Steering:
        return Steering(self.board, slot, 1, secure)

    def doors(self, **more: Any) -> list[int]:
        return [self.worker(slot, **more).doors() for slot in range(3)]

    def test_the_steered_worker_takes_what_the_others_hand_over(self) -> None:
        self.assertEqual(self.doors(), [ALL, ALL, ALL])
        self.board.steered = 1
        self.assertEqual(self.doors(), [LISTENERS, HANDOVER, LISTENERS])
        self.assertTrue(self.worker(0).sends_away(head()))
        self.assertFalse(self.worker(1).sends_away(head()))
        self.assertTrue(self.worker(1).is_last())
        self.assertFalse(self.worker(0).is_last())

    def test_it_takes_all_itself_when_no_sibling_can(self) -> None:
        self.board.steered = 1
        self.board.release(0)
        self.board.set_held(2, True)
        self.assertEqual(self.worker(1).doors(), ALL)
        self.assertFalse(self.worker(1).is_last())

    def test_it_lapses_while_the_worker_is_held_full_or_gone(self) -> None:
        self.board.steered = 1
        self.board.set_held(1, True)
        self.assertEqual(self.doors(), [ALL, NONE, ALL])
        self.assertFalse(self.worker(0).sends_away(head()))
        self.assertTrue(self.worker(1).sends_away(head()), "its own clients go to the others")
        self.board.set_held(1, False)
        self.board.set_busy(1)
        with mock.patch("prefork_worker.serving.board.monotonic_ns", return_value=1 << 60):
            self.assertEqual(self.worker(0).doors(), ALL)
        self.board.set_idle(1)
        self.assertEqual(self.worker(0).doors(), LISTENERS)
        self.board.release(1)
        self.assertEqual(self.worker(0).doors(), ALL)

    def test_whoever_is_forked_into_the_place_of_the_steered_worker_is_not_steered_to(self) -> None:
        self.board.steered = 1
        self.board.reserve(0)
        self.assertEqual(self.board.steered, 1)
        self.board.reserve(1)
        self.assertEqual(self.board.steered, -1)

    def test_over_tls_the_others_accept_nothing(self) -> None:
        self.board.steered = 1
        self.assertEqual(self.doors(secure=True), [NONE, ALL, NONE])
        self.assertFalse(self.worker(0, secure=True).sends_away(head()))
        self.assertFalse(self.worker(1, secure=True).is_last())

    def test_a_held_worker_without_a_sibling_takes_what_it_can(self) -> None:
        self.board.set_held(0, True)
        self.assertEqual(self.worker(0).doors(), NONE)
        self.board.release(1)
        self.board.release(2)
        self.assertEqual(self.worker(0).doors(), ALL)
        self.assertFalse(self.worker(0).sends_away(head()))

    def test_what_no_person_waits_for_stays(self) -> None:
        self.board.steered = 1
        other = self.worker(0)
        self.assertFalse(other.sends_away(head("Accept: text/event-stream")))
        self.assertFalse(other.sends_away(head("Connection: upgrade", "Upgrade: websocket")))
        self.assertTrue(other.sends_away(head("Accept: text/html")))

    def test_a_request_of_a_script_stays_when_it_is_a_poll(self) -> None:
        self.board.steered = 1
        other = self.worker(0)
        with mock.patch.object(steering, "monotonic", side_effect=[10.0, 12.0, 14.01, 16.0]):
            sent = [other.sends_away(head("Sec-Fetch-Dest: empty")) for _ in range(4)]
        self.assertEqual(sent, [True, True, True, False])
        self.assertTrue(other.sends_away(head("Sec-Fetch-Dest: empty", method="POST")))


class PollsTest(unittest.TestCase):
    def seen(self, times: list[float]) -> list[bool]:
        polls = Polls()
        with mock.patch.object(steering, "monotonic", side_effect=times):
            return [polls.come("/page") for _ in times]

    def test_a_person_who_clicks_is_no_poll(self) -> None:
        self.assertEqual(self.seen([1, 3, 4.5, 7.1, 8]), [False] * 5)

    def test_a_page_that_loads_is_no_poll(self) -> None:
        self.assertEqual(self.seen([1, 1.05, 1.1, 1.15]), [False] * 4)

    def test_a_clock_is_one_until_it_stops(self) -> None:
        times = [0, 5, 10.1, 15, 20.2, 60]
        self.assertEqual(self.seen(times), [False, False, False, True, True, False])
