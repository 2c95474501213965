"""The fixture app on Bottle."""

import hashlib
import logging
import os
import time

import message
from bottle import Bottle, request, response

app = application = Bottle()
app.catchall = False  # what a view raises goes to the server
log = logging.getLogger("fixture")


def text(body):
    response.content_type = "text/plain"
    return body


@app.get("/")
def index():
    return text(f"{message.TEXT} from {os.getpid()}")


@app.get("/slow")
def slow():
    time.sleep(float(request.query.seconds))
    return text("slow")


@app.get("/error")
def error():
    raise ValueError("broken on purpose")


@app.get("/chatter")
def chatter():
    print("printed")
    log.warning("logged")
    try:
        int("twelve")
    except ValueError:
        log.exception("caught")
    return text("said")


@app.post("/form")
def form():
    return text(f"Hello, {request.forms.name}")


@app.post("/upload")
def upload():
    body = request.body.read()
    return text(f"{len(body)} {hashlib.sha256(body).hexdigest()}")


@app.get("/events")
def events():
    response.content_type = "text/event-stream"
    return ticks()


def ticks():
    tick = 0
    while True:
        tick += 1
        yield f"data: {message.TEXT} tick {tick}\n\n".encode()
        time.sleep(0.05)
