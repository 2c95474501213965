"""What drivers can do besides the ordinary; each must come out the same with capture and without."""

import json
import sys


def sqlite3_quirks():
    import sqlite3

    class Cursor(sqlite3.Cursor):
        def execute(self, statement, *parameters):
            return super().execute(statement + " -- ours", *parameters)

    class Connection(sqlite3.Connection):
        def cursor(self):
            return super().cursor(Cursor)

    plain = sqlite3.connect("quirks.db")
    own = sqlite3.connect("quirks.db", factory=Connection)
    plain.row_factory = sqlite3.Row
    plain.execute("CREATE TABLE IF NOT EXISTS t (a, b)")
    yield dict(plain.execute("SELECT 1 AS one, ? AS two", ("x",)).fetchone())
    yield [tuple(row) for row in plain.execute("VALUES (1), (2)")]
    yield plain.execute("SELECT 1").fetchmany(5)[0][0]
    yield own.cursor().execute("SELECT 2").fetchone()
    yield own.execute("SELECT 3").fetchone()
    yield [type(own).__name__, type(own.cursor()).__name__, isinstance(own, Connection)]
    yield [type(plain) is sqlite3.Connection, type(plain.cursor()).__name__]
    yield repr(sqlite3.connect) == repr(sqlite3.dbapi2.connect)
    yield list(plain.iterdump())
    target = sqlite3.connect(":memory:")
    plain.backup(target)
    yield target.execute("SELECT count(*) FROM t").fetchone()
    yield [plain.cursor().execute("SELECT 1 WHERE 0").fetchone(), plain.cursor().fetchall()]
    try:
        plain.cursor().execute("SELECT ?", ())
    except sqlite3.ProgrammingError as error:
        yield str(error)
    try:
        plain.cursor().execute()
    except TypeError as error:
        yield type(error).__name__


def psycopg2_quirks(arguments):
    import psycopg2
    from psycopg2 import extensions, extras, sql

    connection = psycopg2.connect(**arguments)
    cursor = connection.cursor()
    yield extensions.quote_ident('a"b', cursor)
    yield extensions.quote_ident("ab", connection)
    yield [isinstance(cursor, extensions.cursor), isinstance(connection, extensions.connection)]
    yield [type(cursor).__name__, type(connection).__name__]
    extras.register_uuid(conn_or_curs=cursor)
    for factory in (extras.DictCursor, extras.RealDictCursor, extras.NamedTupleCursor):
        with connection.cursor(cursor_factory=factory) as special:
            special.execute("SELECT 1 AS one, %(two)s AS two", {"two": "x"})
            yield [type(special).__name__, repr(special.fetchone()), special.fetchall()]
    with connection.cursor("server side") as named:
        named.execute("SELECT generate_series(1, 5)")
        yield [named.fetchone(), named.fetchmany(2), list(named)]
    cursor.execute("CREATE TEMPORARY TABLE t (a int, b text)")
    yield extras.execute_values(
        cursor, "INSERT INTO t VALUES %s RETURNING a", [(1, "x"), (2, "y")], fetch=True
    )
    extras.execute_batch(cursor, "INSERT INTO t VALUES (%s, %s)", [(3, "z"), (4, "z")])
    query = sql.SQL("SELECT {} FROM {} WHERE a > {} AND b <> {}").format(
        sql.Identifier("a"), sql.Identifier("t"), sql.Placeholder(), sql.Literal("hunter2")
    )
    cursor.execute(query, [1])
    yield [cursor.fetchall(), cursor.rowcount, cursor.query.decode(), cursor.statusmessage]
    direct = extensions.connection(connection.dsn).cursor()
    direct.execute("CREATE TEMPORARY TABLE t (a int, b text)")
    yield extras.execute_values(
        direct, "INSERT INTO t VALUES %s RETURNING a", [(1, "x")], fetch=True
    )
    cursor.execute(cursor.mogrify("SELECT %s", ("bytes",)))
    yield list(cursor)
    cursor.callproc("upper", ["called"])
    yield cursor.fetchone()
    logged = psycopg2.connect(connection_factory=extras.LoggingConnection, **arguments)
    logged.initialize(sys.stderr)
    with logged.cursor() as special:
        special.execute("SELECT 'logged'")
        yield [type(logged).__name__, special.fetchone()]
    connection.cursor_factory = extras.DictCursor
    yield type(connection.cursor()).__name__
    try:
        cursor.execute("SELECT * FROM nowhere")
    except psycopg2.Error as error:
        yield [type(error).__name__, error.pgcode, error.cursor is cursor]


