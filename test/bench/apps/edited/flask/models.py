"""Imported by the views."""

from dataclasses import dataclass, field

VERSION = 1


@dataclass
class Author:
    name: str
    born: int


@dataclass
class Book:
    title: str
    authors: list[Author] = field(default_factory=list)
