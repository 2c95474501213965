"""Replay: a captured request is sent once more, through the same parser, environ and app.

`originals` has what a request was sent with leave the worker beside its trace, `sealing` sees to it that
nobody but a worker can read that; `restoring` puts it back in the place of what was hidden, `request`
makes the bytes, `taking` hands them to the loop, `answers` reads what comes back.
"""

from __future__ import annotations


class NotReplayable(Exception):
    """Why a request cannot be sent again, and what to do, for a person to read."""
