"""On Flask: each answer says which code gave it, to which request, with which body, in which process.

Whatever is begun is noted in `begun.log`, so that a request that is begun twice shows.
"""

import os

import message
from flask import Flask, Response, request

application = Flask(__name__)
begun = os.open(os.environ["BEGUN_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


@application.route("/<number>", methods=["GET", "POST"])
def echo(number):
    os.write(begun, f"{number} {os.getpid()}\n".encode())
    said = f"{message.TEXT} {number} {os.getpid()}\n".encode()
    return Response(said + request.get_data(), content_type="text/plain")
