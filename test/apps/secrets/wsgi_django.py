import json

from django.conf import settings

settings.configure(
    DEBUG=True,
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="for tests only",
    MIDDLEWARE=[],
)

import django  # noqa: E402

django.setup()

import wiretap  # noqa: E402, F401
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from planted import spill  # noqa: E402


def view(request, rest):
    values = json.loads(request.body) if "json" in request.content_type else request.POST
    spill(*(values[name] for name in ("password", "api_key", "token", "dsn")))


def give(request):
    query = request.GET
    response = JsonResponse({"token": query["token"], "user": {"password": query["password"]}})
    response.set_cookie("session", query["token"])
    return response


urlpatterns = [path("spill/<path:rest>", view), path("give", give)]
application = get_wsgi_application()
