"""Hides secrets before anything leaves the worker: by name, and by shape.

A name is secret by its words (`api_key`, `X-CSRFToken`, but neither `author` nor `tokenize`). A value
without a name is one by its shape: a JSON Web Token, a key with a known prefix, `password=…` in the
midst of a sentence. All of it takes time in proportion to the text, whatever that contains, and runs
off the critical path.

What is hidden reads `[hidden]`. Shapes cannot know all: a bare password in a sentence is not seen.
"""

from __future__ import annotations

from .bodies import form
from .fields import Line, fields, head
from .names import HIDDEN, is_secret
from .shapes import source, stack, text
from .urls import path, query, url, urlencoded

__all__ = [
    "HIDDEN", "Line", "fields", "form", "head", "is_secret", "path", "query", "source", "stack", "text", "url",
    "urlencoded", "value",
]  # fmt: skip


def value(name: str, content: str) -> str:
    """What `name` holds: hidden if the name is a secret's, else by its shape."""
    if content and is_secret(name):
        return HIDDEN
    return text(content)
