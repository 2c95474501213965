"""Subclasses of the user's classes with ours behind them, for classes that cannot be patched."""

from __future__ import annotations

from typing import Any

_derived: dict[tuple[type, type], type] = {}


def derive(users: Any, ours: type) -> Any:
    """A class that looks like `users` and resolves to `ours` before their common base.

    What is no class, or cannot be derived from together with ours, is given back as it is.
    """
    if users is ours or not isinstance(users, type):
        return users
    known = _derived.get((users, ours))
    if known is None:
        known = _derived[users, ours] = make(users, ours)
    return known


def make(users: type, ours: type) -> Any:
    if users is ours.__mro__[1]:
        return ours
    if issubclass(users, ours) or not issubclass(users, ours.__mro__[1]):
        return users
    names = ("__module__", "__qualname__", "__doc__")
    alike = {name: getattr(users, name) for name in names}
    metaclass: Any = type(users)
    try:
        return metaclass(users.__name__, (users, ours), alike)
    except Exception:  # a layout or metaclass of its own
        return users


def alike(ours: type, original: Any) -> type:
    """Ours goes by the name of the class that it stands for."""
    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(ours, name, getattr(original, name))
    return ours
