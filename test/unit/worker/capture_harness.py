"""Runs a script in an interpreter of its own, with the hooks placed, as they change the process.

The script has `serve(app, path, **environ)`, which calls a WSGI app as a request; what capture told of the
requests comes back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from typing import Any

WORKER = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../../server/worker"))

PRELUDE = """
import json, os, sys, threading
from time import perf_counter_ns
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator
from prefork_worker.capture import Capture

class answer:
    "The last one."
    status = body = None

def serve(app, path="/", **environ):
    environ = {"PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", **environ}
    setup_testing_defaults(environ)
    def start_response(status, headers, exc_info=None):
        answer.status, answer.headers = status, headers
        return lambda data: None
    record = capture.begin("GET", path, "", "127.0.0.1", perf_counter_ns()) if capture else None
    try:
        body = validator(app)(environ, start_response)
        try:
            answer.body = b"".join(body)
        finally:
            body.close()
    finally:
        if record:
            record.status = 200
            capture.end(record)
    return answer.body

capture = None
"""

INSTALL = """
capture = Capture()
capture.install(lambda: None)
"""

TELL = """
if capture:
    assert set(capture.hooks.states().values()) <= {"on"}, capture.hooks.states()
    with open(os.environ["TELL"], "w") as told:
        json.dump(capture.take()[0], told)
"""


def run(script: str, install: bool = True, cwd: str | None = None) -> list[dict[str, Any]]:
    """The events that capture told of. Raises when the script fails."""
    whole = PRELUDE + (INSTALL if install else "") + textwrap.dedent(script) + TELL
    command = [sys.executable, "-W", "error", "-c", whole]
    with tempfile.NamedTemporaryFile("r") as told:
        environment = {**os.environ, "PYTHONPATH": WORKER, "TELL": told.name}
        done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(done.stderr)
        text = told.read()
    events: list[dict[str, Any]] = json.loads(text) if text else []
    return events


def requests(script: str, cwd: str | None = None) -> list[dict[str, Any]]:
    """The events `request.ended`, their spans as (kind, depth, text, line of the site)."""
    ended = [event for event in run(script, cwd=cwd) if event["type"] == "request.ended"]
    for event in ended:
        event["spans"] = readable(event.get("trace", {}))
    return ended


def readable(trace: dict[str, Any]) -> list[dict[str, Any]]:
    """Spans with their texts, sites and depth, in the order in which they began."""
    found: list[dict[str, Any]] = []
    for kind, parent, start, took, text, site, attributes in trace.get("spans", []):
        found.append(
            {
                "kind": kind,
                "depth": found[parent]["depth"] + 1 if parent >= 0 else 0,
                "start": start,
                "duration": took,
                "text": trace["texts"][text],
                "site": tuple(trace["sites"][site]) if site >= 0 else None,
                "attributes": attributes,
            }
        )
    return found


def outline(event: dict[str, Any], *kinds: str) -> list[str]:
    """One line a span, indented: `  view shop.views.index`."""
    spans = [span for span in event["spans"] if not kinds or span["kind"] in kinds]
    return ["  " * span["depth"] + f"{span['kind']} {span['text']}" for span in spans]
