"""The orders as bare WSGI."""

import contextlib
import sqlite3

import shop


def prepare(environ):
    with contextlib.closing(sqlite3.connect("orders.db")) as connection, connection:
        for statement in shop.CREATE:
            connection.execute(statement)
    return "prepared"


def orders(environ):
    environ["wsgi.input"].read()
    listed = shop.listed(f"http://{environ['HTTP_HOST']}")
    with contextlib.closing(sqlite3.connect("orders.db")) as connection:
        return "".join(name_of(connection, number) for number in listed)


def name_of(connection, number):
    select = "SELECT name FROM customer WHERE id = ?"
    return connection.execute(select, [number]).fetchone()[0]


def plain(environ):
    return "plain"


def fail(environ):
    shop.fail()


PAGES = {page.__name__: page for page in (prepare, orders, plain, fail)}


def application(environ, start_response):
    answer = PAGES[environ["PATH_INFO"].split("/")[1]](environ)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [answer.encode()]
