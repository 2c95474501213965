"""The libraries that are hooked: the name that the panel shows, and the hooks (see `hooks.py`)."""

from __future__ import annotations

from collections.abc import Mapping

from . import threads
from .caches import django as django_caches
from .caches import redis
from .frameworks import (
    bottle,
    django,
    django_private,
    errors_bottle,
    errors_django,
    errors_flask,
    flask,
)
from .hooks import Install
from .outgoing import http_client, httpx
from .sql import django as django_sql
from .sql import mysql, psycopg, psycopg2, sqlalchemy, sqlite
from .templates import bottle as bottle_templates
from .templates import django as django_templates
from .templates import jinja2

LIBRARIES: tuple[tuple[str, Mapping[str, Install]], ...] = (
    ("django", django.HOOKS),
    ("flask", flask.HOOKS),
    ("bottle", bottle.HOOKS),
    ("django.errors", errors_django.HOOKS),
    ("django.http", django_private.HOOKS),
    ("flask.errors", errors_flask.HOOKS),
    ("bottle.errors", errors_bottle.HOOKS),
    ("django.template", django_templates.HOOKS),
    ("django.core.cache", django_caches.HOOKS),
    ("redis", redis.HOOKS),
    ("http.client", http_client.HOOKS),
    ("httpx", httpx.HOOKS),
    ("threading", threads.HOOKS),
    ("jinja2", jinja2.HOOKS),
    ("bottle.template", bottle_templates.HOOKS),
    ("sqlite3", sqlite.HOOKS),
    ("django.db", django_sql.HOOKS),
    ("sqlalchemy", sqlalchemy.HOOKS),
    ("psycopg2", psycopg2.HOOKS),
    ("psycopg", psycopg.HOOKS),
    ("pymysql", mysql.PYMYSQL),
    ("MySQLdb", mysql.MYSQLCLIENT),
)
