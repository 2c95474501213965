"""Takes the place of the urls.py that startproject writes: its admin, and the fixture's views."""

import views
from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", views.index),
    path("slow", views.slow),
    path("error", views.error),
    path("chatter", views.chatter),
    path("form", views.form),
    path("upload", views.upload),
    path("events", views.events),
]
