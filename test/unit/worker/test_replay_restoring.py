"""What was hidden comes back at its place, wherever an edit has moved that."""

from __future__ import annotations

import unittest

from prefork_worker.capture import redaction
from prefork_worker.replay import NotReplayable
from prefork_worker.replay.restoring import restored

QUERY = "token=one&page=2&user[api_key]=two&password=three"
COOKIES = "sid=first; theme=dark; csrftoken=second"
JSON = '{"name":"Ann","password":"p w","deep":{"credentials":{"a":1},"token":[1,2]},"pin_token":7}'
BOUNDARY = "multipart/form-data; boundary=B"
MULTIPART = (
    '--B\r\nContent-Disposition: form-data; name="password"\r\n\r\nplanted\r\n'
    '--B\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
    '--B\r\nContent-Disposition: form-data; name="f"; filename="x.png"\r\n'
    "Content-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\r\n--B--\r\n"
)


def told_form(content: str, kind: str) -> str:
    return redaction.form(content, kind)[0]


class RestoringTest(unittest.TestCase):
    def test_what_is_not_edited_is_the_original_to_the_byte(self) -> None:
        told = told_form(JSON, "application/json")
        self.assertNotEqual(told, JSON)
        self.assertEqual(restored(told, told, JSON, True), JSON)

    def test_a_query_by_its_names(self) -> None:
        told = redaction.query(QUERY)
        self.assertEqual(told.count("[hidden]"), 3)
        self.assertEqual(
            restored(told.replace("page=2", "page=3"), told, QUERY),
            QUERY.replace("page=2", "page=3"),
        )
        self.assertEqual(restored("password=[hidden]&x=1", told, QUERY), "password=three&x=1")
        moved = "user[api_key]=[hidden]&token=[hidden]"
        self.assertEqual(restored(moved, told, QUERY), "user[api_key]=two&token=one")

    def test_the_same_name_again_in_their_order(self) -> None:
        original = "token=a&token=b"
        told = redaction.query(original)
        self.assertEqual(restored(f"x=1&{told}", told, original), f"x=1&{original}")

    def test_cookies(self) -> None:
        told = redaction.fields([("Cookie", COOKIES)])[0][1]
        edited = told.replace("theme=[hidden]", "theme=light")
        self.assertEqual(restored(edited, told, COOKIES), COOKIES.replace("dark", "light"))
        self.assertEqual(restored("csrftoken=[hidden]", told, COOKIES), "csrftoken=second")

    def test_json_whatever_kind_of_value_was_hidden(self) -> None:
        told = told_form(JSON, "application/json")
        edited = told.replace("Ann", "Berta").replace(", ", ",\n  ")
        for part in ('"Berta"', '"password": "p w"', '"credentials": {"a": 1}', '"token": [1, 2]'):
            self.assertIn(part, restored(edited, told, JSON, True))
        self.assertIn('"pin_token": 7', restored(edited, told, JSON, True))

    def test_a_form_with_a_file(self) -> None:
        told = told_form(MULTIPART, BOUNDARY)
        self.assertNotIn("PNG", told.replace("x.png", ""))
        expected = MULTIPART.replace("hello", "bye")
        self.assertEqual(restored(told.replace("hello", "bye"), told, MULTIPART), expected)
        in_a_text_area = told.replace("hello", "bye").replace("\r\n", "\n")
        self.assertEqual(restored(in_a_text_area, told, MULTIPART), expected)

    def test_where_nothing_was_hidden_nothing_is_put(self) -> None:
        told = redaction.query(QUERY)
        with self.assertRaisesRegex(NotReplayable, "nothing was hidden after other"):
            restored("other=[hidden]", told, QUERY)

    def test_what_does_not_agree_with_its_original_is_refused(self) -> None:
        with self.assertRaisesRegex(NotReplayable, "replace all of it"):
            restored("a=[hidden]&b", "a=[hidden]&c", "x=1")

    def test_an_edit_without_anything_hidden_needs_no_original(self) -> None:
        self.assertEqual(restored("all new", "a=[hidden]&c", "x=1"), "all new")

    def test_thousands_of_them(self) -> None:
        original = "&".join(f"token{i}=secret{i}" for i in range(3000))
        told = redaction.query(original)
        self.assertEqual(restored(told + "&x=1", told, original), original + "&x=1")


if __name__ == "__main__":
    unittest.main()
