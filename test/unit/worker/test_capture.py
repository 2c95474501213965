"""Capture: what is recorded, where it is placed, and that it never stands in the app's way.

The hooks change the process, so each case runs in an interpreter of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import unittest
from typing import Any

WORKER = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../../server/worker"))

PRELUDE = """
import json, logging, sys, threading
from time import perf_counter_ns
from prefork_worker.capture import Capture
real = sys.stdout
wakes = []
capture = Capture()
capture.install(lambda: wakes.append(1))
capture.take()  # what it tells of its hooks
def begin(path="/"):
    return capture.begin("GET", path, "", "127.0.0.1", perf_counter_ns())
def tell():
    events, dropped = capture.take()
    real.write(json.dumps([events, dropped]))
"""


def run(script: str) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The events and the dropped counts that the script tells of; its own output is left out."""
    environment = {**os.environ, "PYTHONPATH": WORKER}
    whole = PRELUDE + textwrap.dedent(script) + "\ntell()\n"
    command = [sys.executable, "-c", whole]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    events, dropped = json.loads(done.stdout[done.stdout.rindex("[[") :])
    return events, dropped


class CaptureTest(unittest.TestCase):
    def test_a_request_is_recorded_with_its_phases(self) -> None:
        script = """
            record = begin("/a")
            record.status, record.read, record.app = 200, 1_000, 2_000_000
            capture.end(record)
        """
        (ended,), dropped = run(script)
        self.assertEqual(ended["type"], "request.ended")
        self.assertEqual(ended["url.path"], "/a")
        self.assertEqual(ended["http.response.status_code"], 200)
        self.assertEqual((ended["phases"]["read"], ended["phases"]["app"]), (1, 2000))
        self.assertIsNone(ended["phases"]["close"], "what is not known is null")
        self.assertEqual(dropped, {})

    def test_a_request_that_still_runs_is_told_of_once(self) -> None:
        script = """
            from prefork_worker.capture import record as module
            module.SLOW_NS = -1
            begin()
            first, _ = capture.take()
            assert [event["type"] for event in first] == ["request.started"], first
        """
        self.assertEqual(run(script)[0], [])

    def test_what_is_due_is_told_without_spinning(self) -> None:
        script = """
            assert capture.due() is None
            record = begin()
            assert capture.due() > 0, "a request that has just begun is not reported yet"
            record.status = 200
            capture.end(record)
            assert capture.due() == 0
            capture.take()
            assert 0 < capture.due() <= 1, "the second's metrics are to come"
            capture.finish()
            capture.take()
            assert capture.due() is None
        """
        run(script)

    def test_lines_are_placed_in_their_request_with_level_and_place(self) -> None:
        script = """
            record = begin()
            logging.getLogger("shop").warning("low on %s", "tea")
            print("hel" + "lo")
            print("to stderr", file=sys.stderr)
            capture.errors(record).write("to errors\\n")
            capture.end(record)
            print("outside")
        """
        events, _ = run(script)
        lines = [event for event in events if event["type"] == "log"]
        found = [(line["source"], line["severity_number"], line["body"]) for line in lines]
        expected = [
            ("logging", 13, "low on tea"),
            ("stdout", 9, "hello"),
            ("stderr", 13, "to stderr"),
            ("wsgi.errors", 13, "to errors"),
            ("stdout", 9, "outside"),
        ]
        self.assertEqual(found, expected)
        request = next(event["request"] for event in events if event["type"] == "request.ended")
        self.assertEqual([line.get("request") for line in lines], [request] * 4 + [None])
        self.assertEqual(lines[0]["logger"], "shop")
        self.assertTrue(all(line["code.file.path"] == "<string>" for line in lines))

    def test_a_logger_that_does_not_propagate_is_heard_and_nothing_twice(self) -> None:
        script = """
            import logging.config
            logging.config.dictConfig({
                "version": 1,
                "handlers": {"console": {"class": "logging.StreamHandler"}},
                "loggers": {"quiet": {"handlers": ["console"], "propagate": False}},
            })
            logging.getLogger("quiet").error("once")
        """
        self.assertEqual([event["body"] for event in run(script)[0]], ["once"])

    def test_an_exception_is_reported_once_however_often_it_is_met(self) -> None:
        script = """
            record = begin()
            try:
                1 / 0
            except ZeroDivisionError as error:
                logging.getLogger("app").exception("it broke")
                capture.uncaught(record, error)
            capture.end(record)
        """
        events, _ = run(script)
        exceptions = [event for event in events if event["type"] == "exception"]
        self.assertEqual([event["exception.type"] for event in exceptions], ["ZeroDivisionError"])
        line = next(event for event in events if event["type"] == "log")
        self.assertEqual(line["exception"], exceptions[0]["exception"])
        self.assertEqual(events[-1]["exceptions"], 1)

    def test_what_does_not_fit_is_counted(self) -> None:
        script = """
            from prefork_worker.capture import waiting
            waiting.MAX_WAITING = 3
            for number in range(5):
                print(number)
            capture.end(begin())
        """
        events, dropped = run(script)
        self.assertEqual(len(events), 3)
        self.assertEqual(dropped, {"requests": 1, "logs": 2, "exceptions": 0})

    def test_a_long_line_is_cut_and_says_so(self) -> None:
        (line,), _ = run("logging.getLogger().error('x' * 9000)")
        self.assertEqual((len(line["body"]), line["cut"]), (8192, 808))

    def test_the_streams_stay_what_they_were(self) -> None:
        script = """
            assert sys.stdout.fileno() == 1 and sys.stdout.encoding and not sys.stdout.isatty()
            sys.stdout.buffer.write(b"bytes\\n")
            sys.stdout.flush()
        """
        self.assertEqual(run(script)[0], [])

    def test_user_code_that_fails_to_describe_itself_is_survived(self) -> None:
        script = """
            class Rude(Exception):
                def __str__(self): raise RuntimeError("no")
            record = begin()
            try:
                raise Rude()
            except Rude as error:
                capture.uncaught(record, error)
            logging.getLogger().error("%d", "not a number")
            capture.end(record)
        """
        exception, line, _ = run(script)[0]
        self.assertIn("cannot be shown", exception["exception.message"])
        self.assertIn("not a number", line["body"])


if __name__ == "__main__":
    unittest.main()
