"""Records which library modules the app imports, in the order in which their imports completed.

The list is what the next zygote may preload. A module whose import, at any depth, ran user code is
left out: importing it ahead would import user code in the zygote.
"""

from __future__ import annotations

import threading
from importlib.machinery import ExtensionFileLoader, SourceFileLoader
from types import ModuleType
from typing import Any

from . import user_code


class ImportRecorder:
    """Wraps the two loaders that run files; `completed` holds module names, innermost first."""

    def __init__(self) -> None:
        self.completed: list[str] = []
        self._running = threading.local()

    def install(self) -> None:
        for loader in (SourceFileLoader, ExtensionFileLoader):
            self._wrap(loader)

    def _wrap(self, loader: Any) -> None:
        exec_module = loader.exec_module

        def recorded(instance: Any, module: ModuleType) -> None:
            self._enter(module)
            try:
                exec_module(instance, module)
            except BaseException:
                self._stack().pop()
                raise
            self._completed(module)

        loader.exec_module = recorded

    def _stack(self) -> list[bool]:
        """One entry a running import: whether user code ran inside it."""
        if not hasattr(self._running, "stack"):
            self._running.stack = []
        stack: list[bool] = self._running.stack
        return stack

    def _enter(self, module: ModuleType) -> None:
        stack = self._stack()
        file = getattr(module, "__file__", None) or ""
        ran_user_code = user_code.is_user(file)
        if ran_user_code:
            stack[:] = [True] * len(stack)
        stack.append(ran_user_code)

    def _completed(self, module: ModuleType) -> None:
        if not self._stack().pop():
            spec = module.__spec__  # its name, for `_decimal` calls itself `decimal`
            self.completed.append(spec.name if spec else module.__name__)
