"""Places hooks in libraries as they are imported, before anybody has a name of theirs.

A module of hooks has `HOOKS`: for a library's module name the function that patches it. What is
imported already (the zygote preloads libraries) is patched at once, in the worker; the rest right
after its own `exec_module`, so that no `from library import name` can come first. No library is
imported to be patched. A hook that fails is switched off and told of once; the app never notices.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Mapping
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Callable, Optional

from .. import user_code
from .record import current
from .spans import Span

Function = Callable[..., Any]


class Hook:
    """One hooked library and whether that works. `state` is `on`, or why it is off; "" at first."""

    def __init__(self, name: str, told: Callable[[], None]) -> None:
        self.name = name
        self.state = ""
        self.modules: list[str] = []
        self.off = False
        self._told = told

    def placed(self, module: str) -> None:
        """`module` is patched."""
        self.state = self.state or "on"
        self.modules.append(module)
        self._told()

    def fail(self, error: BaseException) -> None:
        """Switches it off for good."""
        if not self.off:
            self.off = True
            self.state = f"{type(error).__name__}: {error}"
            self._told()


Install = Callable[[ModuleType, Hook], None]


class Hooks:
    """All of a worker; `changed` is called when there is something to tell of."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._waiting: dict[str, list[tuple[Hook, Install]]] = {}
        self._hooks: dict[str, Hook] = {}

    def states(self) -> dict[str, str]:
        """By library: `on`, or why its hook is off. Those that were not imported are not named."""
        return {name: hook.state for name, hook in self._hooks.items() if hook.state}

    def versions(self) -> dict[str, str]:
        """Of the packages that are hooked, by name."""
        modules = {m.partition(".")[0] for h in self._hooks.values() for m in h.modules}
        found = {name: version_of(name) for name in sorted(modules)}
        return {name: version for name, version in found.items() if version}

    def standard(self, name: str) -> Hook:
        """One in the standard library; told of only when it fails."""
        return self._hooks.setdefault(name, Hook(name, self._changed))

    def install(self, tables: Iterable[tuple[str, Mapping[str, Install]]]) -> None:
        """`tables`: for each library its name and its `HOOKS`."""
        for name, table in tables:
            hook = self._hooks.setdefault(name, Hook(name, self._changed))
            for module, patch in table.items():
                self._waiting.setdefault(module, []).append((hook, patch))
        for module in [module for module in self._waiting if module in sys.modules]:
            self._place(sys.modules[module])
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        """A finder that finds nothing by itself: it has the one found patched after its import."""
        if name not in self._waiting:
            return None
        finders = [finder for finder in sys.meta_path if finder is not self]
        for finder in finders:
            find = getattr(finder, "find_spec", None)
            spec: Optional[ModuleSpec] = find(name, path, target) if find else None
            if spec is not None:
                self._follow(spec)
                return spec
        return None

    def _follow(self, spec: ModuleSpec) -> None:
        loader: Any = spec.loader
        execute = getattr(loader, "exec_module", None)
        if execute is None:
            return

        def exec_module(module: ModuleType) -> None:
            execute(module)
            self._place(module)

        try:
            loader.exec_module = exec_module
        except AttributeError:
            pass  # a loader that takes no attributes: this library stays as it is

    def _place(self, module: ModuleType) -> None:
        for hook, patch in self._waiting.pop(module.__name__, []):
            try:
                patch(module, hook)
            except Exception as error:
                hook.fail(error)
            else:
                hook.placed(module.__name__)


@functools.cache
def version_of(package: str) -> str:
    """ "" for what has none. Not by `getattr`: Flask and others warn whoever asks for it so."""
    module = sys.modules.get(package)
    told = vars(module).get("__version__") if module else None
    if isinstance(told, str):
        return told
    if module is None or user_code.is_standard(module.__file__ or ""):
        return ""
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def spanned(
    hook: Hook,
    kind: str,
    original: Function,
    text: Function,
    after: Optional[Callable[..., None]] = None,
) -> Function:
    """`original`, with a span around each call within a request.

    `text(*args, **kwargs)` gives the span's text. `after(span, result, *args, **kwargs)` may note
    attributes once the call has returned. Both take what the call takes.
    """

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True  # Django's and Werkzeug's error pages leave such frames out
        record = current.get()
        if record is None or hook.off:
            return original(*args, **kwargs)
        span = begin(hook, record, kind, text, args, kwargs)
        if span is None:
            return original(*args, **kwargs)
        with span:
            result = original(*args, **kwargs)
        if after is not None:
            finish(hook, after, span, result, args, kwargs)
        return result

    return mark(wrapper, original)


def spanned_async(
    hook: Hook,
    kind: str,
    original: Function,
    text: Function,
    after: Optional[Callable[..., None]] = None,
) -> Function:
    """`spanned`, of a coroutine function."""

    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        record = current.get()
        if record is None or hook.off:
            return await original(*args, **kwargs)
        span = begin(hook, record, kind, text, args, kwargs)
        if span is None:
            return await original(*args, **kwargs)
        with span:
            result = await original(*args, **kwargs)
        if after is not None:
            finish(hook, after, span, result, args, kwargs)
        return result

    return mark(wrapper, original)


def finish(hook: Hook, after: Function, span: Span, result: Any, args: Any, kwargs: Any) -> None:
    try:
        after(span, result, *args, **kwargs)
    except Exception as error:
        hook.fail(error)


def begin(
    hook: Hook, record: Any, kind: str, text: Function, args: Any, kwargs: Any
) -> Optional[Span]:
    try:
        span: Optional[Span] = (record.spans or record.begin_spans()).open(
            kind, text(*args, **kwargs)
        )
    except Exception as error:
        hook.fail(error)
        return None
    return span


def mark(wrapper: Function, original: Function) -> Function:
    """Looks like `original`, and is known as ours."""
    functools.update_wrapper(wrapper, original)
    wrapper.__prefork__ = True  # type: ignore[attr-defined]
    return wrapper


def patch(owner: Any, name: str, wrap: Callable[[Function], Function]) -> None:
    """Puts `wrap(original)` in the place of a class's or module's function, once."""
    original = owner.__dict__[name]
    if not hasattr(original, "__prefork__"):
        setattr(owner, name, wrap(original))
