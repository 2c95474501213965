"""Its one page tells which version of each file answered, and in which process."""

import os

from django.http import HttpResponse

from . import models

VERSION = 1


def index(request):
    body = f"views={VERSION} models={models.VERSION} pid={os.getpid()} "
    return HttpResponse(body, content_type="text/plain")
