import wiretap  # noqa: F401
from bottle import Bottle, request, response
from planted import spill

application = Bottle()


@application.post("/spill/<rest:path>")
def view(rest):
    values = request.json or request.forms
    spill(*(values[name] for name in ("password", "api_key", "token", "dsn")))


@application.get("/give")
def give():
    response.set_cookie("session", request.query.token)
    return {"token": request.query.token, "user": {"password": request.query.password}}
