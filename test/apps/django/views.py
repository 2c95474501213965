"""The fixture app's views, put into a project that `django-admin startproject` makes."""

import hashlib
import logging
import os
import time

import message
from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt

log = logging.getLogger("fixture")


def text(body):
    return HttpResponse(body, content_type="text/plain")


def index(request):
    return text(f"{message.TEXT} from {os.getpid()}")


def slow(request):
    time.sleep(float(request.GET["seconds"]))
    return text("slow")


def error(request):
    raise ValueError("broken on purpose")


def chatter(request):
    print("printed")
    log.warning("logged")
    try:
        int("twelve")
    except ValueError:
        log.exception("caught")
    return text("said")


@csrf_exempt
def form(request):
    return text(f"Hello, {request.POST['name']}")


@csrf_exempt
def upload(request):
    return text(f"{len(request.body)} {hashlib.sha256(request.body).hexdigest()}")


def events(request):
    return StreamingHttpResponse(ticks(), content_type="text/event-stream")


def ticks():
    tick = 0
    while True:
        tick += 1
        yield f"data: {message.TEXT} tick {tick}\n\n"
        time.sleep(0.05)
