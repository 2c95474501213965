"""Runs the unittest files of a folder and writes each test's result as a line of JSON.

    python unittest_report.py FOLDER OUTPUT

The same lines as reporter.ts writes: name, outcome, and for what did not pass the detail.
"""

from __future__ import annotations

import json
import sys
import unittest
from typing import Any, TextIO


class JsonResult(unittest.TestResult):
    """Subtests that fail are counted one by one; their test then does not pass."""

    def __init__(self, output: TextIO) -> None:
        super().__init__()
        self.output = output

    def write(self, test: unittest.TestCase, outcome: str, detail: str = "") -> None:
        line = {"name": str(test), "outcome": outcome, "detail": detail}
        self.output.write(json.dumps(line) + "\n")
        self.output.flush()

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.write(test, "passed")

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        super().addFailure(test, err)
        self.write(test, "failed", self.failures[-1][1])

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        super().addError(test, err)
        self.write(test, "failed", self.errors[-1][1])

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.write(subtest, "failed", (self.failures + self.errors)[-1][1])

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self.write(test, "skipped", reason)

    def addExpectedFailure(self, test: unittest.TestCase, err: Any) -> None:
        self.write(test, "passed")

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        super().addUnexpectedSuccess(test)
        self.write(test, "failed", "expected to fail, but did not")


def main(folder: str, output: str) -> int:
    with open(output, "w", encoding="utf-8") as file:
        result = JsonResult(file)
        unittest.TestLoader().discover(folder).run(result)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
