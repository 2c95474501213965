"""Django's `sensitive_post_parameters`: what a view says is a secret in what was posted to it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ..hooks import Hook, Install
from ..record import current


class Noted:
    """In the place of an attribute that the decorator sets on the request; otherwise as any."""

    name = "sensitive_post_parameters"

    def __get__(self, request: Any, owner: Any = None) -> Any:
        if request is None:
            raise AttributeError(self.name)
        try:
            return request.__dict__[self.name]
        except KeyError:
            raise AttributeError(self.name) from None

    def __set__(self, request: Any, names: Any) -> None:
        request.__dict__[self.name] = names
        record = current.get()
        if record is not None:
            record.private = True

    def __delete__(self, request: Any) -> None:
        request.__dict__.pop(self.name, None)


def install(module: ModuleType, hook: Hook) -> None:
    """Into `django.http.request`."""
    if Noted.name not in module.HttpRequest.__dict__:
        module.HttpRequest.sensitive_post_parameters = Noted()


HOOKS: dict[str, Install] = {"django.http.request": install}
