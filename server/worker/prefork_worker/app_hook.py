"""Loads the app hook, `module:application` or `module:factory(...)`, as Gunicorn does.

Whatever ends the process meanwhile, or keeps the import from its end, leaves a stack behind.

Gunicorn's rules (settings `wsgi_app`, `util.import_app`): the attribute defaults to `application`;
a call may have literal arguments only. Exit codes are Gunicorn's too: 3 when the module cannot be
imported, 4 when the module has no such application.
"""

from __future__ import annotations

import ast
import contextlib
import faulthandler
import importlib
import inspect
import os
import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Callable, Optional

from .control import Message

WORKER_BOOT_ERROR = 3
APP_LOAD_ERROR = 4

WSGIApplication = Callable[..., Any]
Place = tuple[str, int, str]
FRAME = re.compile(r'^  File "(.+)", line (\d+) in (.+)$', re.MULTILINE)


class AppHookError(Exception):
    """The module is there, but has no such application. Said in one line."""


class BootError(Exception):
    """Importing the app ended an earlier worker's process. Said in one line.

    `places` are the file, line and function of each frame that it was in, outermost first.
    """

    def __init__(self, message: str, places: list[Place]) -> None:
        super().__init__(message)
        self.places = places


class BootTimeout(BootError):
    """It did not end, and was stopped."""


class BootExit(BootError):
    """It called `os._exit`, or something of the kind."""


class BootCrash(BootError):
    """A signal ended it: a segmentation fault, an abort."""


BOOT_ERRORS = {"timeout": BootTimeout, "exit": BootExit, "crash": BootCrash}
for _error in (AppHookError, *BOOT_ERRORS.values()):
    _error.__module__ = "builtins"  # shown by its name alone


def boot_error(failure: Message) -> BootError:
    """What the arbiter says that an earlier import came to, as an exception to answer with."""
    return BOOT_ERRORS[failure["kind"]](failure["message"], places_in(failure["stack"]))


def places_in(text: str) -> list[Place]:
    """The frames of the thread that imported the app, in what `faulthandler` wrote."""
    threads = re.split(r"^(?=Current thread 0x|Thread 0x|Stack \()", text, flags=re.MULTILINE)[1:]
    first = [thread for thread in threads if not thread.startswith("Thread")]
    booting = [thread for thread in threads if " in boot\n" in thread]
    frames = FRAME.findall(([*first, *booting, *threads[-1:]] or [""])[0])
    names = [function for _, _, function in frames]
    inside = frames[: names.index("boot")] if "boot" in names else frames
    return [(file, int(line), function) for file, line, function in reversed(inside)]


@contextlib.contextmanager
def watched(path: str, deadline: float) -> Iterator[None]:
    """While the app is imported: its end leaves a stack in the file at `path`, and so does its
    lasting longer than `deadline` seconds (0: no matter how long), which ends it.

    `faulthandler` needs no GIL, so that C code that never returns is stopped as well. It stays on:
    a request may crash the process, too.
    """
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    faulthandler.enable(file)
    _deadline[:] = [(deadline, file)] if deadline else []
    deadline_anew()
    exit_at_once = os._exit
    os._exit = telling_exit(file)  # type: ignore[assignment]
    try:
        yield
    finally:
        os._exit = exit_at_once
        no_deadline()


def telling_exit(file: int) -> Callable[[int], Any]:
    """An `os._exit` that writes down where it was called; not in a child that the app forks."""
    exit_at_once, process = os._exit, os.getpid()

    def _exit(status: int) -> None:
        if os.getpid() == process:
            faulthandler.dump_traceback(file, all_threads=False)
        exit_at_once(status)

    return _exit


def no_deadline() -> None:
    """The import is over, or stands still in a debugger, which takes as long as it takes."""
    faulthandler.cancel_dump_traceback_later()


def deadline_anew() -> None:
    """The import goes on after it stood still."""
    for seconds, file in _deadline:
        faulthandler.dump_traceback_later(seconds, exit=True, file=file)


_deadline: list[tuple[float, int]] = []
"""That of the import: seconds, and the descriptor its stack goes to; empty when it has none."""

_preloaded: dict[str, WSGIApplication] = {}