def psycopg_quirks(arguments):
    import psycopg
    from psycopg import rows, sql

    connection = psycopg.connect(**arguments)
    yield connection.execute("SELECT %s::int", [1]).fetchone()
    cursor = connection.cursor(row_factory=rows.dict_row)
    yield [type(cursor).__name__, cursor.execute("SELECT 1 AS one").fetchone()]
    yield list(connection.execute("SELECT generate_series(1, 3)"))
    with connection.cursor("server side") as named:
        named.execute("SELECT generate_series(1, 5)")
        yield [named.fetchone(), named.fetchmany(2), list(named)]
    connection.execute("CREATE TEMPORARY TABLE t (a int, b text)")
    plain = connection.cursor()
    plain.executemany("INSERT INTO t VALUES (%s, %s)", [(1, "x"), (2, "y")])
    yield plain.rowcount
    query = sql.SQL("SELECT {} FROM {} WHERE a > {} AND b <> {}").format(
        sql.Identifier("a"), sql.Identifier("t"), sql.Placeholder("a"), sql.Literal("hunter2")
    )
    yield plain.execute(query, {"a": 1}).fetchall()
    with connection.pipeline():
        first, second = connection.execute("SELECT 'first'"), connection.execute("SELECT 'second'")
        yield [first.fetchone(), second.fetchone()]
    yield list(plain.stream("SELECT generate_series(1, 2)"))
    with plain.copy("COPY t TO STDOUT") as copy:
        yield b"".join(bytes(part) for part in copy).decode()
    with psycopg.ClientCursor(connection) as client:
        yield [client.execute("SELECT %s", ["client"]).fetchone(), client.mogrify("%s", ["a"])]
    try:
        plain.execute("SELECT * FROM nowhere")
    except psycopg.Error as error:
        yield [type(error).__name__, error.sqlstate]


def pymysql_quirks(arguments):
    import pymysql.cursors

    yield from mysql_quirks(pymysql, arguments)


def mysqldb_quirks(arguments):
    import MySQLdb.cursors

    yield from mysql_quirks(MySQLdb, arguments)


def mysql_quirks(driver, arguments):
    connection = driver.connect(**arguments)
    cursor = connection.cursor()
    yield [cursor.execute("SELECT %(a)s", {"a": "x"}), cursor.fetchone(), cursor.fetchall()]
    for factory in (driver.cursors.DictCursor, driver.cursors.SSCursor):
        special = connection.cursor(factory)
        special.execute("SELECT 1 AS one UNION SELECT 2")
        yield [special.fetchone(), list(special.fetchall())]
        special.close()
    unbuffered = connection.cursor(driver.cursors.SSCursor)
    unbuffered.execute("SELECT 1 UNION SELECT 2 UNION SELECT 3")
    yield [list(unbuffered.fetchmany(2)), list(unbuffered)]
    cursor.execute("CREATE TEMPORARY TABLE t (a int, b text)")
    yield cursor.executemany("INSERT INTO t VALUES (%s, %s)", [(1, "x"), (2, "y")])
    yield list(cursor)
    try:
        cursor.execute("SELECT * FROM nowhere")
    except driver.Error as error:
        yield [type(error).__name__, error.args[0]]


def application(environ, start_response):
    name, arguments = environ["PATH_INFO"][1:], environ["QUERY_STRING"]
    quirks = globals()[f"{name}_quirks"]
    given = [dict(pair.split("=") for pair in arguments.split("&"))] if arguments else []
    answer = "\n".join(json.dumps(each, default=repr) for each in quirks(*given))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [answer.encode()]
