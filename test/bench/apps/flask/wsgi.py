"""Flask routes: one that only answers, one with a template."""

from flask import Flask, render_template

app = application = Flask(__name__)


@app.get("/hello")
def hello():
    return "Hello, world!\n"


@app.get("/")
def index():
    books = [{"title": f"Book {number}", "author": f"Author {number % 3}"} for number in range(10)]
    return render_template("index.html", title="Books", books=books)
