"""Makes the database, and prints the cookie of a session in it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from library.models import Book  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
Book.objects.bulk_create(Book(title=f"Book {n}", author=f"Author {n % 3}") for n in range(10))
session = SessionStore()
session["name"] = "Ann"
session.create()
print(f"sessionid={session.session_key}")
