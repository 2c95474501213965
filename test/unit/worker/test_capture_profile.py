"""Profiles of slow requests: what is sampled, what is merged, and which bounds hold."""

from __future__ import annotations

import sys
import threading
import time
import unittest
from typing import Any, Callable, Optional

from prefork_worker.capture import profile as profiles
from prefork_worker.capture import stack_walk
from prefork_worker.capture.profile import PERIOD_NS, Profile
from prefork_worker.capture.profiler import Profiler
from prefork_worker.capture.record import Record

MS = 1_000_000


def frame_here() -> Any:
    return sys._getframe(1)


def names(encoded: dict[str, Any], stack: int) -> list[str]:
    """Of a stack's frames, without their classes."""
    frames = [encoded["frames"][index] for index in encoded["stacks"][stack]]
    return [frame["code.function.name"].rpartition(".")[2] for frame in frames]


class ProfileTest(unittest.TestCase):
    def setUp(self) -> None:
        self.profile = Profile(50 * MS, 0)
        self.now = 50 * MS
        self.cpu = 0

    def sample(self, frame: Any, took: int = PERIOD_NS, cpu: Optional[int] = None) -> None:
        self.now += took
        self.cpu += took if cpu is None else cpu
        self.profile.add(frame, self.now, self.cpu)

    def encoded(self, ended: int = 0) -> dict[str, Any]:
        return self.profile.encode(0, ended or self.now)

    def test_samples_of_one_stack_are_merged(self) -> None:
        frame = frame_here()
        for _ in range(3):
            self.sample(frame)
        encoded = self.encoded()
        self.assertEqual(encoded["samples"], [[0, 30_000, "running"]])
        self.assertEqual(encoded["start"], 50_000)
        self.assertEqual(names(encoded, 0)[-1], "test_samples_of_one_stack_are_merged")

    def test_other_stacks_keep_the_order_of_time(self) -> None:
        def called() -> Any:
            return sys._getframe()

        for frame in [frame_here(), called(), frame_here()]:
            self.sample(frame)
        encoded = self.encoded()
        self.assertEqual(names(encoded, 1)[-1], "called")
        self.assertEqual([sample[0] for sample in encoded["samples"]], [0, 1, 0])

    def test_a_thread_that_used_no_processor_was_waiting(self) -> None:
        self.sample(frame_here(), cpu=0)
        self.sample(frame_here(), cpu=PERIOD_NS)
        self.assertEqual([one[2] for one in self.encoded()["samples"]], ["waiting", "running"])

    def test_without_a_clock_all_counts_as_running(self) -> None:
        self.profile.add(frame_here(), self.now + PERIOD_NS, None)
        self.assertEqual(self.encoded()["samples"][0][2], "running")

    def test_c_code_that_held_the_interpreter_is_told_of(self) -> None:
        self.sample(frame_here(), took=200 * MS)
        self.sample(frame_here(), took=200 * MS, cpu=MS)
        samples = self.encoded()["samples"]
        self.assertEqual(
            [sample[1:] for sample in samples], [[200_000, "native"], [200_000, "waiting"]]
        )

    def test_the_time_after_the_last_sample_is_its_stack_s(self) -> None:
        self.sample(frame_here())
        self.assertEqual(self.encoded(self.now + 4 * MS)["samples"][0][1], 14_000)

    def test_a_profile_that_was_stopped_says_nothing_of_the_rest(self) -> None:
        self.sample(frame_here())
        self.profile.stop()
        self.assertEqual(self.encoded(self.now + 90 * MS)["samples"][0][1], 10_000)

    def test_past_the_bound_of_samples_their_time_is_kept(self) -> None:
        with_bound(self, "MAX_SAMPLES", 4)
        for index in range(10):
            self.sample(frame_here(), cpu=0 if index % 2 else PERIOD_NS)
        encoded = self.encoded()
        self.assertEqual((len(encoded["samples"]), encoded["cut"]), (4, 3))
        self.assertEqual(sum(sample[1] for sample in encoded["samples"]), 100_000)

    def test_past_the_bound_of_stacks_their_time_is_kept(self) -> None:
        self.sample(frame_here())
        with_bound(self, "MAX_ENTRIES", self.profile.entries)
        for _ in range(3):
            self.sample(frame_here())
        self.sample(frame_here())
        self.assertEqual(sum(sample[1] for sample in self.encoded()["samples"]), 50_000)
        self.assertEqual(len(self.encoded()["stacks"]), 1)

    def test_a_recursion_is_cut(self) -> None:
        def recurse(depth: int) -> Any:
            return recurse(depth - 1) if depth else sys._getframe()

        self.sample(recurse(400))
        self.assertEqual(len(self.encoded()["stacks"][0]), stack_walk.MAX_DEPTH)

    def test_own_code_and_libraries_are_told_apart(self) -> None:
        self.sample(frame_here())
        own = {frame["code.function.name"]: frame["own"] for frame in self.encoded()["frames"]}
        self.assertTrue(own[next(name for name in own if name.endswith("are_told_apart"))])
        self.assertFalse(own[next(name for name in own if name.endswith("_callTestMethod"))])


