"""The shop on Django, whatever its database: settings, URLs and the view."""

import json
import os

import django
import teas
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import JsonResponse
from django.urls import path

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": json.loads(os.environ["SHOP_CONNECT"])},
        DEBUG=True,
        ROOT_URLCONF=__name__,
    )
    django.setup()


def page(request, name):
    with connection.cursor() as cursor:
        return JsonResponse(teas.PAGES[f"/{name}"](cursor), safe=False)


urlpatterns = [path("<name>", page)]
application = get_wsgi_application()
