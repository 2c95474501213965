"""Django's templates: rendered, included, extended and compiled."""

from __future__ import annotations

from types import CodeType, FrameType, ModuleType
from typing import Any, Optional

from .. import sites
from ..hooks import Function, Hook, Install, mark, patch
from ..sites import Site
from .rendering import rendering, template_span


def install(module: ModuleType, hook: Hook) -> None:
    """Into `django.template.base`. `_render` is called for what is included and extended, too."""
    code: CodeType = module.Node.render_annotated.__code__
    sites.renders(code.co_filename, lambda frame: locate(frame, code))
    patch(module.Template, "_render", lambda original: rendering(original, hook))
    patch(module.Template, "compile_nodelist", lambda original: compiling(original, hook))


def locate(frame: FrameType, code: CodeType) -> Optional[Site]:
    """The line of the tag or variable that is being rendered."""
    node = frame.f_locals.get("self") if frame.f_code is code else None
    token, origin = getattr(node, "token", None), getattr(node, "origin", None)
    if token is None or origin is None or not token.lineno:
        return None
    return str(origin.name), token.lineno, ""


def compiling(original: Function, hook: Hook) -> Function:
    def compile_nodelist(self: Any) -> Any:
        __traceback_hide__ = True
        with template_span(hook, self.name, "compile "):
            return original(self)

    return mark(compile_nodelist, original)


HOOKS: dict[str, Install] = {"django.template.base": install}
