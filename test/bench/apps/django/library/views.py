"""The page, and the URL configuration that has only it."""

from django.shortcuts import render
from django.urls import path

from .models import Book


def index(request):
    context = {"name": request.session.get("name"), "books": Book.objects.order_by("title")}
    return render(request, "index.html", context)


urlpatterns = [path("", index)]
