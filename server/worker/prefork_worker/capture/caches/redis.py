"""redis-py: a span for each command, and one for a pipeline. Django's own backend stands on it."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Callable

from ..hooks import Hook, Install, patch, spanned, spanned_async
from ..spans import Span
from . import keys

FETCHING = ("GET", "HGET", "GETEX", "GETDEL", "MGET", "HMGET")
KEYLESS = ("ACL", "AUTH", "CLIENT", "CONFIG", "EVAL", "EVALSHA", "FCALL", "HELLO", "SCRIPT")
"""Their arguments are no keys, some of them secrets."""


def install(module: ModuleType, hook: Hook) -> None:
    """Into `redis.client`, `redis.cluster` and their async twins."""
    wrap: Callable[..., Any] = spanned_async if ".asyncio" in module.__name__ else spanned
    for kind in ("Redis", "RedisCluster"):
        patch_method(module, kind, "execute_command", wrap, hook, command, told)
    patch_method(module, "Pipeline", "immediate_execute_command", wrap, hook, command, told)
    patch_method(module, "Pipeline", "execute", wrap, hook, pipeline, pipelined)


def patch_method(
    module: Any, kind: str, name: str, wrap: Any, hook: Hook, text: Any, after: Any
) -> None:
    owner = vars(module).get(kind)
    if owner is not None and owner.__module__ == module.__name__ and name in owner.__dict__:
        patch(owner, name, lambda original: wrap(hook, "cache", original, text, after))


def command(client: Any, *args: Any, **options: Any) -> str:
    """`get KEY`."""
    name = str(args[0])
    if len(args) < 2 or name.partition(" ")[0] in KEYLESS:
        return name.lower()
    return f"{name.lower()} {keys.text(args[1])}"


def told(span: Span, result: Any, client: Any, *args: Any, **options: Any) -> None:
    about(span, client)
    if args[0] not in FETCHING:
        return
    if type(result) is list:
        keys.found(span, len(result), sum(value is not None for value in result))
    else:
        keys.found(span, 1, int(result is not None))


def pipeline(client: Any, *args: Any, **options: Any) -> str:
    return f"pipeline of {len(client)}"


def pipelined(span: Span, result: Any, client: Any, *args: Any, **options: Any) -> None:
    about(span, client)
    if type(result) is list:
        span.attributes["db.operation.batch.size"] = len(result)


def about(span: Span, client: Any) -> None:
    span.attributes["db.system.name"] = "redis"
    pool = getattr(client, "connection_pool", None)
    if pool is not None:
        span.attributes["db.namespace"] = str(pool.connection_kwargs.get("db") or 0)


MODULES = ("redis.client", "redis.cluster", "redis.asyncio.client", "redis.asyncio.cluster")
HOOKS: dict[str, Install] = dict.fromkeys(MODULES, install)
