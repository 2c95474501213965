"""A span for each template; one that another includes is led to by the same line of code."""

from __future__ import annotations

from typing import Any, Optional

from ..hooks import Function, Hook, mark
from ..record import current
from ..spans import FIND, Span

NAMELESS = "<template>"


def begin(hook: Hook, name: Any, prefix: str = "") -> Optional[Span]:
    """Opens a span for the template of this name, within a request."""
    record = current.get()
    if record is None or hook.off:
        return None
    try:
        outer = record.spans.open_span() if record.spans is not None else None
        included = outer is not None and outer.kind == "template"
        site = outer.site if outer is not None and included else FIND
        text = str.__str__(name) if isinstance(name, str) else NAMELESS  # Django's are SafeString
        return record.open("template", prefix + text, site)
    except Exception as error:
        hook.fail(error)
        return None


def rendering(original: Function, hook: Hook) -> Function:
    """A method of a template that has a `name`."""

    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True  # Django's and Werkzeug's error pages leave such frames out
        span = begin(hook, self.name)
        if span is None:
            return original(self, *args, **kwargs)
        try:
            return original(self, *args, **kwargs)
        except BaseException as error:
            span.failed(error)
            raise
        finally:
            span.close()

    return mark(wrapper, original)
