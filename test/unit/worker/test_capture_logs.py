"""Log lines: each once, at its place, bounded; warnings; levels changed while the app runs."""

from __future__ import annotations

import unittest
from typing import Any

from capture_harness import run


def lines(script: str) -> list[dict[str, Any]]:
    return [event for event in run(script) if event["type"] == "log"]


def said(script: str) -> list[tuple[str, str]]:
    return [(line["source"], line["body"]) for line in lines(script)]


APP = """
import logging, warnings
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    answer.work()
    return [b"x"]
"""


class LogsTest(unittest.TestCase):
    def test_without_any_handler_once(self) -> None:
        script = "import logging\nlogging.getLogger('shop').warning('last resort')"
        self.assertEqual(said(script), [("logging", "last resort")])

    def test_secrets_are_hidden(self) -> None:
        script = """
            import logging
            logging.error("password=%s", "hunter2")
            print("token: abc")
        """
        expected = [("logging", "password=[hidden]"), ("stdout", "token: [hidden]")]
        self.assertEqual(said(script), expected)

    def test_the_streams_are_text_streams_of_the_standard_library(self) -> None:
        script = """
            import contextlib, io
            assert isinstance(sys.stdout, io.TextIOWrapper)
            assert sys.stdout.mode == "w" and sys.stdout.name == "<stdout>"
            sys.stdout.reconfigure(errors="replace")
            with contextlib.redirect_stdout(io.StringIO()) as kept:
                print("kept")
            assert kept.getvalue() == "kept\\n"
            sys.stdout.writelines(["a\\n", "b\\n"])
            print("c", flush=True)
            print("half", end="")
            thread = threading.Thread(target=print, args=("whole",))
            thread.start()
            thread.join()
            print(" line")
        """
        found = [body for _, body in said(script)]
        self.assertEqual(found, ["a", "b", "c", "whole", "half line"])

    def test_the_place_is_who_prints(self) -> None:
        (line,) = lines("def speaks():\n print('here')\nspeaks()")
        self.assertEqual(line["code.function.name"], "speaks")

    def test_past_the_first_lines_of_a_request_only_errors_are_told_of(self) -> None:
        script = (
            APP
            + """
def work():
    for number in range(1000):
        logging.info("line %d", number)
        print(number)
    logging.error("the end")
answer.work = work
logging.basicConfig(level="INFO")
serve(app)
print("after")
"""
        )
        events = run(script)
        (ended,) = [event for event in events if event["type"] == "request.ended"]
        told = [event["body"] for event in events if event["type"] == "log"]
        self.assertEqual(len(told), 202)
        self.assertEqual(told[-2:], ["the end", "after"])
        self.assertEqual((ended["logs"], ended["logs_left_out"]), (2001, 1800))


class WarningsTest(unittest.TestCase):
    def test_a_warning_is_told_once_with_its_category_and_what_it_is_about(self) -> None:
        script = """
            import warnings
            warnings.simplefilter("always")
            def old(): warnings.warn("use new()", DeprecationWarning, stacklevel=2)
            old()
        """
        (line,) = lines(script)
        self.assertEqual((line["source"], line["severity_number"]), ("warnings", 13))
        self.assertEqual((line["logger"], line["body"]), ("DeprecationWarning", "use new()"))
        self.assertEqual(line["code.file.path"], "<string>")

    def test_through_logging_once(self) -> None:
        script = """
            import logging, warnings
            logging.captureWarnings(True)
            warnings.simplefilter("always")
            warnings.warn("odd")
        """
        (line,) = lines(script)
        self.assertEqual((line["logger"], line["code.file.path"]), ("py.warnings", "<string>"))

    def test_what_the_app_catches_is_not_told(self) -> None:
        script = """
            import warnings
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                warnings.warn("odd")
            assert len(caught) == 1
        """
        self.assertEqual(lines(script), [])


class LevelsTest(unittest.TestCase):
    def test_a_level_is_changed_and_put_back(self) -> None:
        script = """
            import logging
            from prefork_worker.capture.levels import Levels
            levels, logger = Levels(), logging.getLogger("shop")
            levels.set({"shop": "DEBUG"})
            logging.config = __import__("logging.config").config
            logging.config.dictConfig({"version": 1, "loggers": {"shop": {"level": "ERROR"}}})
            levels.apply()
            logger.debug("told")
            levels.set({})
            logger.debug("not told")
        """
        self.assertEqual([body for _, body in said(script)], ["told"])


if __name__ == "__main__":
    unittest.main()
