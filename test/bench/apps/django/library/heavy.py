"""Views that do far too much of one thing: what capture may cost is judged by them, too."""

import logging
import os
import sqlite3
from time import thread_time_ns

from django.http import HttpResponse
from django.shortcuts import render

from .models import Book

log = logging.getLogger("library")
log.setLevel(logging.INFO)
log.propagate = False
_handler = logging.FileHandler(os.devnull)
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
    book = {"title": "war and peace", "text": "so and so and " * 5, "tags": ["old", "long"]}
    return render(request, "many.html", {"numbers": range(658), **book})


def answer(request):
    """20 MB."""
    return HttpResponse(b"x" * 20_000_000, content_type="text/plain")


def logs(request):
    """100,000 lines."""
    for number in range(100_000):
        log.info("looked at book %d", number)
    return HttpResponse("logged")


def bare_queries(request):
    """500 on the driver, 40 frames deep; answers with the nanoseconds of the processor that one took."""
    return deep(40, _query, 500)


def bare_orm_queries(request):
    """500 of Django's, likewise."""
    return deep(40, _orm_query, 500)


def bare_logs(request):
    """200 lines, likewise: as many as are told of."""
    return deep(40, _log, 200)


def deep(frames, act, count):
    if frames:
        return deep(frames - 1, act, count)
    started = thread_time_ns()
    for number in range(count):
        act(number)
    return HttpResponse(f"{(thread_time_ns() - started) // count}")


def _query(number):
    _connection.execute("SELECT ?", (number,)).fetchone()


def _orm_query(number):
    Book.objects.filter(pk=number % 10 + 1).first()


def _log(number):
    log.info("looked at book %d", number)
