"""A small Flask app in three modules; the bench saves two of them."""

from flask import Flask
from views import pages

application = Flask(__name__)
application.register_blueprint(pages)
