"""The arbiter's settings that serving knows, as its options."""

from __future__ import annotations

import os

from .control import Message
from .serving import ServingOptions


def serving_options(configure: Message) -> ServingOptions:
    """By name."""
    known = {name: configure[name] for name in ServingOptions._fields if name in configure}
    known["sendfile"] = uses_sendfile(configure["sendfile"])
    multiprocess = configure["workers"] > 1
    return ServingOptions(**{**known, "multiprocess": multiprocess, "dev": configure["reload"]})


def uses_sendfile(setting: bool | None) -> bool:
    """Gunicorn's rule: the setting, else the variable SENDFILE, else yes."""
    if setting is not None:
        return setting
    return os.environ.get("SENDFILE", "y").lower() in ("y", "1", "yes", "true")
