"""Starts debugpy in this worker, on demand, on a loopback port that the system chooses.

debugpy is looked up, never installed: in the app's own environment, else in the folder that the
editor names (a setting, or the copy that the Python debugger extension brings).
"""

from __future__ import annotations

import os
import sys
from typing import Any

HOST = "127.0.0.1"

_listening: tuple[str, int] | None = None


def listen(folder: str | None) -> tuple[str, int]:
    """Host and port of this process's debug adapter, started once; raises ImportError or OSError."""
    global _listening
    if _listening is None:
        os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # no warning reaches the user
        debugpy = import_debugpy(folder)
        debugpy.configure(subProcess=False)
        _listening = debugpy.listen((HOST, 0))
    return _listening


def import_debugpy(folder: str | None) -> Any:
    try:
        import debugpy
    except ImportError:
        if not folder:
            raise ImportError(
                f"debugpy is not installed for {sys.executable}; install it there: "
                f"{sys.executable} -m pip install debugpy"
            ) from None
        sys.path.append(folder)
        import debugpy
    return debugpy
