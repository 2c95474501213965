"""Where the app's threads stand now: asked for by a person who wonders why nothing comes."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from itertools import dropwhile
from types import FrameType

OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
STARTS = (threading.__file__, "<string>")
"""What lies below everything: a thread's first calls, the zygote's command line."""
DEEPEST = 200
"""Frames of one thread, the innermost; a recursion has a thousand."""


def app_stacks() -> str:
    """Every thread that is in the app's code, as a traceback: the call that it stands in comes last. Our own
    threads are left out, and of the others the calls that led to the app."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    own = {threading.get_ident()}
    own.update(t.ident or 0 for t in threading.enumerate() if hasattr(t, "pydev_do_not_trace"))
    frames = sys._current_frames()
    told = [
        _told(names.get(ident, "Thread"), ident, frame)
        for ident, frame in frames.items()
        if ident not in own
    ]
    return "\n".join(filter(None, told)) or "No thread is in the app's code.\n"


def _told(name: str, ident: int, frame: FrameType) -> str:
    outermost_first = reversed(list(traceback.walk_stack(frame)))
    inner = list(dropwhile(lambda one: _is_ours(one[0]), outermost_first))
    if not inner:
        return ""
    summary = traceback.StackSummary.extract(iter(inner[-DEEPEST:]))
    return f"Thread {name} ({ident}), most recent call last:\n" + "".join(summary.format())


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith((OURS, *STARTS, "<frozen importlib"))
