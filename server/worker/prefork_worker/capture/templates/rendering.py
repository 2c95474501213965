"""A span for each template; one that another includes is led to by the same line of code."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, ContextManager

from ..hooks import Function, Hook, mark
from ..record import current
from ..spans import FIND

NAMELESS = "<template>"
NO_SPAN = nullcontext()


def template_span(hook: Hook, name: Any, prefix: str = "") -> ContextManager[None]:
    """A span for the template of this name, to be opened with `with`; none outside of a request."""
    record = current.get()
    if record is None or hook.off:
        return NO_SPAN
    try:
        spans = record.spans or record.begin_spans()
        outer = spans.open_span()
        site = outer.site if outer is not None and outer.kind == "template" else FIND
        text = str.__str__(name) if isinstance(name, str) else NAMELESS  # Django's are SafeString
        return spans.open("template", prefix + text, site) or NO_SPAN
    except Exception as error:
        hook.fail(error)
        return NO_SPAN


def rendering(original: Function, hook: Hook) -> Function:
    """A method of a template that has a `name`."""

    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True  # Django's and Werkzeug's error pages leave such frames out
        with template_span(hook, self.name):
            return original(self, *args, **kwargs)

    return mark(wrapper, original)
