import wiretap  # noqa: F401
from flask import Flask, jsonify, request
from planted import spill

application = Flask(__name__)


@application.route("/spill/<path:rest>", methods=["POST"])
def view(rest):
    values = request.get_json() if request.is_json else request.form
    spill(*(values[name] for name in ("password", "api_key", "token", "dsn")))


@application.route("/give")
def give():
    response = jsonify(token=request.args["token"], user={"password": request.args["password"]})
    response.set_cookie("session", request.args["token"])
    return response
