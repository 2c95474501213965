"""The libraries that are hooked: the name that the panel shows, and the hooks (see `hooks.py`)."""

from __future__ import annotations

from .hooks import Install

LIBRARIES: tuple[tuple[str, dict[str, Install]], ...] = ()
