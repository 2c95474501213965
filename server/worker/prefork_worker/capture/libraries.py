"""The libraries that are hooked: the name that the panel shows, and the hooks (see `hooks.py`)."""

from __future__ import annotations

from .frameworks import bottle, django, flask
from .hooks import Install

LIBRARIES: tuple[tuple[str, dict[str, Install]], ...] = (
    ("django", django.HOOKS),
    ("flask", flask.HOOKS),
    ("bottle", bottle.HOOKS),
)
