"""Bottle's own templates, and Mako's and Cheetah's through it; Jinja's are told of by Jinja's hooks."""

from __future__ import annotations

from types import FrameType, ModuleType
from typing import Any, Optional

from .. import sites
from ..hooks import Function, Hook, Install, mark, patch
from ..sites import Site
from .rendering import rendering


def install(module: ModuleType, hook: Hook) -> None:
    """`execute` is called for what is included and rebased, too."""
    patch(module.SimpleTemplate, "execute", lambda original: executing(original, hook))
    for kind in (module.MakoTemplate, module.CheetahTemplate):
        patch(kind, "render", lambda original: rendering(original, hook))


def executing(original: Function, hook: Hook) -> Function:
    render = rendering(original, hook)

    def execute(self: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        if self.filename:
            sites.compiled_from(self.filename, locate)
        return render(self, *args, **kwargs)

    return mark(execute, original)


def locate(frame: FrameType) -> Optional[Site]:
    """Bottle compiles a template so that its lines stay what they are."""
    return frame.f_code.co_filename, frame.f_lineno, ""


HOOKS: dict[str, Install] = {"bottle": install}
