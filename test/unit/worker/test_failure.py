"""The answer of an app that failed, in each form that a client may ask for."""

from __future__ import annotations

import json
import unittest

from prefork_worker import failure


def error_of(source: str) -> BaseException:
    try:
        exec(compile(source, "/app/views.py", "exec"), {})
    except BaseException as error:
        return error
    raise AssertionError("it was to fail")


class FailureTest(unittest.TestCase):
    def test_the_form_follows_what_the_client_accepts(self) -> None:
        error = error_of("1 / 0")
        kinds = {
            accept: failure.traceback_page(error, accept)[0]
            for accept in ("text/html,*/*;q=0.8", "application/json", "*/*", "")
        }
        self.assertEqual(kinds["text/html,*/*;q=0.8"], "text/html; charset=utf-8")
        self.assertEqual(kinds["application/json"], "application/json")
        self.assertEqual(kinds["*/*"], kinds[""], "text/plain; charset=utf-8")

    def test_nothing_of_it_is_markup(self) -> None:
        error = error_of("raise ValueError('<script>alert(1)</script>')")
        page = failure.traceback_page(error, "text/html")[1].decode()
        self.assertNotIn("<script>", page)
        self.assertIn("&lt;script&gt;", page)

    def test_the_line_of_a_syntax_error_is_shown(self) -> None:
        page = failure.traceback_page(error_of("x = = 1"), "text/html")[1].decode()
        self.assertIn("/app/views.py:1", page)

    def test_a_frame_is_not_shown_twice(self) -> None:
        page = failure.traceback_page(error_of("1 / 0"), "text/html")[1].decode()
        body = page[: page.index("<details>")]
        self.assertEqual(body.count("/app/views.py:1"), 1)

    def test_json_says_what_and_where(self) -> None:
        body = json.loads(failure.traceback_page(error_of("1 / 0"), "application/json")[1])
        self.assertEqual(body["exception.type"], "ZeroDivisionError")
        self.assertEqual(
            body["location"], {"code.file.path": "/app/views.py", "code.line.number": 1}
        )

    def test_a_failing_app_answers_everything_with_it(self) -> None:
        answers: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            answers.append((status, headers))

        app = failure.failing_app(error_of("1 / 0"))
        body = b"".join(app({"HTTP_ACCEPT": "*/*"}, start_response))
        self.assertIn(b"ZeroDivisionError", body)
        status, headers = answers[0]
        self.assertEqual(status, "500 Internal Server Error")
        self.assertEqual(dict(headers)["Content-Length"], str(len(body)))


if __name__ == "__main__":
    unittest.main()
