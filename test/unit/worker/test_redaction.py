"""What is hidden before it leaves the worker, what is not, and that hostile text costs no time."""

from __future__ import annotations

import unittest

from prefork_worker.capture import redaction

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


class NamesTest(unittest.TestCase):
    def test_names_of_secrets_however_they_are_written(self) -> None:
        for name in (
            "password", "userPassword", "DB_PASSWORD", "passwd", "X-CSRFToken", "api_key", "apiKey",
            "X-Api-Key", "SECRET_KEY", "session", "PHPSESSID", "connect.sid", "dsn", "SENTRY_DSN",
            "private_key", "accesstoken", "user[token]", "csrfmiddlewaretoken", "Authorization",
            "signature", "AWS_SECRET_ACCESS_KEY", "credentials",
        ):  # fmt: skip
            self.assertTrue(redaction.is_secret(name), name)

    def test_names_that_only_look_alike(self) -> None:
        for name in (
            "author", "authority", "tokenize", "tokenizer", "compass", "passenger", "secretary",
            "key", "keyword", "monkey", "primary_key", "public_key", "cookiecutter", "obsession",
            "inside", "is_authenticated", "user_agent",
        ):  # fmt: skip
            self.assertFalse(redaction.is_secret(name), name)

    def test_a_value_is_hidden_by_its_name_or_its_shape(self) -> None:
        self.assertEqual(redaction.value("password", "hunter2"), redaction.HIDDEN)
        self.assertEqual(redaction.value("note", f"see {JWT}"), f"see {redaction.HIDDEN}")
        self.assertEqual(redaction.value("author", "Jane"), "Jane")