def preload(hook: str) -> None:
    """Gunicorn's `preload_app`: loads it in the zygote, once, for every worker to come."""
    _preloaded[hook] = load(hook)


def load(hook: str) -> WSGIApplication:
    """The WSGI callable that `hook` names; raises AppHookError, or what the import raised."""
    if hook in _preloaded:
        return _preloaded[hook]
    module_name, _, expression = hook.partition(":")
    module = importlib.import_module(module_name)
    name, arguments, keywords = parse(expression or "application", hook)
    target = find(module, name, hook)
    if arguments is not None:
        target = call(target, arguments, keywords, hook)
    if not callable(target):
        raise AppHookError(f"{hook}: {name} is {a_type(target)}, not a callable WSGI application")
    return target  # type: ignore[no-any-return]


def parse(expression: str, hook: str) -> tuple[str, Any, dict[str, Any]]:
    """Name, positional arguments (None: not a call) and keywords of the part after the colon."""
    wrong = AppHookError(
        f"{hook}: {expression!r} is neither a name nor a call with literal arguments"
    )
    try:
        node = ast.parse(expression, mode="eval").body
        if isinstance(node, ast.Name):
            return node.id, None, {}
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            raise wrong
        arguments = [ast.literal_eval(argument) for argument in node.args]
        keywords = {str(word.arg): ast.literal_eval(word.value) for word in node.keywords}
    except (SyntaxError, ValueError):
        raise wrong from None
    return node.func.id, arguments, keywords


def find(module: ModuleType, name: str, hook: str) -> Any:
    try:
        return getattr(module, name)
    except AttributeError:
        candidates = likely_applications(module)
        hint = f"; did you mean {module.__name__}:{candidates[0]}?" if candidates else ""
        raise AppHookError(
            f"{hook}: module {module.__name__!r} ({module.__file__}) has no {name!r}{hint}"
        ) from None


def likely_applications(module: ModuleType) -> list[str]:
    """Names in `module` that an app hook usually has, best first."""
    usual = ("application", "app", "create_app", "make_app")
    return [name for name in usual if callable(getattr(module, name, None))]


def call(factory: Any, arguments: list[Any], keywords: dict[str, Any], hook: str) -> Any:
    """Calls the factory; a call that does not fit it is the hook's fault, the rest the app's."""
    if not callable(factory):
        raise AppHookError(f"{hook}: {a_type(factory)} cannot be called")
    try:
        inspect.signature(factory).bind(*arguments, **keywords)
    except TypeError as error:
        raise AppHookError(f"{hook}: {error}") from None
    except ValueError:
        pass  # a callable without a signature, as many in C
    return factory(*arguments, **keywords)


def import_urlconf() -> None:
    """Django imports its URLconf, and with it the views, at the first request.

    In dev mode that is done at boot: what fails there is known at once, and an import that never
    ends is stopped as any other.
    """
    if "django.core.handlers.wsgi" in sys.modules:
        settings = importlib.import_module("django.conf").settings
        if hasattr(settings, "ROOT_URLCONF"):
            _ = importlib.import_module("django.urls").get_resolver().url_patterns


def a_type(value: Any) -> str:
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def exit_code(error: BaseException) -> int:
    return APP_LOAD_ERROR if isinstance(error, AppHookError) else WORKER_BOOT_ERROR


def one_line(error: BaseException, hook: str, place: Optional[Message] = None) -> str:
    """What went wrong, where, and what to do, for a log and a notification."""
    text = in_words(error, hook)
    if place is None or isinstance(error, (AppHookError, SyntaxError)):
        return text
    return f"{text} ({place['code.file.path']}, line {place['code.line.number']})"


def in_words(error: BaseException, hook: str) -> str:
    if isinstance(error, (AppHookError, BootError)):
        return str(error)
    module = hook.partition(":")[0]
    if isinstance(error, ModuleNotFoundError) and is_part_of(error.name, module):
        return f"No module named {error.name!r} for the app hook {hook!r}; looked in {sys.path[0]}"
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg} ({error.filename}, line {error.lineno})"
    return f"{hook} could not be imported: {type(error).__name__}: {error}"


def is_part_of(name: Any, module: str) -> bool:
    return bool(name) and (module == name or module.startswith(f"{name}."))
