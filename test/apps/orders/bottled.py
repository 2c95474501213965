"""The orders on Bottle, sqlite3 and Bottle's own templates."""

import contextlib
import sqlite3

import bottle
import shop

application = bottle.Bottle()
bottle.TEMPLATE_PATH[:] = ["templates"]


@application.post("/prepare")
def prepare():
    with contextlib.closing(sqlite3.connect("orders.db")) as connection, connection:
        for statement in shop.CREATE:
            connection.execute(statement)
    return "prepared"


@application.post("/orders/<page>")
def orders(page):
    listed = shop.listed(f"http://{bottle.request.get_header('host')}")
    with contextlib.closing(sqlite3.connect("orders.db")) as connection:

        def name_of(number):
            select = "SELECT name FROM customer WHERE id = ?"
            return connection.execute(select, [number]).fetchone()[0]

        return bottle.template("orders.tpl", orders=listed, name_of=name_of)


@application.get("/plain")
def plain():
    return "plain"


@application.get("/fail")
def fail():
    shop.fail()