class TextTest(unittest.TestCase):
    def test_secrets_in_free_text(self) -> None:
        for text, hidden in (
            ("password=hunter2 x", "password=[hidden] x"),
            ('{"password": "hun\\"ter2", "a": 1}', '{"password": "[hidden]", "a": 1}'),
            ('{\\"password\\": \\"hunter2\\"}', '{\\"password\\": \\"[hidden]\\"}'),
            ('{"x": "password=hunter2"}', '{"x": "password=[hidden]"}'),
            ("Authorization: Bearer abc", "Authorization: [hidden]"),
            ("Cookie: a=b; c=d\nnext", "Cookie: [hidden]\nnext"),
            ("sent bearer 0123456789", "sent bearer [hidden]"),
            ("postgres://app:S3cr@t@db/x", "postgres://app:[hidden]@db/x"),
            ("https://0123456789abcdef@sentry.io/1", "https://[hidden]@sentry.io/1"),
            (JWT, "[hidden]"),
            ("key AKIAIOSFODNN7EXAMPLE.", "key [hidden]."),
            ("sk-proj-abcdefghijklmnopqrst", "[hidden]"),
            ("ghp_abcdefghijklmnopqrstuvwxyz012345", "[hidden]"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----", "[hidden]"),
            ("Key (token)=(abc def) already exists", "Key (token)=[hidden] already exists"),
            ("Failing row contains (1, ann).", "Failing row contains ([hidden])."),
            (
                "[SQL: INSERT INTO u (name, password) VALUES (?, ?)]\n[parameters: ('a', 'b')]",
                "[SQL: INSERT INTO u (name, password) VALUES (?, ?)]\n[parameters: [hidden]]",
            ),
        ):
            self.assertEqual(redaction.text(text), hidden)

    def test_what_is_no_secret_stays(self) -> None:
        for text in (
            "GET /orders/?page=2 took 12 ms: author=Jane",
            "UPDATE users SET password = %s, token = ? WHERE secret = :secret",
            "http://localhost:8000/?mail=a@b.c",
            "Basic authentication failed",
            "password=None",
            "[SQL: INSERT INTO u (name) VALUES (?)]\n[parameters: ('a',)]",
        ):
            self.assertEqual(redaction.text(text), text)

    def test_code_keeps_its_expressions_but_no_literals(self) -> None:
        self.assertEqual(redaction.source("token = read(form)"), "token = read(form)")
        self.assertEqual(redaction.source("TOKEN = 'abc'"), "TOKEN = '[hidden]'")
        self.assertEqual(redaction.source('log("token=abc")'), 'log("token=[hidden]")')
        self.assertEqual(redaction.source('f"token={token}"'), 'f"token={token}"')

    def test_time_grows_with_the_text_only(self) -> None:
        """Were it quadratic, this would run into the suite's limit: pieces that patterns begin with."""
        pieces = (
            "a", "=", '"', "password=", "eyJ", "://", "://a:", "://a:b@@", "cookie:", "a.b-", "<a>",
            "-----BEGIN PRIVATE KEY", 'password="\\', "[SQL: [parameters: ", "<input ", "bearer ",
            "Failing row contains (", "token=(", 'token=\\"', "/12", ";a", "SG.", "password: ",
        )  # fmt: skip
        for piece in pieces:
            text = piece * (200_000 // len(piece))
            self.assertTrue(redaction.text(text))
            redaction.url(text)
            redaction.source(text)
            redaction.form(text, "text/html")
            redaction.form(text, "application/json")


class UrlTest(unittest.TestCase):
    def test_secrets_in_urls(self) -> None:
        for url, hidden in (
            ("https://u:p@h/x?a=1", "https://u:[hidden]@h/x?a=1"),
            ("/?token=1&a=2&flag", "/?token=[hidden]&a=2&flag"),
            ("/?%74oken=1", "/?%74oken=[hidden]"),
            ("/?next=%2Fx%3Ftoken%3Dabc", "/?next=[hidden]"),
            ("/#access_token=x&b=1", "/#access_token=[hidden]&b=1"),
            ("/reset-password/abc123def456ghi/", "/reset-password/[hidden]/"),
            ("/a;jsessionid=123/b", "/a;jsessionid=[hidden]/b"),
            ("/orders/12/?q=%2F&page=2", "/orders/12/?q=%2F&page=2"),
        ):
            self.assertEqual(redaction.url(url), hidden)


class FieldsTest(unittest.TestCase):
    def test_names_stay_and_secrets_go(self) -> None:
        fields = [
            ("Cookie", "a=1; b=2"),
            ("Set-Cookie", "sid=x; Path=/; HttpOnly"),
            ("Authorization", "Bearer x"),
            ("X-Api-Key", "k"),
            ("Referer", "http://h/?token=1"),
            ("Accept", "*/*"),
        ]
        expected = [
            ("Cookie", "a=[hidden]; b=[hidden]"),
            ("Set-Cookie", "sid=[hidden]; Path=/; HttpOnly"),
            ("Authorization", "Bearer [hidden]"),
            ("X-Api-Key", "[hidden]"),
            ("Referer", "http://h/?token=[hidden]"),
            ("Accept", "*/*"),
        ]
        self.assertEqual(redaction.fields(fields), expected)


class BodiesTest(unittest.TestCase):
    def test_a_form_by_its_names(self) -> None:
        hidden = redaction.form(b"a=1&password=x+y", "application/x-www-form-urlencoded")
        self.assertEqual(hidden, ("a=1&password=[hidden]", True))

    def test_json_at_any_depth_and_cut(self) -> None:
        hidden = redaction.form(b'{"a": [{"api_key": "x", "n": 1}]}', "application/json")
        self.assertEqual(hidden, ('{"a": [{"api_key": "[hidden]", "n": 1}]}', True))
        hidden = redaction.form(b'{"a": {"credentials": {"u": "x"', "application/json")
        self.assertEqual(hidden, ('{"a": {"credentials": [hidden]', True))
        deep = b"[" * 50_000
        self.assertEqual(redaction.form(deep, "application/json"), (deep.decode(), False))

    def test_what_hides_nothing_stays_as_it_was(self) -> None:
        body = '{"b":1,  "a":"Grüße"}'
        self.assertEqual(redaction.form(body.encode(), "application/json"), (body, False))

    def test_multipart_by_the_names_of_its_parts(self) -> None:
        part = '--B\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
        body = (part.format("password", "hunter2") + part.format("a", "b") + "--B--\r\n").encode()
        text, redacted = redaction.form(body, "multipart/form-data; boundary=B")
        self.assertTrue(redacted)
        self.assertEqual(text, body.decode().replace("hunter2", "[hidden]"))

    def test_markup(self) -> None:
        body = b'<input name="csrfmiddlewaretoken" value="AbC"><password>x</password>'
        text, redacted = redaction.form(body, "text/html; charset=utf-8")
        expected = (
            '<input name="csrfmiddlewaretoken" value="[hidden]"><password>[hidden]</password>'
        )
        self.assertEqual((text, redacted), (expected, True))


if __name__ == "__main__":
    unittest.main()
