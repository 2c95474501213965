"""The worker's server hooks: which are called, with what, in which order."""

from __future__ import annotations

import os
import tempfile
import unittest
from typing import Any

from prefork_worker.conf_hooks import ConfHooks

CONF = """
calls = []
def post_fork(server, worker): calls.append(("post_fork", worker.age, server.cfg.workers))
def post_worker_init(worker): calls.append(("post_worker_init", worker.wsgi is not None))
def pre_request(worker, req): calls.append(("pre_request", req.method, req.path, worker.nr))
def post_request(worker, req, environ): calls.append(("post_request", environ["PATH_INFO"]))
def worker_exit(server, worker): calls.append(("worker_exit", worker.alive))
"""

ENVIRON = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/a",
    "QUERY_STRING": "",
    "SERVER_PROTOCOL": "HTTP/1.1",
}


class ConfHooksTest(unittest.TestCase):
    def hooks(self, text: str) -> ConfHooks:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "gunicorn.conf.py")
        with open(path, "w") as file:
            file.write(text)
        return ConfHooks(path, {"bind": ["127.0.0.1:0"], "workers": 2}, 3)

    def test_they_are_called_in_gunicorns_order(self) -> None:
        hooks = self.hooks(CONF)

        def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            calls.append(("app",))
            return [b"a", b"b"]

        calls = hooks._found["calls"]
        hooks.post_fork()
        hooked = hooks.around(application)
        hooks.post_worker_init(hooked)
        self.assertEqual(list(hooked(ENVIRON, None)), [b"a", b"b"])
        hooks.worker_exit()
        expected = [
            ("post_fork", 3, 2),
            ("post_worker_init", True),
            ("pre_request", "GET", "/a", 1),
            ("app",),
            ("post_request", "/a"),
            ("worker_exit", False),
        ]
        self.assertEqual(calls, expected)

    def test_the_response_is_closed_before_post_request(self) -> None:
        hooks = self.hooks(CONF)
        calls = hooks._found["calls"]

        class Response(list[bytes]):
            def close(self) -> None:
                calls.append(("closed",))

        list(hooks.around(lambda environ, start_response: Response([b"a"]))(ENVIRON, None))
        self.assertEqual([name for name, *_ in calls], ["pre_request", "closed", "post_request"])

    def test_an_application_without_request_hooks_is_left_as_it_is(self) -> None:
        hooks = self.hooks("workers = 2\n")

        def application(environ: Any, start_response: Any) -> list[bytes]:
            return []

        self.assertIs(hooks.around(application), application)
        hooks.post_fork()


if __name__ == "__main__":
    unittest.main()
