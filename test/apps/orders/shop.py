"""What each app of the orders does, whatever its framework and database."""

import logging
import urllib.request

log = logging.getLogger("orders")

CREATE = (
    "DROP TABLE IF EXISTS customer",
    "CREATE TABLE customer (id INTEGER, name VARCHAR(40))",
    *(f"INSERT INTO customer VALUES ({number}, 'customer {number}')" for number in range(8)),
)


def listed(address):
    """Says something, and asks another server: this one."""
    log.warning("listing orders, token=hunter2")
    print("printed")
    with urllib.request.urlopen(f"{address}/plain?api_key=hunter2") as answer:
        answer.read()
    return range(8)


def fail():
    password = "hunter2"
    try:
        {"card": password}["cash"]
    except KeyError as error:
        raise ValueError("cannot pay") from error
