"""Capture under load: what is told of, what is counted, and that memory is bounded meanwhile."""

from __future__ import annotations

import logging
import time
import unittest
from time import perf_counter_ns
from typing import Any, Optional
from unittest import mock

from prefork_worker.capture import MAX_UNSETTLED, Capture, logs, sampling, waiting
from prefork_worker.capture.metrics import BOUNDS, SECOND, Metrics
from prefork_worker.capture.record import Record
from prefork_worker.capture.waiting import Waiting

Event = dict[str, Any]


def request(
    capture: Capture,
    path: str = "/",
    status: Optional[int] = 200,
    spans: int = 0,
    seconds: int = 0,
) -> Record:
    """One from its beginning to its end; it took so long."""
    record = capture.begin("GET", path, "", "127.0.0.1", perf_counter_ns() - seconds * 10**9)
    for number in range(spans):
        span = record.open("sql", f"SELECT {number}")
        assert span is not None
        span.close()
    record.status = status
    capture.end(record)
    return record


def under_load(capture: Capture) -> None:
    """Until it reports less."""
    while capture.sampling.mode == "full":
        request(capture)
        capture.take()
    capture.sampling._sample.tokens = capture.sampling._sample.rate = 0
    for _ in range(sampling.SLOWEST):
        request(capture, seconds=3)
    capture.sampling._told.fill(1)
    capture.take()


def ended(events: list[Event]) -> list[Event]:
    return [event for event in events if event["type"] == "request.ended"]


