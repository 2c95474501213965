"""What each framework's app does with the secrets that a request brings, for the test that looks for them."""

import http.client
import logging
import sqlite3
import sys
import warnings

LOGGER = logging.getLogger("shop")


def spill(password, api_key, token, dsn):
    """Takes secrets through everything that capture records, and fails with them in its hands."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE users (name TEXT, password TEXT, api_key TEXT)")
    database.execute("INSERT INTO users (name, password) VALUES (?, ?)", ("ann", password))
    database.execute("UPDATE users SET api_key = ? WHERE name = ?", (api_key, "ann"))
    database.execute(f"UPDATE users SET password = '{password}'")
    LOGGER.warning("signing in with password=%s", password)
    LOGGER.info('{"api_key": "%s", "n": 1}', api_key)
    print(f"Authorization: Bearer {token}")
    print(f"connecting to {dsn}", file=sys.stderr)
    warnings.warn(f"token={token} is old", DeprecationWarning, stacklevel=2)
    ask(token, password)
    settings = {"SECRET_KEY": token, "databases": [{"url": dsn}]}
    credentials = (password, api_key)
    try:
        raise KeyError(f"no session for token={token}")
    except KeyError as error:
        raise ValueError(f"cannot reach {dsn}: password={password!r}", settings) from error
    finally:
        del credentials


def ask(token, password):
    """Nobody answers there."""
    connection = http.client.HTTPConnection("127.0.0.1", 9, timeout=1)
    try:
        connection.request(
            "GET", f"/v1?access_token={token}&page=2", headers={"X-Api-Key": password}
        )
    except OSError:
        LOGGER.info("https://ann:%s@example.test/ is down", password)
