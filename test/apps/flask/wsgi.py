"""The fixture app on Flask."""

import hashlib
import logging
import os
import time

import message
from flask import Flask, Response, request

app = application = Flask(__name__)
log = logging.getLogger("fixture")


def text(body):
    return Response(body, content_type="text/plain")


@app.get("/")
def index():
    return text(f"{message.TEXT} from {os.getpid()}")


@app.get("/slow")
def slow():
    time.sleep(float(request.args["seconds"]))
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
    return text(f"Hello, {request.form['name']}")


@app.post("/upload")
def upload():
    body = request.get_data()
    return text(f"{len(body)} {hashlib.sha256(body).hexdigest()}")


@app.get("/events")
def events():
    return Response(ticks(), content_type="text/event-stream")


def ticks():
    tick = 0
    while True:
        tick += 1
        yield f"data: {message.TEXT} tick {tick}\n\n"
        time.sleep(0.05)
