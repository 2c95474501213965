"""The server hooks of a conf file that belong to a worker, called when Gunicorn calls them.

`post_fork`, `post_worker_init`, `pre_request`, `post_request`, `worker_int` and `worker_exit` (Gunicorn's
settings of these names). What they are passed has the attributes that hooks use, not all of Gunicorn's.
"""

from __future__ import annotations

import logging
import os
import sys
from types import SimpleNamespace
from typing import Any, Callable, Iterable, Iterator, Optional

from . import conf_file

Application = Callable[..., Iterable[bytes]]


class ConfHooks:
    """The hooks of one conf file in one worker; those that it has not are not called."""

    def __init__(self, config: Optional[str], configure: dict[str, Any], age: int) -> None:
        self._found = vars(conf_file.load(config)) if config else {}
        log = error_log() if config else None
        settings = SimpleNamespace(**configure)
        self.server = SimpleNamespace(
            log=log, cfg=settings, pid=os.getppid(), address=configure["bind"]
        )
        self.worker = SimpleNamespace(
            log=log, cfg=settings, pid=os.getpid(), ppid=os.getppid(), age=age, nr=0, alive=True
        )

    def post_fork(self) -> None:
        self._call("post_fork", self.server, self.worker)

    def post_worker_init(self, application: Application) -> None:
        self.worker.wsgi = application
        self._call("post_worker_init", self.worker)

    def worker_int(self) -> None:
        self._call("worker_int", self.worker)

    def worker_exit(self) -> None:
        self.worker.alive = False
        self._call("worker_exit", self.server, self.worker)

    def ssl_context(self, default: Callable[[], Any]) -> Any:
        """What the hook of this name gives, which may ask for the default."""
        hook = self._found.get("ssl_context")
        return default() if hook is None else hook(self.worker.cfg, default)

    def around(self, application: Application) -> Application:
        """The application with `pre_request` and `post_request` around each call, if there are any."""
        if not {"pre_request", "post_request"} & self._found.keys():
            return application

        def hooked(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
            request = request_of(environ)
            self.worker.nr += 1
            self._call("pre_request", self.worker, request)
            response = application(environ, start_response)
            try:
                yield from response
            finally:
                close = getattr(response, "close", None)
                if close is not None:
                    close()
                self._call("post_request", self.worker, request, environ, None)

        return hooked

    def _call(self, name: str, *arguments: Any) -> None:
        """`post_request` may take fewer arguments, as Gunicorn's may."""
        hook = self._found.get(name)
        if hook is None:
            return
        code = getattr(hook, "__code__", None)
        takes = code.co_argcount if code is not None and name == "post_request" else len(arguments)
        hook(*arguments[:takes])


def request_of(environ: dict[str, Any]) -> SimpleNamespace:
    headers = [
        (name[len("HTTP_") :].replace("_", "-"), value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    ]
    return SimpleNamespace(
        method=environ["REQUEST_METHOD"],
        uri=environ.get("RAW_URI", environ["PATH_INFO"]),
        path=environ["PATH_INFO"],
        query=environ["QUERY_STRING"],
        headers=headers,
        version=environ["SERVER_PROTOCOL"],
    )


def error_log() -> logging.Logger:
    """Gunicorn's error log, which hooks write to."""
    log = logging.getLogger("gunicorn.error")
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        form = "[%(asctime)s] [%(process)d] [%(levelname)s] %(message)s"
        handler.setFormatter(logging.Formatter(form, "%Y-%m-%d %H:%M:%S %z"))
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        log.propagate = False
    return log
