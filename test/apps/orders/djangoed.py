"""The orders on Django, whatever its database."""

import json
import os

import django
import shop
from django.conf import settings
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": json.loads(os.environ["ORDERS_DATABASE"])},
        DEBUG=True,
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="not one",
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["templates"]}
        ],
    )
    django.setup()


class Order:
    def __init__(self, number):
        self.number = number

    def customer(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM customer WHERE id = %s", [self.number])
            return cursor.fetchone()[0]


def prepare(request):
    with connection.cursor() as cursor:
        for statement in shop.CREATE:
            cursor.execute(statement)
    return HttpResponse("prepared")


def orders(request, page):
    cache.get_or_set("banner", "hello")
    listed = shop.listed(f"http://{request.get_host()}")
    return render(request, "orders.html", {"orders": [Order(number) for number in listed]})


def plain(request):
    return HttpResponse("plain")


def fail(request):
    shop.fail()


urlpatterns = [
    path("prepare", prepare),
    path("orders/<page>", orders),
    path("plain", plain),
    path("fail", fail),
]
application = get_wsgi_application()
