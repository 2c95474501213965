"""What Gunicorn's leniency settings let through, and that nothing else gets through with it."""

from __future__ import annotations

import unittest
from typing import Any, Dict, Optional

from prefork_worker.http import Refusal
from prefork_worker.http.fields import FieldReader, FieldRules
from prefork_worker.http.request import HeadReader, Leniency, RequestHead


def read(line: bytes, fields: bytes = b"", **lenient: Any) -> Optional[RequestHead]:
    """The head, or None when it is refused; twice, the second time from what is remembered."""
    rules = {name: lenient.pop(name) for name in FieldRules._fields if name in lenient}
    reader = HeadReader(FieldReader(FieldRules(**rules), {}), 4094, 10_000, Leniency(**lenient))
    data = line + b"\r\nHost: a\r\n" + fields + b"\r\n"
    try:
        head = reader.careful(data)
    except Refusal:
        return None
    again = reader.quick(data) or reader.careful(data)
    assert (again.method, again.minor) == (head.method, head.minor)
    assert again.fields.environ == head.fields.environ
    return head


def environ(fields: bytes, **lenient: Any) -> Optional[Dict[str, object]]:
    head = read(b"GET / HTTP/1.1", fields, **lenient)
    return head.fields.environ if head else None


class Lenient(unittest.TestCase):
    def test_folded_fields(self) -> None:
        folded = b"X: a \r\n\t b\r\n  c\r\nY: 1\r\n"
        self.assertIsNone(environ(folded))
        self.assertEqual(
            environ(folded, permit_obsolete_folding=True),
            {"HTTP_HOST": "a", "HTTP_X": "a b c", "HTTP_Y": "1"},
        )

    def test_a_fold_cannot_hide_a_bare_line_end(self) -> None:
        for bad in (b"X: a\n b\r\n", b"X: a\r b\r\n", b"X: a\r\n \nY: 1\r\n"):
            self.assertIsNone(environ(bad, permit_obsolete_folding=True), bad)

    def test_a_folded_length_is_still_one_length(self) -> None:
        folded = b"Content-Length: 1\r\n 2\r\n"
        self.assertIsNone(environ(folded, permit_obsolete_folding=True))

    def test_spaces_before_the_colon(self) -> None:
        self.assertIsNone(environ(b"X \t: 1\r\n"))
        found = environ(b"X \t: 1\r\n", strip_header_spaces=True)
        self.assertEqual(found, {"HTTP_HOST": "a", "HTTP_X": "1"})
        for bad in (b" X: 1\r\n", b"X Y: 1\r\n", b" : 1\r\n"):
            self.assertIsNone(environ(bad, strip_header_spaces=True), bad)

    def test_a_length_with_spaces_is_not_overlooked(self) -> None:
        twice = b"Content-Length: 1\r\nContent-Length : 2\r\n"
        self.assertIsNone(environ(twice, strip_header_spaces=True))

    def test_methods(self) -> None:
        for method in (b"get", b"G", b"A#B", b"A" * 21):
            line = method + b" / HTTP/1.1"
            self.assertIsNone(read(line), method)
            head = read(line, permit_unconventional_http_method=True)
            self.assertEqual(head and head.method, method.decode())
        self.assertIsNone(read(b"G(T / HTTP/1.1", permit_unconventional_http_method=True))

    def test_methods_in_upper_case(self) -> None:
        both: Any = {"casefold_http_method": True, "permit_unconventional_http_method": True}
        head = read(b"post / HTTP/1.1", **both)
        self.assertEqual(head and head.method, "POST")
        self.assertIsNone(read(b"post / HTTP/1.1", casefold_http_method=True))

    def test_versions(self) -> None:
        for version, minor in ((b"2.0", 1), (b"1.7", 1), (b"0.9", 0)):
            head = read(b"GET / HTTP/" + version, permit_unconventional_http_version=True)
            self.assertEqual(head and head.minor, minor)
        self.assertIsNone(read(b"GET / HTTP/2.0"))
        self.assertIsNone(read(b"GET / HTTP/11.1", permit_unconventional_http_version=True))


if __name__ == "__main__":
    unittest.main()
