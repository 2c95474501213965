"""Evaluates a conf file and prints what it says as JSON, in a process of its own.

A conf file is Python, so only Python can read it: `conf_file.py LOCATION NAME,NAME,...` executes
the file (or imports the module) as Gunicorn does, then prints one JSON object: the values of those
names, the line that gave each its value, and what it changed in the environment. What a value may
be is not decided here. Whatever the conf file itself prints goes to stderr. An exception in it is
a result too: its message, file and line.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import sys
import types
from collections.abc import Iterator
from typing import Any


def main(location: str, names: list[str]) -> None:
    """Print the conf file's values, or the exception that it raised, on the standard output."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    # Python puts this package's folder first; a conf file imports from where the server starts.
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [os.getcwd(), *(entry for entry in sys.path if os.path.abspath(entry) != here)]
    with answer:
        json.dump(read(location, names), answer)


def read(location: str, names: list[str]) -> dict[str, Any]:
    """Give `{"file", "values", "lines", "environ"}` of a conf file, or `{"file", "error", "line"}`.

    `values` has a name only if the conf file has it; `lines` only if its line is known; `environ`
    maps the variables that it changed to their values, or to None if it deleted them.
    """
    before = dict(os.environ)
    try:
        module = load(location)
    except (Exception, SystemExit) as error:
        return failure(location, error)
    found = {name: plain(vars(module)[name]) for name in names if name in vars(module)}
    file = getattr(module, "__file__", None) or location
    return {
        "file": file,
        "values": found,
        "lines": {name: line for name, line in lines_of(file).items() if name in found},
        "environ": changes(before, dict(os.environ)),
    }


def load(location: str) -> types.ModuleType:
    """Execute `PATH` or `file:PATH` as the module `__config__`, or import `python:MODULE`."""
    if location.startswith("python:"):
        return importlib.import_module(location[len("python:") :])
    path = path_of(location)
    module = types.ModuleType("__config__")
    module.__file__ = path
    sys.modules["__config__"] = module
    with open(path, "rb") as file:
        # From the source, always: bytecode is trusted by whole seconds and size.
        exec(compile(file.read(), path, "exec", dont_inherit=True), vars(module))
    return module


def path_of(location: str) -> str:
    """The absolute path of a conf file given as `PATH` or `file:PATH`."""
    return os.path.abspath(location[len("file:") :] if location.startswith("file:") else location)


def failure(location: str, error: BaseException) -> dict[str, Any]:
    """Say what went wrong and on which line of the conf file."""
    file = location if location.startswith("python:") else path_of(location)
    message = " ".join(str(error).split())
    line = None
    if isinstance(error, SyntaxError) and error.filename:
        file, line, message = error.filename, error.lineno, error.msg
    else:
        line = line_in(file, error.__traceback__)
    name = type(error).__name__
    return {"file": file, "error": f"{name}: {message}" if message else name, "line": line}


def line_in(file: str, traceback: types.TracebackType | None) -> int | None:
    """The innermost line of `file` in a traceback."""
    line = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == file:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def plain(value: Any) -> Any:
    """A value as JSON; `{"$callable": name}` or `{"$repr": text}` where JSON has no exact form."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain(item) for key, item in value.items()}
    if callable(value):
        return {"$callable": name_of(value)}
    return {"$repr": repr(value)[:200]}


def name_of(value: Any) -> str:
    """`module.name` of a function or class; of anything else, of its type."""
    named = value if hasattr(value, "__qualname__") else type(value)
    return f"{named.__module__}.{named.__qualname__}"


def lines_of(path: str) -> dict[str, int]:
    """The last line on which a file binds each of its global names."""
    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return {}
    return dict(bindings(tree))


def bindings(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Each name that a statement binds in the scope it stands in, and the line."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield child.name, child.lineno
            continue
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id, child.lineno
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            for alias in child.names:
                yield alias.asname or alias.name, child.lineno
        yield from bindings(child)


def changes(before: dict[str, str], after: dict[str, str]) -> dict[str, str | None]:
    """What was set, changed or (as None) deleted."""
    names = before.keys() | after.keys()
    return {name: after.get(name) for name in names if before.get(name) != after.get(name)}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2].split(","))
