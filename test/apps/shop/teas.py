"""What every app of the shop does with its database, by a DB-API cursor."""

import os

TEAS = ("assam", "bancha", "ceylon", "dilmah", "earl grey", "fennel")

MARK = os.environ.get("SHOP_MARK", "?")
"""The placeholder of the driver or framework."""


def sql(statement):
    return statement.replace("?", MARK)


def prepare(cursor):
    cursor.execute("DROP TABLE IF EXISTS tea")
    cursor.execute("CREATE TABLE tea (id INTEGER, name VARCHAR(40), token VARCHAR(40))")
    cursor.executemany(
        sql("INSERT INTO tea (id, name) VALUES (?, ?)"), list(enumerate(TEAS, start=1))
    )
    return "prepared"


def read(cursor):
    cursor.execute(sql("SELECT id, name FROM tea WHERE id > ? ORDER BY id"), (2,))
    return [list(row) for row in cursor.fetchall()]


def each(cursor):
    cursor.execute("SELECT id FROM tea ORDER BY id")
    return [named(cursor, row[0]) for row in cursor.fetchmany(100)]


def named(cursor, number):
    cursor.execute(sql("SELECT name FROM tea WHERE id = ?"), [number])
    return cursor.fetchone()[0]


def write(cursor):
    cursor.execute(sql("UPDATE tea SET token = ? WHERE id < ?"), ("hunter2", 4))
    changed = cursor.rowcount
    cursor.executemany(sql("INSERT INTO tea (id, name) VALUES (?, ?)"), [(7, "g"), (8, "h")])
    cursor.execute("DELETE FROM tea WHERE id > 6")
    return [changed, cursor.rowcount]


def broken(cursor):
    try:
        cursor.execute("SELECT * FROM coffee")
    except Exception as error:
        return type(error).__name__
    return "found"


PAGES = {f"/{page.__name__}": page for page in (prepare, read, each, write, broken)}
