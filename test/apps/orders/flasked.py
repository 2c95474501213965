"""The orders on Flask, SQLAlchemy and Jinja2."""

import flask
import shop
import sqlalchemy
from sqlalchemy import text

application = flask.Flask(__name__)
engine = sqlalchemy.create_engine("sqlite:///orders.db")


@application.post("/prepare")
def prepare():
    with engine.begin() as connection:
        for statement in shop.CREATE:
            connection.execute(text(statement))
    return "prepared"


@application.post("/orders/<page>")
def orders(page):
    listed = shop.listed(flask.request.host_url.rstrip("/"))
    with engine.connect() as connection:

        def name_of(number):
            statement = text("SELECT name FROM customer WHERE id = :id")
            return connection.execute(statement, {"id": number}).scalar_one()

        return flask.render_template("orders.jinja", orders=listed, name_of=name_of)


@application.get("/plain")
def plain():
    return "plain"


@application.get("/fail")
def fail():
    shop.fail()