def with_bound(case: unittest.TestCase, name: str, value: int) -> None:
    case.addCleanup(setattr, profiles, name, getattr(profiles, name))
    setattr(profiles, name, value)


class ProfilerTest(unittest.TestCase):
    """With the real thread; the test's own thread is the request's."""

    def setUp(self) -> None:
        self.charged: list[int] = []
        self.profiler = Profiler(self.charged.append)
        self.record = Record("GET", "/", "", "127.0.0.1", time.perf_counter_ns())

    def wait_for(self, condition: Callable[[], Any]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)

    def samples(self) -> list[Any]:
        profile = self.record.profile
        return profile.samples if profile else []

    def test_nothing_runs_before_the_first_slow_request(self) -> None:
        self.assertIsNone(self.profiler._thread)

    def test_it_samples_until_the_request_ends_and_rests(self) -> None:
        self.profiler.watch(self.record)
        self.wait_for(self.samples)
        self.record.end()
        self.wait_for(lambda: self.charged)
        before = [list(sample) for sample in self.samples()]
        time.sleep(0.05)  # the thread goes on, in what is another request's time
        self.assertEqual(self.samples(), before)
        self.assertFalse(self.profiler._targets)
        event = self.record.event()
        self.assertTrue(event["profiled"])
        self.assertEqual(event["trace"]["profile"]["rate"], 100)
        self.assertIsNone(self.record.profile)

    def test_a_request_that_was_over_at_once_has_none(self) -> None:
        self.profiler.hold(False)
        self.profiler.watch(self.record)
        profile = self.record.profile
        assert profile is not None
        profile.samples.clear()
        self.record.ended_at = 1
        self.wait_for(lambda: not self.profiler._targets)
        profile.samples.clear()
        self.record.end()
        self.assertNotIn("profiled", self.record.event())

    def test_it_rests_while_a_debugger_is_there(self) -> None:
        self.profiler.watch(self.record)
        self.profiler.hold(True)
        self.wait_for(lambda: not self.profiler._targets)
        assert self.record.profile is not None
        self.assertTrue(self.record.profile.stopped)
        other = Record("GET", "/", "", "127.0.0.1", time.perf_counter_ns())
        self.profiler.watch(other)
        self.assertIsNone(other.profile)
        self.profiler.hold(False)
        self.profiler.watch(other)
        self.assertIsNotNone(other.profile)
        other.end()

    def test_what_is_recorded_lightly_has_none(self) -> None:
        light = Record("GET", "/", "", "127.0.0.1", time.perf_counter_ns(), light=True)
        self.profiler.watch(light)
        self.assertIsNone(light.profile)

    def test_a_thread_that_is_gone_ends_its_profile(self) -> None:
        thread = threading.Thread(target=self.watch_from_here)
        thread.start()
        thread.join()
        self.wait_for(lambda: not self.profiler._targets)

    def watch_from_here(self) -> None:
        self.record = Record("GET", "/", "", "127.0.0.1", time.perf_counter_ns())
        self.profiler.watch(self.record)


if __name__ == "__main__":
    unittest.main()
