"""The answer of an app that failed, in each form that a client may ask for."""

from __future__ import annotations

import json
import os
import tempfile
import unittest

from prefork_worker import failure

HTML, JSON = "text/html,*/*;q=0.8", "application/json, text/plain, */*"


def error_of(source: str, file: str = "/app/views.py") -> BaseException:
    try:
        exec(compile(source, file, "exec"), {})
    except BaseException as error:
        trace = error.__traceback__
        return error.with_traceback(trace and trace.tb_next)  # without this function's own frame
    raise AssertionError("it was to fail")


def page_of(error: BaseException, accept: str = HTML, note: str = "") -> str:
    return failure.traceback_page(error, accept, note)[1].decode()


class FormTest(unittest.TestCase):
    def test_the_form_follows_what_the_client_accepts(self) -> None:
        error = error_of("1 / 0")
        accepted = {
            HTML: "text/html; charset=utf-8",
            JSON: "application/problem+json",
            "application/problem+json": "application/problem+json",
            "*/*": "text/plain; charset=utf-8",
            "": "text/plain; charset=utf-8",
        }
        for accept, kind in accepted.items():
            self.assertEqual(failure.traceback_page(error, accept)[0], kind)

    def test_text_is_the_traceback_and_what_to_do(self) -> None:
        text = page_of(error_of("import no_such_package_at_all"), "*/*", "Since views.py changed.")
        self.assertTrue(text.startswith("Since views.py changed.\n\nTraceback (most recent"), text)
        self.assertTrue(text.endswith("install no-such-package-at-all\n"), text)

    def test_json_is_a_problem_that_says_what_and_where(self) -> None:
        body = json.loads(page_of(error_of("1 / 0"), JSON, "Since views.py changed."))
        self.assertEqual(
            {name: body[name] for name in ("type", "title", "status", "detail")},
            {
                "type": "about:blank",
                "title": "ZeroDivisionError: division by zero",
                "status": 500,
                "detail": "Since views.py changed.",
            },
        )
        self.assertEqual(
            body["location"], {"code.file.path": "/app/views.py", "code.line.number": 1}
        )

    def test_what_no_encoding_has_is_shown_all_the_same(self) -> None:
        error = error_of(r"raise ValueError('\udce9')")
        for accept in (HTML, JSON, "*/*"):
            self.assertIn("ValueError", page_of(error, accept))

    def test_a_failing_app_answers_everything_with_it(self) -> None:
        answers: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            answers.append((status, headers))

        app = failure.failing_app(error_of("1 / 0"), ["/app/views.py"])
        body = b"".join(app({"HTTP_ACCEPT": "*/*"}, start_response))
        self.assertIn(b"could not be imported since /app/views.py changed", body)
        self.assertIn(b"ZeroDivisionError", body)
        status, headers = answers[0]
        self.assertEqual(status, "500 Internal Server Error")
        self.assertEqual(dict(headers)["Content-Length"], str(len(body)))


class HtmlTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, "views.py")

    def page(self, source: str) -> str:
        with open(self.file, "w") as file:
            file.write(source)
        return page_of(error_of(source, self.file))

    def test_nothing_of_it_is_markup(self) -> None:
        page = self.page("raise ValueError('<script>alert(1)</script>')  # <b>\n")
        self.assertNotIn("<script>", page)
        self.assertNotIn("# <b>", page)
        self.assertIn("&lt;script&gt;", page)

    def test_the_lines_around_are_shown_and_the_line_marked(self) -> None:
        page = self.page("".join(f"a{number} = {number}\n" for number in range(1, 21)) + "a0\n")
        self.assertIn("<code class=at><i>21</i>a0</code>", page)
        self.assertIn("<code><i>17</i>a17 = 17</code>", page)
        self.assertNotIn("<i>16</i>", page)

    def test_the_place_of_a_syntax_error_is_marked(self) -> None:
        page = self.page("def view():\n    x = = 1\n")
        self.assertIn(f"{self.file}:2", page)
        self.assertIn("<code class=at><i>2</i>    x = <mark>=</mark> 1</code>", page)

    def test_a_frame_is_not_shown_twice(self) -> None:
        page = self.page("1 / 0\n")
        self.assertEqual(page[: page.index("<details>")].count(f"{self.file}:1"), 1)

    def test_library_frames_are_folded(self) -> None:
        page = self.page("import json\njson.loads('{')\n")
        self.assertRegex(page, r"<details><summary>\d library frames?</summary>")
        self.assertLess(page.index("library frames"), page.index("json.loads(&#x27;{&#x27;)"))

    def test_causes_are_shown_and_those_left_out_are_not(self) -> None:
        source = "try:\n    {}['a']\nexcept KeyError as error:\n    raise ValueError('b')"
        self.assertIn("It came from <b>KeyError</b>: &#x27;a&#x27;", self.page(source))
        self.assertIn("It came from <b>KeyError</b>", self.page(f"{source} from error\n"))
        self.assertNotIn("It came from", self.page(f"{source} from None\n"))

    def test_a_file_that_is_gone_is_no_hindrance(self) -> None:
        self.assertIn("/gone/views.py:1", page_of(error_of("1 / 0", "/gone/views.py")))


if __name__ == "__main__":
    unittest.main()
