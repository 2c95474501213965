"""Its one page tells which version of each file answered, and in which process."""

import os

import models
from flask import Blueprint, Response

VERSION = 1

pages = Blueprint("pages", __name__)


@pages.get("/")
def index():
    body = f"views={VERSION} models={models.VERSION} pid={os.getpid()} "
    return Response(body, content_type="text/plain")
