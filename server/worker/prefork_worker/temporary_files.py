"""Named temporary files that an app still holds when its worker ends.

The interpreter's own end would remove them with the threads that hold them: Bottle's thread-local
request has the body of the last upload in one. A worker leaves by `os._exit`, which removes nothing.
"""

from __future__ import annotations

import gc
import tempfile


def remove() -> None:
    """When nothing of the app is to run any more."""
    for thing in gc.get_objects():
        if type(thing) is tempfile._TemporaryFileWrapper:
            try:
                thing.close()
            except (OSError, ValueError):
                pass  # it is gone already
