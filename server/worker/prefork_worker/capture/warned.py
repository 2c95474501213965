"""Warnings that are shown: told of with their category, at the line that they are about.

By `warnings._showwarnmsg_impl`, which shows what neither the app's own `showwarning` nor
`catch_warnings(record=True)` takes: those find it replaced, or replace it, as ever.
"""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Any

from .hooks import Hook
from .logs import Line, emitting, is_told
from .record import speaking

if TYPE_CHECKING:
    from . import Capture


def capture_warnings(capture: Capture, hook: Hook) -> None:
    original = getattr(warnings, "_showwarnmsg_impl", None)
    if original is None:
        return

    def shown(message: Any) -> None:
        if not hook.off:
            try:
                tell(capture, message)
            except Exception as error:
                hook.fail(error)
        outer = emitting.on, emitting.warning
        emitting.on = emitting.warning = True
        try:
            original(message)
        finally:
            emitting.on, emitting.warning = outer

    warnings._showwarnmsg_impl = shown  # type: ignore[attr-defined]


def tell(capture: Capture, message: Any) -> None:
    record = speaking()
    if record is None or is_told(record, logging.WARNING):
        site = (message.filename, message.lineno, "")
        category = message.category.__qualname__
        line = Line("warnings", logging.WARNING, str(message.message), site, category)
        capture.say(line, record)
