"""What is user code, and how it is compiled: from its content, never from a `.pyc`.

Python trusts a `.pyc` by whole-second mtime and size, so two saves of the same size in one second
run old code (CPython #75953). In dev mode user files are therefore compiled from what they hold,
and their `.pyc` are neither read nor written. Code objects are kept by content hash, in the zygote,
so that a child compiles only what has changed.

User code is decided by real path: what lies in the interpreter's own library folders is not,
everything else is, editable installs included.
"""

from __future__ import annotations

import functools
import hashlib
import os
import site
import sys
import sysconfig
import time
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType
from typing import Any, Callable


def library_folders() -> tuple[str, ...]:
    """Real paths, each with a trailing separator, of the folders that hold no user code."""
    paths = sysconfig.get_paths()
    folders = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders.update(site.getsitepackages(), [site.getusersitepackages()])
    folders.add(os.path.dirname(os.path.abspath(__file__)))
    for base in {sys.base_prefix, sys.prefix}:  # Debian's own: /usr/lib/python3/dist-packages
        folders.add(os.path.join(base, "lib", "python3", "dist-packages"))
    return tuple(os.path.join(os.path.realpath(folder), "") for folder in folders)


LIBRARY_FOLDERS = library_folders()
STANDARD_FOLDER = os.path.join(os.path.realpath(sysconfig.get_paths()["stdlib"]), "")
SITE_FOLDERS = ("site-packages", "dist-packages")


@functools.cache
def is_user(path: str) -> bool:
    """Whether the file at `path` is the user's."""
    if path.startswith("<"):  # <string>, <frozen importlib._bootstrap>
        return False
    folder, name = os.path.split(path)
    real = os.path.realpath(path) if os.path.islink(path) else f"{real_folder(folder)}/{name}"
    return not real.startswith(LIBRARY_FOLDERS)


@functools.cache
def real_folder(folder: str) -> str:
    return os.path.realpath(folder)


def is_standard(path: str) -> bool:
    """Whether the file at `path` is of the standard library."""
    real = os.path.realpath(path)
    inside = real[len(STANDARD_FOLDER) :] if real.startswith(STANDARD_FOLDER) else ""
    return bool(inside) and not inside.startswith(SITE_FOLDERS)


def user_modules() -> list[tuple[str, ModuleType]]:
    """All user modules that there are, each after the absolute path of its file."""
    modules = [(getattr(m, "__file__", None), m) for m in list(sys.modules.values())]
    return [(os.path.abspath(file), m) for file, m in modules if file and is_user(file)]


def is_read(path: str, module: ModuleType) -> bool:
    """False while it stands in `sys.modules`, and its file is not read yet: it may still change."""
    spec = getattr(module, "__spec__", None)
    return code_cache.has_imported(path) or not getattr(spec, "_initializing", False)


def loaded_files() -> list[str]:
    """Absolute paths of all user files read so far."""
    return sorted({path for path, module in user_modules() if is_read(path, module)})


def is_reading() -> bool:
    """Whether another thread is about to read a user file that it imports."""
    return not all(is_read(path, module) for path, module in user_modules())


class Misses:
    """Last in `sys.meta_path`, so asked for every module that no other finder has found.

    A file that appears at one of these places makes the next import another: `try: import
    local_settings`, or Django's look for an `admin` in each app.
    """

    def __init__(self) -> None:
        self._places: set[str] = set()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        last = name.rpartition(".")[2]
        folders = list(sys.path if path is None else path)
        self._places.update(os.path.join(f, last) for f in folders if holds_user_code(f))

    def take(self) -> list[str]:
        """The places since it was last asked: absolute paths without an extension."""
        places, self._places = self._places, set()
        return sorted(places)


@functools.cache
def holds_user_code(folder: str) -> bool:
    """Whether the user may put a module into `folder`, an entry of `sys.path`."""
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return os.path.isdir(folder) and folder != own and is_user(os.path.join(folder, "_"))


