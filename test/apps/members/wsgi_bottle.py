import message  # noqa: F401
import wiretap  # noqa: F401
from bottle import Bottle, abort, request, response
from seen import note

application = Bottle()
KEY = "for tests only"


@application.post("/login")
def login():
    response.set_cookie("sid", request.forms.name, secret=KEY)


@application.post("/upload")
def upload():
    photo = request.files["photo"].file.read()
    return note(request.environ, photo.hex(), request.forms.decode())


@application.post("/account")
def account():
    user = request.get_cookie("sid", secret=KEY)
    if not user:
        abort(403)
    return note(request.environ, user, request.forms.decode())
