"""PEP 3333: what the app is given (environ, input) and what it gives back (the response).

Both know `wsgi.file_wrapper`: a file as a response, block by block, or by `sendfile` where it works.

A real file with a position goes out by the kernel, from where it stands to its end. All else, and
any wrapper that middleware put into another iterable, is read in blocks, with the same result.
"""

from __future__ import annotations

import io
import os
import stat
from typing import Any, Iterator, NamedTuple, Optional


class FilePart(NamedTuple):
    """`size` bytes from `offset` on, of an open descriptor."""

    file: int
    offset: int
    size: int


class FileWrapper:
    """PEP 3333, "Optional Platform-Specific File Handling"."""

    def __init__(self, filelike: Any, block_size: int = 65536) -> None:
        self.filelike = filelike
        self.block_size = block_size
        if hasattr(filelike, "close"):
            self.close = filelike.close

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        data: bytes = self.filelike.read(self.block_size)
        if data:
            return data
        raise StopIteration

    def part(self) -> Optional[FilePart]:
        """What `sendfile` can send; None when this is not a regular file, opened for reading."""
        file = self.filelike
        # By type: a GzipFile, say, has a fileno() too, but it is not what its read() gives.
        if type(file) is not io.BufferedReader or type(file.raw) is not io.FileIO:
            return None
        try:
            offset = file.tell()
            status = os.fstat(file.fileno())
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        return FilePart(file.fileno(), offset, max(0, status.st_size - offset))
