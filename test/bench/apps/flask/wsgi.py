"""A Flask route with a template."""

from flask import Flask, render_template

app = application = Flask(__name__)


@app.get("/")
def index():
    books = [{"title": f"Book {number}", "author": f"Author {number % 3}"} for number in range(10)]
    return render_template("index.html", title="Books", books=books)
