import os

from django.conf import settings

settings.configure(
    DEBUG=True,
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="for tests only",
    SESSION_ENGINE="django.contrib.sessions.backends.file",
    SESSION_FILE_PATH=os.getcwd(),
    INSTALLED_APPS=["django.contrib.sessions"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
)

import django  # noqa: E402

django.setup()

import message  # noqa: E402, F401
import wiretap  # noqa: E402, F401
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie  # noqa: E402
from seen import note  # noqa: E402


@csrf_exempt
@ensure_csrf_cookie
def login(request):
    request.session["user"] = request.POST["name"]
    return HttpResponse()


@csrf_exempt
def upload(request):
    photo = request.FILES["photo"].read()
    return HttpResponse(note(request.META, photo.hex(), request.POST.items()))


def account(request):
    user = request.session.get("user")
    if not user:
        return HttpResponse("log in first", status=403)
    return HttpResponse(note(request.META, user, request.POST.items()))


urlpatterns = [path("login", login), path("upload", upload), path("account", account)]
application = get_wsgi_application()
