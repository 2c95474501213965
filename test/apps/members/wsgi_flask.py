import message  # noqa: F401
import wiretap  # noqa: F401
from flask import Flask, abort, request, session
from seen import note

application = Flask(__name__)
application.secret_key = "for tests only"


@application.post("/login")
def login():
    session["user"] = request.form["name"]
    return ""


@application.post("/upload")
def upload():
    return note(request.environ, request.files["photo"].read().hex(), request.form)


@application.post("/account")
def account():
    if "user" not in session:
        abort(403)
    return note(request.environ, session["user"], request.form)