class SamplingTest(unittest.TestCase):
    def setUp(self) -> None:
        self.capture = Capture()

    def test_a_burst_is_told_in_full(self) -> None:
        for _ in range(sampling.SUMMARY_BURST):
            request(self.capture, spans=2)
        events, dropped = self.capture.take()
        self.assertEqual({event["detail"] for event in ended(events)}, {"full"})
        self.assertEqual(len(ended(events)), sampling.SUMMARY_BURST)
        self.assertEqual(dropped, {})

    def test_past_a_rate_summaries_replace_details_and_totals_stay_exact(self) -> None:
        under_load(self.capture)
        self.capture.take()
        request(self.capture, spans=3)
        (event,) = ended(self.capture.take()[0])
        self.assertEqual(event["detail"], "summary")
        self.assertNotIn("trace", event)
        self.assertEqual(event["totals"]["sql"]["count"], 3)

    def test_what_failed_and_the_slowest_keep_their_traces(self) -> None:
        under_load(self.capture)
        request(self.capture, status=503, spans=1)
        request(self.capture, status=None, spans=1)
        for seconds in (5, 9, 7, 1):
            request(self.capture, seconds=seconds, spans=1)
        request(self.capture, spans=1)
        details = [event["detail"] for event in ended(self.capture.take()[0])]
        self.assertEqual(details[:2], ["full", "full"])
        self.assertEqual(details[2:5], ["full"] * 3)
        self.assertEqual(details[6:], ["summary"])

    def test_each_route_has_its_slowest(self) -> None:
        under_load(self.capture)
        for number in range(sampling.SLOWEST + 1):
            request(self.capture, path="/quiet", seconds=9 - number)
        details = [event["detail"] for event in ended(self.capture.take()[0])]
        self.assertEqual(details, ["full"] * sampling.SLOWEST + ["summary"])

    def test_past_a_higher_rate_the_rest_is_counted_but_what_is_notable_is_told(self) -> None:
        capture = self.capture
        for _ in range(sampling.SUMMARY_BURST + 5):
            request(capture)
        request(capture, status=503)
        request(capture, seconds=1)
        record = capture.begin("GET", "/", "", "127.0.0.1", perf_counter_ns())
        self.assertTrue(logs.is_told(record, logging.INFO))
        capture.say(logs.Line("logging", logging.INFO, "said", None), record)
        record.status = 200
        capture.end(record)
        events, dropped = capture.take()
        self.assertEqual(len(ended(events)), sampling.SUMMARY_BURST + 3)
        self.assertEqual(dropped["requests"], 5)
        capture.finish()
        told = [event for event in capture.take()[0] if event["type"] == "metrics"]
        told += [event for event in events if event["type"] == "metrics"]
        self.assertEqual(sum(event["requests"] for event in told), sampling.SUMMARY_BURST + 8)
        self.assertEqual(sum(event["errors"] for event in told), 1)

    def test_some_are_recorded_in_full_under_load(self) -> None:
        under_load(self.capture)
        self.capture.sampling._sample.tokens = 1
        full = request(self.capture, spans=1)
        light = request(self.capture, spans=1)
        self.assertEqual((full.light, light.light), (False, True))
        details = [event["detail"] for event in ended(self.capture.take()[0])]
        self.assertEqual(details, ["full", "summary"])

    def test_the_panel_is_told_of_the_mode_and_when_it_is_over(self) -> None:
        under_load(self.capture)
        with mock.patch.object(time, "monotonic", return_value=time.monotonic() + 60):
            events, _ = self.capture.take()
        modes = [event["mode"] for event in events if event["type"] == "capture"]
        self.assertEqual(modes, ["full"])

    def test_capture_that_takes_too_much_records_less(self) -> None:
        capture = self.capture
        record = capture.begin("GET", "/", "", "127.0.0.1", perf_counter_ns())
        record.own += int(2 * sampling.OWN_BURST)
        capture.end(record)
        events, _ = capture.take()
        self.assertEqual([e["mode"] for e in events if e["type"] == "capture"], ["summary"])

    def test_what_reporting_takes_counts_too(self) -> None:
        self.capture.sampling.charge(int(2 * sampling.OWN_BURST))
        self.capture.take()
        self.assertEqual(self.capture.sampling.mode, "summary")

    def test_it_says_what_it_took(self) -> None:
        record = request(self.capture, spans=50)
        self.assertGreater(record.own_time(), 0)
        (event,) = ended(self.capture.take()[0])
        self.assertEqual(event["own"], record.own_time() // 1000)


class MetricsTest(unittest.TestCase):
    def test_requests_fall_into_their_second_and_bucket(self) -> None:
        metrics = Metrics()
        for ended_at, duration in ((5.1, 1), (5.9, BOUNDS[0]), (6.0, BOUNDS[0] + 1), (6.5, 10**12)):
            metrics.count(int(ended_at * SECOND), duration, duration > SECOND, 2_000, "full")
        five, six = metrics.take()
        self.assertEqual((five["time"], six["time"]), (6_000_000, 7_000_000))
        self.assertEqual((five["requests"], five["errors"]), (2, 0))
        self.assertEqual((six["requests"], six["errors"]), (2, 1))
        self.assertEqual((five["buckets"][0], six["buckets"][1], six["buckets"][-1]), (2, 1, 1))
        self.assertEqual(len(five["buckets"]), len(BOUNDS) + 1)
        self.assertGreaterEqual(five["own"], 4)
        self.assertGreater(five["cpu"] + six["cpu"], 0)

    def test_a_second_is_told_of_when_it_is_over(self) -> None:
        metrics = Metrics()
        metrics.count(time.time_ns() + SECOND, 1, False, 0, "")
        self.assertEqual(metrics.take(), [])
        self.assertLessEqual(metrics.due() or 0, 2)
        metrics.finish()
        self.assertEqual([event["requests"] for event in metrics.take()], [1])
        self.assertIsNone(metrics.due())

    def test_a_clock_that_is_set_back_loses_nothing(self) -> None:
        metrics = Metrics()
        metrics.count(9 * SECOND, 1, False, 0, "full")
        metrics.count(3 * SECOND, 1, False, 0, "summary")
        (event,) = metrics.take()
        self.assertEqual((event["requests"], event["full"], event["summary"]), (2, 1, 1))


class WaitingTest(unittest.TestCase):
    def test_bytes_are_bounded_and_given_back(self) -> None:
        queue = Waiting()
        self.assertTrue(queue.put("big", waiting.MAX_BYTES))
        self.assertFalse(queue.put("more", 1))
        self.assertEqual(queue.take(1), ["big"])
        self.assertTrue(queue.put("more", 1))

    def test_it_is_taken_in_portions(self) -> None:
        queue = Waiting()
        for item in range(5):
            queue.put(item, 10)
        self.assertEqual([queue.take(20), queue.take(20), queue.take(20)], [[0, 1], [2, 3], [4]])

    def test_requests_that_nobody_takes_are_settled_all_the_same(self) -> None:
        capture = Capture()
        with mock.patch.object(waiting, "MAX_BYTES", 100_000):
            for _ in range(3 * MAX_UNSETTLED):
                request(capture, spans=100)
        details = [event["detail"] for event in ended(capture.take()[0])]
        self.assertIn("summary", details[:MAX_UNSETTLED])

    def test_a_trace_that_finds_no_room_becomes_a_summary(self) -> None:
        capture = Capture()
        with mock.patch.object(waiting, "MAX_BYTES", 100_000):
            for _ in range(15):
                request(capture, spans=100)
            capture.settle()
        details = [event["detail"] for event in ended(capture.take()[0])]
        self.assertEqual(len(details), 15)
        self.assertEqual(set(details), {"full", "summary"})


if __name__ == "__main__":
    unittest.main()
