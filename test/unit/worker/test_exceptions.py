"""What is told of an exception: frames, variables, what it came from, and no user code that runs for it."""

from __future__ import annotations

import builtins
import datetime
import gc
import importlib
import sys
import unittest
import weakref
from collections.abc import Iterator
from typing import Any, Callable

from prefork_worker.capture import local_variables
from prefork_worker.capture.exceptions import Observed, describe


class Rude:
    """Whatever looks at it closely fails."""

    def __repr__(self) -> str:
        raise AssertionError("user code was run")

    __str__ = __len__ = __iter__ = __hash__ = __bool__ = __eq__ = __repr__  # type: ignore[assignment]

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError("user code was run")


class RudeText(str):
    __repr__ = __str__ = __len__ = __getitem__ = __format__ = Rude.__repr__  # type: ignore[assignment]


class RudeList(list):  # type: ignore[type-arg]
    __repr__ = __str__ = __len__ = __iter__ = __getitem__ = Rude.__repr__  # type: ignore[assignment]


class RudeZone(datetime.tzinfo):
    utcoffset = dst = tzname = __repr__ = Rude.__repr__  # type: ignore[assignment]


def raised(function: Callable[[], Any]) -> BaseException:
    try:
        function()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def event(function: Callable[[], Any], kind: str = "uncaught") -> dict[str, Any]:
    return describe(raised(function), kind)


def local(value: Any, name: str = "value") -> tuple[str, str]:
    told = local_variables.variable(name, value).told()
    return told["value"], told.get("flag", "")


