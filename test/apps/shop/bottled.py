"""The shop on Bottle and sqlite3."""

import contextlib
import json
import sqlite3

import bottle
import teas

application = bottle.Bottle()


@application.get("/<name>")
def page(name):
    with contextlib.closing(sqlite3.connect("shop.db")) as connection, connection:
        return json.dumps(teas.PAGES[f"/{name}"](connection.cursor()))
