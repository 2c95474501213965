"""The shop on Flask and SQLAlchemy."""

import flask
import sqlalchemy
from sqlalchemy import text
from teas import TEAS

application = flask.Flask(__name__)
engine = sqlalchemy.create_engine("sqlite:///shop.db")


@application.get("/prepare")
def prepare():
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS tea"))
        create = "CREATE TABLE tea (id INTEGER, name VARCHAR(40), token VARCHAR(40))"
        connection.execute(text(create))
        teas = [{"id": number, "name": name} for number, name in enumerate(TEAS, start=1)]
        connection.execute(text("INSERT INTO tea (id, name) VALUES (:id, :name)"), teas)
    return flask.jsonify("prepared")


@application.get("/read")
def read():
    with engine.connect() as connection:
        statement = text("SELECT id, name FROM tea WHERE id > :id ORDER BY id")
        return flask.jsonify([list(row) for row in connection.execute(statement, {"id": 2})])


@application.get("/each")
def each():
    with engine.connect() as connection:
        numbers = connection.execute(text("SELECT id FROM tea ORDER BY id")).scalars().all()
        return flask.jsonify([named(connection, number) for number in numbers])


def named(connection, number):
    statement = text("SELECT name FROM tea WHERE id = :id")
    return connection.execute(statement, {"id": number}).scalar_one()


@application.get("/write")
def write():
    with engine.begin() as connection:
        update = text("UPDATE tea SET token = :token WHERE id < :id")
        changed = connection.execute(update, {"token": "hunter2", "id": 4}).rowcount
        insert = text("INSERT INTO tea (id, name) VALUES (:id, :name)")
        connection.execute(insert, [{"id": 7, "name": "g"}, {"id": 8, "name": "h"}])
        deleted = connection.execute(text("DELETE FROM tea WHERE id > 6")).rowcount
    return flask.jsonify([changed, deleted])


@application.get("/broken")
def broken():
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT * FROM coffee"))
    except sqlalchemy.exc.OperationalError as error:
        return flask.jsonify(type(error).__name__)
    return flask.jsonify("found")
