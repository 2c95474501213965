"""The page, and the URL configuration."""

from django.shortcuts import render
from django.urls import path

from . import heavy
from .models import Book


def index(request):
    context = {"name": request.session.get("name"), "books": Book.objects.order_by("title")}
    return render(request, "index.html", context)


urlpatterns = [
    path("", index),
    path("queries", heavy.queries),
    path("templates", heavy.templates),
    path("answer", heavy.answer),
    path("logs", heavy.logs),
    path("bare-queries", heavy.bare_queries),
    path("bare-orm-queries", heavy.bare_orm_queries),
    path("bare-logs", heavy.bare_logs),
]
