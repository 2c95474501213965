"""Views that do far too much of one thing: what capture may cost is judged by them, too."""

import logging
import os
import sqlite3

from django.http import HttpResponse
from django.shortcuts import render

from .models import Book

log = logging.getLogger("library")
log.setLevel(logging.INFO)
log.propagate = False
_handler = logging.StreamHandler(open(os.devnull, "w"))
_handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
log.addHandler(_handler)

_connection = sqlite3.connect(":memory:", check_same_thread=False)


def queries(request):
    """4,500, as an N+1 makes them."""
    for number in range(4500):
        Book.objects.filter(pk=number % 10 + 1).first()
    return HttpResponse("queried")


def templates(request):
    """659 of them."""
    return render(request, "many.html", {"numbers": range(658)})


def answer(request):
    """20 MB."""
    return HttpResponse(b"x" * 20_000_000, content_type="text/plain")


def logs(request):
    """100,000 lines."""
    for number in range(100_000):
        log.info("looked at book %d", number)
    return HttpResponse("logged")


def bare_queries(request):
    """500 on the driver, 40 frames deep: what one costs shows."""
    return deep(40, _query)


def bare_logs(request):
    """200 lines, as many as are told of."""
    return deep(40, _log)


def deep(frames, act):
    return deep(frames - 1, act) if frames else act()


def _query():
    for number in range(500):
        _connection.execute("SELECT ?", (number,)).fetchone()
    return HttpResponse("queried")


def _log():
    for number in range(200):
        log.info("looked at book %d", number)
    return HttpResponse("logged")
