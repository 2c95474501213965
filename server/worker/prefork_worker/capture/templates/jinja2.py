"""Jinja's templates: rendered, included, extended, imported and compiled.

All but compiling go through `root_render_func`, the generator that a template is compiled to.
"""

from __future__ import annotations

import inspect
import os
import sys
from types import CodeType, FrameType, ModuleType
from typing import Any, AsyncIterator, Iterator, Optional
from weakref import WeakKeyDictionary

from .. import sites
from ..hooks import Function, Hook, Install, mark, patch
from ..sites import Site
from .rendering import NAMELESS, template_span

_lines: WeakKeyDictionary[Any, dict[int, Site]] = WeakKeyDictionary()
"""By template and line of its code, those that were asked for: Jinja parses its table each time."""


def install(module: ModuleType, hook: Hook) -> None:
    """Into `jinja2.environment`."""
    patch(module.Environment, "compile", lambda original: compiling(original, hook))
    make = module.Template._from_namespace.__func__

    def _from_namespace(cls: Any, environment: Any, namespace: Any, globals: Any) -> Any:
        template = make(cls, environment, namespace, globals)
        try:
            sites.compiled_from(namespace["__file__"], locate)
            template.root_render_func = told(template.name, template.root_render_func, hook)
        except Exception as error:
            hook.fail(error)
        return template

    module.Template._from_namespace = classmethod(mark(_from_namespace, make))
    # Jinja leaves its own frames out of tracebacks, and these with them.
    internal = (told, _told_later, compiling)
    wrappers = [code for function in internal for code in function.__code__.co_consts]
    sys.modules["jinja2.utils"].internal_code.update(
        code for code in wrappers if isinstance(code, CodeType)
    )


def told(name: Optional[str], generate: Function, hook: Hook) -> Function:
    """`generate`, the pieces of a rendered template, with a span from the first to the last."""
    if inspect.isasyncgenfunction(generate):
        return _told_later(name, generate, hook)

    def root(*args: Any, **kwargs: Any) -> Iterator[str]:
        __traceback_hide__ = True
        with template_span(hook, name):
            yield from generate(*args, **kwargs)

    return root


def _told_later(name: Optional[str], generate: Function, hook: Hook) -> Function:
    async def root(*args: Any, **kwargs: Any) -> AsyncIterator[str]:
        __traceback_hide__ = True
        with template_span(hook, name):
            async for piece in generate(*args, **kwargs):
                yield piece

    return root


def locate(frame: FrameType) -> Optional[Site]:
    """From a line of a template's code to the template's."""
    template = frame.f_globals.get("__jinja_template__")
    if template is None:
        return None
    lines = _lines.get(template)
    if lines is None:
        lines = _lines[template] = {}
    site = lines.get(frame.f_lineno)
    if site is None:
        file = os.path.abspath(template.filename) if template.filename else NAMELESS
        line = template.get_corresponding_lineno(frame.f_lineno)
        site = lines[frame.f_lineno] = (file, line, "")
    return site


def compiling(original: Function, hook: Hook) -> Function:
    def compile(self: Any, source: Any, name: Any = None, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        with template_span(hook, name, "compile "):
            return original(self, source, name, *args, **kwargs)

    return mark(compile, original)


HOOKS: dict[str, Install] = {"jinja2.environment": install}
