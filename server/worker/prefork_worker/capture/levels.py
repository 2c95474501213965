"""Loggers' levels, changed while the app runs; they hold over a reload, as the arbiter remembers them."""

from __future__ import annotations

import logging
from collections.abc import Mapping


class Levels:
    """`set` runs on the control thread, `apply` once the app is imported: its logging set-up comes first."""

    def __init__(self) -> None:
        self._wanted: Mapping[str, str] = {}
        self._before: dict[str, tuple[int, bool]] = {}

    def set(self, wanted: Mapping[str, str]) -> None:
        """All that are changed: logger (`""` is the root) to the name of a level. The rest is put back."""
        for name in set(self._before) - set(wanted):
            logger = logging.getLogger(name)
            level, logger.disabled = self._before.pop(name)
            logger.setLevel(level)
        self._wanted = wanted
        self.apply()

    def apply(self) -> None:
        """A logger that a set-up has disabled speaks again."""
        for name, level in self._wanted.items():
            logger = logging.getLogger(name)
            self._before.setdefault(name, (logger.level, logger.disabled))
            logger.setLevel(level)
            logger.disabled = False