def distributions() -> list[tuple[str, str, int]]:
    """What is installed: folder, name and time of each entry of the site folders."""
    found = []
    for folder in sys.path:
        if os.path.basename(folder) in SITE_FOLDERS and os.path.isdir(folder):
            with os.scandir(folder) as entries:
                known = [entry for entry in entries if entry.name != "__pycache__"]
            found += [(folder, entry.name, changed_at(entry)) for entry in known]
    return sorted(found)


def changed_at(entry: os.DirEntry[str]) -> int:
    """In ns; 0 for packages, whose folders change when bytecode is written: their metadata counts."""
    if entry.is_dir() and not entry.name.endswith(("-info", ".egg")):
        return 0
    return entry.stat(follow_symlinks=False).st_mtime_ns


class UserCodeGuard:
    """A finder, first in `sys.meta_path`, that refuses user modules and remembers being asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                self._refuse_user(name, spec)
                return

    def _refuse_user(self, name: str, spec: Any) -> None:
        """A namespace package is the user's if any portion of it is."""
        portions = list(spec.submodule_search_locations or []) if not spec.origin else []
        places = [spec.origin] if spec.origin and spec.has_location else portions
        if any(is_user(place) for place in places):
            self.asked.append(name)
            raise ImportError(f"{name} is user code, which a zygote does not import")


def digest_of(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


EMPTY = digest_of(b"")
EMPTY_TRIES = 20
EMPTY_WAIT = 0.015


class CodeCache:
    """Code objects by path and content hash."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[bytes, CodeType]] = {}
        self._imported: dict[str, bytes] = {}

    def get(self, path: str, digest: bytes) -> CodeType | None:
        kept, code = self._kept.get(path, (b"", None))
        return code if kept == digest else None

    def put(self, path: str, digest: bytes, code: CodeType) -> None:
        self._kept[path] = (digest, code)

    def keeps(self, path: str, digest: str | None) -> bool:
        """Whether the content with this digest, in hexadecimal, is compiled."""
        return path in self._kept and self._kept[path][0].hex() == digest

    def importing(self, path: str, content: bytes) -> bytes:
        """The digest of what is in a file that is imported now, or that cannot be."""
        digest = self._imported[path] = digest_of(content)
        return digest

    def has_imported(self, path: str) -> bool:
        """Whether this process has read the file to import it."""
        return path in self._imported

    def had_text(self, path: str) -> bool:
        """Whether the file was not empty when it was last compiled."""
        return self._kept.get(path, (EMPTY,))[0] != EMPTY

    def read(self, path: str, read: Callable[[str], bytes]) -> bytes:
        """What is in the file. One that had text and is empty may be one that is being written now."""
        content = read(path)
        for _ in range(EMPTY_TRIES):
            if content or not self.had_text(path):
                break
            time.sleep(EMPTY_WAIT)
            content = read(path)
        return content

    def digests(self, files: list[str]) -> dict[str, str]:
        """SHA-256 of what was in each file when this process imported it, in hexadecimal."""
        return {path: self._imported[path].hex() for path in files if path in self._imported}

    def compile(self, files: list[str]) -> None:
        """Compiles ahead what has changed; what cannot be is left to the import that fails on it."""
        for path in files:
            try:
                with open(path, "rb") as file:
                    content = file.read()
                if not content and self.had_text(path):
                    continue
                digest = digest_of(content)
                if path.endswith(".py") and self.get(path, digest) is None:
                    self.put(path, digest, compile_source(path, content))
            except (OSError, SyntaxError, ValueError):
                continue


def compile_source(path: str, content: bytes) -> CodeType:
    code: CodeType = compile(content, path, "exec", dont_inherit=True)
    return code


code_cache = CodeCache()


def compile_from_content() -> None:
    """From here on user modules are compiled from their content. Called once, in the zygote."""
    trusting_get_code = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> Any:
        path = self.get_filename(fullname)
        if not is_user(path):
            return trusting_get_code(self, fullname)
        content = code_cache.read(path, self.get_data)
        digest = code_cache.importing(path, content)
        code = code_cache.get(path, digest)
        if code is None:
            code = self.source_to_code(content, path)
            code_cache.put(path, digest, code)
        return code

    SourceFileLoader.get_code = get_code  # type: ignore