class LocalsTest(unittest.TestCase):
    def test_builtins_are_shown(self) -> None:
        for value, text in (
            (None, "None"),
            (7, "7"),
            (1.5, "1.5"),
            ("a'b", '"a\'b"'),
            (b"x", "b'x'"),
            ([1, "a", (2,)], "[1, 'a', (2)]"),
            ({"a": [1, [2]]}, "{'a': [1, […]]}"),
            (list(range(12)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …]"),
            (10**1000, "<an int of 3322 bits>"),
            (datetime.date(2026, 1, 2), "datetime.date(2026, 1, 2)"),
            (sys, "<module sys>"),
            (Rude, "<class test_exceptions.Rude>"),
        ):
            self.assertEqual(local(value)[0], text.replace("test_exceptions.", f"{__name__}."))

    def test_no_user_code_runs(self) -> None:
        moment = datetime.datetime(2026, 1, 2, tzinfo=RudeZone())
        for value, text in (
            (Rude(), f"<{__name__}.Rude>"),
            ([Rude()], f"[<{__name__}.Rude>]"),
            (RudeText("abc"), "'abc'"),
            (RudeList([1]), f"<{__name__}.RudeList>"),
            (moment, "2026-01-02T00:00:00"),
        ):
            self.assertEqual(local(value), (text, ""))

    def test_what_would_run_a_query_is_lazy(self) -> None:
        module: dict[str, Any] = {"__name__": "django.db.models.query"}
        exec("class QuerySet: pass\nclass Mine(QuerySet): pass", module)
        self.assertEqual(local(module["Mine"]())[1], "lazy")

        def numbers() -> Iterator[int]:
            yield 1

        self.assertEqual(local(numbers()), ("<generator>", "lazy"))

    def test_secrets_are_hidden_by_name_by_key_and_by_shape(self) -> None:
        self.assertEqual(local("hunter2", "password"), ("[hidden]", "redacted"))
        self.assertEqual(local({"api_key": "k"})[0], "{'api_key': [hidden]}")
        self.assertEqual(local("token=abc"), ("'token=[hidden]'", "redacted"))

    def test_long_values_are_cut(self) -> None:
        text, flag = local("x" * 10_000)
        self.assertEqual((len(text), flag), (513, "cut"))

    def test_at_most_twenty_of_a_frame(self) -> None:
        def many() -> None:
            scope: dict[str, Any] = {}
            names = "; ".join(f"v{number} = {number}" for number in range(30))
            exec(f"def f():\n {names}\n 1 / 0\nf()", scope)

        self.assertEqual(len(event(many)["frames"][-1]["locals"]), 20)


class FramesTest(unittest.TestCase):
    def test_the_part_of_the_line_that_failed(self) -> None:
        def fails() -> int:
            return len("über 😀") + [][0]  # noqa: RUF100

        frame = event(fails)["frames"][-1]
        self.assertEqual(frame["source"], 'return len("über 😀") + [][0]  # noqa: RUF100')
        if sys.version_info >= (3, 11):
            first, behind = frame["columns"]
            self.assertEqual(frame["source"][first:behind], "[][0]")

    def test_only_the_innermost_frames_have_locals(self) -> None:
        def deep(left: int) -> int:
            return deep(left - 1) if left else 1 // 0

        frames = event(lambda: deep(150))["frames"]
        self.assertEqual(len(frames), 100)
        self.assertEqual(sum("locals" in frame for frame in frames), 10)
        self.assertEqual(
            frames[-1]["locals"], [{"name": "left", "value": "0"}, *frames[-1]["locals"][1:]]
        )

    def test_nothing_of_the_exception_is_kept_alive(self) -> None:
        class Kept:
            pass

        kept = Kept()
        alive = weakref.ref(kept)

        def fails(held: Any) -> None:
            raise ValueError("no")

        held = [kept]
        observed = Observed(raised(lambda: fails(held[0])), "uncaught")
        del kept, held[:]
        gc.collect()
        self.assertIsNone(alive())
        self.assertEqual(observed.event()["exception.message"], "no")

    def test_what_django_was_told_to_hide(self) -> None:
        debug = importlib.import_module("django.views.decorators.debug")

        def below() -> None:
            name = "below"  # noqa: F841
            raise ValueError

        def view() -> None:
            name, number, page = "Ann", 12, 3  # noqa: F841
            below()

        told = event(debug.sensitive_variables("name", "number")(view))
        frames = {frame["code.function.name"]: frame for frame in told["frames"]}
        values = {entry["name"]: entry["value"] for entry in frames["view"]["locals"]}
        self.assertEqual(values["name"], "[hidden]")
        self.assertEqual((values["number"], values["page"]), ("[hidden]", "3"))
        self.assertEqual(frames["below"]["locals"][0]["value"], "[hidden]")
        self.assertNotIn("locals", frames["sensitive_variables_wrapper"])

        def all_hidden() -> None:
            page = 3  # noqa: F841
            raise ValueError

        (entry,) = event(debug.sensitive_variables()(all_hidden))["frames"][-1]["locals"]
        self.assertEqual(entry, {"name": "page", "value": "[hidden]", "flag": "redacted"})


class ChainTest(unittest.TestCase):
    def test_causes_and_contexts_nearest_first(self) -> None:
        def fails() -> None:
            try:
                try:
                    raise KeyError("first")
                except KeyError:
                    raise ValueError("second")  # noqa: B904
            except ValueError as error:
                raise RuntimeError("third") from error

        told = event(fails)
        found = [(link["relation"], link["exception.message"]) for link in told["related"]]
        self.assertEqual(found, [("cause", "second"), ("context", "'first'")])
        self.assertEqual(told["related"][1]["frames"][-1]["source"], 'raise KeyError("first")')

    def test_a_circle_ends(self) -> None:
        error, other = ValueError("a"), ValueError("b")
        error.__cause__, other.__cause__ = other, error
        self.assertEqual(len(describe(error, "uncaught")["related"]), 1)

    @unittest.skipIf(sys.version_info < (3, 11), "groups came with Python 3.11")
    def test_groups_and_notes(self) -> None:
        group = vars(builtins)["ExceptionGroup"]("both", [KeyError("a"), ValueError("b")])
        group.add_note("while token=abc")
        told = describe(group, "uncaught")
        self.assertEqual([link["relation"] for link in told["related"]], ["group", "group"])
        self.assertEqual(told["notes"], ["while token=[hidden]"])

    def test_a_group_of_the_backport_is_known_by_its_name(self) -> None:
        base = type("BaseExceptionGroup", (Exception,), {})
        group = type("ExceptionGroup", (base,), {})("both")
        group.exceptions = (KeyError("a"),)
        self.assertEqual(describe(group, "uncaught")["related"][0]["relation"], "group")


class EventTest(unittest.TestCase):
    def test_equal_faults_have_equal_fingerprints(self) -> None:
        def fails(kind: type[Exception]) -> None:
            raise kind("no")

        def once(kind: type[Exception]) -> str:
            return str(event(lambda: fails(kind))["fingerprint"])

        found = [once(kind) for kind in (ValueError, ValueError, KeyError)]
        self.assertEqual(found[0], found[1])
        self.assertNotEqual(found[0], found[2])

    def test_secrets_in_messages_and_sources(self) -> None:
        def fails() -> None:
            token = "planted-secret"  # noqa: S105
            raise ValueError(f"password={token}") from KeyError("secret: planted-secret")

        self.assertNotIn("planted-secret", str(event(fails)))

    def test_the_more_serious_kind_is_told(self) -> None:
        observed = Observed(raised(lambda: 1 // 0), "logged")
        observed.met_again("uncaught")
        observed.met_again("handled")
        self.assertEqual(observed.event()["kind"], "uncaught")


if __name__ == "__main__":
    unittest.main()
