"""The libraries that are hooked: the name that the panel shows, and the hooks (see `hooks.py`)."""

from __future__ import annotations

from .frameworks import bottle, django, flask
from .hooks import Install
from .templates import bottle as bottle_templates
from .templates import django as django_templates
from .templates import jinja2

LIBRARIES: tuple[tuple[str, dict[str, Install]], ...] = (
    ("django", django.HOOKS),
    ("flask", flask.HOOKS),
    ("bottle", bottle.HOOKS),
    ("django.template", django_templates.HOOKS),
    ("jinja2", jinja2.HOOKS),
    ("bottle.template", bottle_templates.HOOKS),
)
