"""Which names are a secret's: of variables, columns, headers, parameters, cookies, keys."""

from __future__ import annotations

import re
from functools import lru_cache

HIDDEN = "[hidden]"

MAX_NAME = 200

WORDS = frozenset((
    "apikey", "apikeys", "auth", "authorization", "bearer", "cookie", "cookies", "credential",
    "credentials", "creds", "csrf", "cvc", "cvv", "dsn", "jwt", "mfa", "oauth", "otp", "passcode",
    "passphrase", "passwd", "password", "passwords", "passwort", "private", "pw", "pwd", "secret",
    "secrets", "sessid", "session", "sessionid", "sid", "signature", "ssn", "token", "tokens",
    "totp", "xsrf",
))  # fmt: skip
"""As a whole word of a name."""

PARTS = re.compile(
    r"passwd|password|passphrase|secret(?!ar)|apikey|credential|csrf|xsrf|sess(?:ion)?id"
    r"|tokens?$|authorization|accesskey|privatekey"
)
"""Anywhere in a word, as in `accesstoken`."""

KEYS = frozenset(
    ("access", "account", "api", "app", "auth", "encryption", "master", "secret", "signing")
)
"""What makes a key of the word after it a secret one."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """Judged by its words, however they are joined: `apiKey`, `API_KEY`, `x-api-key`, `user[token]`."""
    words = [word.lower() for word in _WORD.findall(name[:MAX_NAME])]
    if any(word in WORDS or PARTS.search(word) for word in words):
        return True
    return any(word in KEYS and after in ("key", "keys") for word, after in zip(words, words[1:]))
