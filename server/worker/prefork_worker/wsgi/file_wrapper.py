"""`wsgi.file_wrapper`: a file as a response, block by block, or by `sendfile` where that works."""

from __future__ import annotations

from typing import Any, Iterator


class FileWrapper:
    """PEP 3333, "Optional Platform-Specific File Handling". Works as any iterable, too."""

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
