"""Exceptions that are answers, and `breakpoint()` where there is no terminal."""

from __future__ import annotations

import importlib
import os
import sys
import unittest
from typing import Any
from unittest import mock

from prefork_worker.answers import is_answer
from prefork_worker.breakpoints import Breakpoint
from prefork_worker.debugger import Debugger

bottle: Any = importlib.import_module("bottle")
exceptions: Any = importlib.import_module("django.core.exceptions")
Http404: Any = importlib.import_module("django.http").Http404
werkzeug: Any = importlib.import_module("werkzeug.exceptions")


class AnswersTest(unittest.TestCase):
    def test_what_becomes_a_status_below_500_is_one(self) -> None:
        for kind in (
            bottle.HTTPError,
            exceptions.DisallowedHost,
            exceptions.PermissionDenied,
            Http404,
            werkzeug.BadRequestKeyError,
            werkzeug.NotFound,
        ):
            self.assertTrue(is_answer(kind), kind)

    def test_what_fails_is_none(self) -> None:
        for kind in (
            KeyError,
            SystemExit,
            exceptions.ImproperlyConfigured,
            werkzeug.HTTPException,
            werkzeug.InternalServerError,
        ):
            self.assertFalse(is_answer(kind), kind)

    def test_a_subclass_of_ones_own_is_what_its_base_is(self) -> None:
        class Missing(Http404):  # type: ignore[misc]
            pass

        self.assertTrue(is_answer(Missing))


class BreakpointTest(unittest.TestCase):
    def setUp(self) -> None:
        self.told: list[str] = []
        self.hook = Breakpoint(
            Debugger(lambda: None), True, lambda level, message: self.told.append(message)
        )
        self.addCleanup(setattr, sys, "breakpointhook", sys.breakpointhook)

    def test_without_a_terminal_each_place_is_told_of_once(self) -> None:
        with mock.patch("os.isatty", return_value=False):
            for _ in range(3):
                self.hook()
            self.hook()
        self.assertEqual(len(self.told), 2)
        self.assertRegex(self.told[0], r"test_breakpoints\.py:\d+ is skipped: there is no terminal")

    def test_who_has_set_the_variable_has_decided(self) -> None:
        before = sys.breakpointhook
        with mock.patch.dict(os.environ, PYTHONBREAKPOINT="0"):
            self.hook.install()
        self.assertIs(sys.breakpointhook, before)
        with mock.patch.dict(os.environ):
            os.environ.pop("PYTHONBREAKPOINT", None)
            self.hook.install()
        self.assertIs(sys.breakpointhook, self.hook)
