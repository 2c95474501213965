"""The data: books, their authors, and a guest book, in SQLite. Made at first use."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEFAULT = Path(tempfile.gettempdir()) / f"prefork-example-{os.getuid()}.sqlite3"
DATABASE = os.environ.get("LIBRARY_DATABASE", str(DEFAULT))

SCHEMA = """
CREATE TABLE IF NOT EXISTS author (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born INTEGER);
CREATE TABLE IF NOT EXISTS book (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL, year INTEGER, author_id INTEGER REFERENCES author);
CREATE TABLE IF NOT EXISTS greeting (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, words TEXT NOT NULL);
"""

AUTHORS = [
    (1, "Jane Austen", 1775),
    (2, "Mary Shelley", 1797),
    (3, "Herman Melville", 1819),
    (4, "George Eliot", 1819),
    (5, "Jules Verne", 1828),
    (6, "Mark Twain", 1835),
]

BOOKS = [
    ("Pride and Prejudice", 1813, 1),
    ("Emma", 1815, 1),
    ("Frankenstein", 1818, 2),
    ("The Last Man", 1826, 2),
    ("Moby-Dick", 1851, 3),
    ("Bartleby, the Scrivener", 1853, 3),
    ("The Mill on the Floss", 1860, 4),
    ("Middlemarch", 1871, 4),
    ("Twenty Thousand Leagues Under the Seas", 1870, 5),
    ("Around the World in Eighty Days", 1872, 5),
    ("The Adventures of Tom Sawyer", 1876, 6),
    ("Adventures of Huckleberry Finn", 1884, 6),
]


@contextmanager
def connect() -> Iterator[sqlite3.Connection]:
    """One connection a request: committed when all went well, and closed whatever happened."""
    connection = sqlite3.connect(DATABASE)
    connection.row_factory = sqlite3.Row
    try:
        with connection:
            create(connection)
            yield connection
    finally:
        connection.close()


def create(connection: sqlite3.Connection) -> None:
    """Several workers may come here first at once: what is there already is left as it is."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == 1:
        return
    connection.executescript(SCHEMA)
    connection.executemany("INSERT OR IGNORE INTO author VALUES (?, ?, ?)", AUTHORS)
    rows = [(number, *book) for number, book in enumerate(BOOKS, start=1)]
    connection.executemany("INSERT OR IGNORE INTO book VALUES (?, ?, ?, ?)", rows)
    connection.execute("PRAGMA user_version = 1")


def books_one_by_one(connection: sqlite3.Connection) -> list[dict[str, object]]:
    """The N+1 query: one for the books, then one more for each book's author."""
    books = connection.execute("SELECT title, year, author_id FROM book ORDER BY year").fetchall()
    return [
        {**book, "author": author_name(connection, book["author_id"])} for book in map(dict, books)
    ]


def author_name(connection: sqlite3.Connection, author: int) -> str:
    row = connection.execute("SELECT name FROM author WHERE id = ?", (author,)).fetchone()
    return str(row["name"])


def books_joined(connection: sqlite3.Connection) -> list[dict[str, object]]:
    """The same in one query."""
    query = """SELECT title, year, name AS author FROM book
               JOIN author ON author.id = author_id ORDER BY year"""
    return [dict(row) for row in connection.execute(query)]


def greetings(connection: sqlite3.Connection) -> list[dict[str, object]]:
    query = "SELECT name, words FROM greeting ORDER BY id DESC LIMIT 20"
    return [dict(row) for row in connection.execute(query)]


def greet(connection: sqlite3.Connection, name: str, words: str) -> None:
    connection.execute("INSERT INTO greeting (name, words) VALUES (?, ?)", (name, words))
