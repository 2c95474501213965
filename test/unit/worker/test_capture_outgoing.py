"""Requests that the app sends, and work that it hands to threads."""

from __future__ import annotations

import unittest
from typing import Any

from capture_harness import outline, requests, run

PEER = """
import http.client, http.server, urllib.error, urllib.request
got = []
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        got.append((self.path, self.headers.get_all("traceparent")))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/there")
            self.send_header("Content-Length", "0")
        else:
            self.send_response(404 if self.path == "/nowhere" else 200)
            self.send_header("Content-Length", "5")
        self.end_headers()
        if self.path != "/moved":
            self.wfile.write(b"hello")
    do_POST = do_GET
    def log_message(self, *args): pass
peer = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
peer.daemon_threads = True
port = peer.server_address[1]
url = f"http://127.0.0.1:{port}"
listening = threading.Thread(target=peer.serve_forever)
listening.start()
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    view()
    return [b""]
def finish():
    peer.shutdown(); peer.server_close(); listening.join()
"""


def sent(view: str) -> dict[str, Any]:
    body = "".join(f"    {line}\n" for line in view.strip().splitlines())
    script = f"{PEER}def view():\n{body}try:\n    serve(app)\nfinally:\n    finish()\n"
    (event,) = requests(script)
    return event


def told(event: dict[str, Any]) -> list[Any]:
    """Method, path and status of each."""
    names = ("http.request.method", "http.response.status_code", "error.type")
    return [
        (span["text"].partition("/")[2].partition("/")[2].partition("/")[2],)
        + tuple(span["attributes"].get(name) for name in names)
        for span in event["spans"]
        if span["kind"] == "http"
    ]


class HttpClientTest(unittest.TestCase):
    def test_urllib_with_redirects_and_errors(self) -> None:
        event = sent("""
with urllib.request.urlopen(f"{url}/moved") as response:
    assert response.read() == b"hello"
try:
    urllib.request.urlopen(f"{url}/nowhere")
except urllib.error.HTTPError as error:
    assert error.read() == b"hello"
    error.close()
try:
    urllib.request.urlopen("http://127.0.0.1:1/")
except urllib.error.URLError as error:
    pass
""")
        expected = [
            ("moved", "GET", 302, None),
            ("there", "GET", 200, None),
            ("nowhere", "GET", 404, None),
            ("", "GET", None, "ConnectionRefusedError"),
        ]
        self.assertEqual(told(event), expected)
        self.assertEqual(event["totals"]["http"]["count"], 4)

    def test_two_answers_open_at_once(self) -> None:
        event = sent("""
connections = [http.client.HTTPConnection("127.0.0.1", port) for _ in range(2)]
for number, connection in enumerate(connections):
    connection.request("GET", f"/{number}")
responses = [connection.getresponse() for connection in connections]
assert [response.read() for response in responses] == [b"hello", b"hello"]
for connection in connections: connection.close()
""")
        self.assertEqual(told(event), [("0", "GET", 200, None), ("1", "GET", 200, None)])
        self.assertEqual([span["depth"] for span in event["spans"]], [0, 0])

    def test_it_lasts_until_the_body_is_read(self) -> None:
        event = sent("""
connection = http.client.HTTPConnection("127.0.0.1", port)
connection.request("GET", "/")
response = connection.getresponse()
begun = perf_counter_ns()
while perf_counter_ns() - begun < 30_000_000: pass
assert response.read() == b"hello"
connection.close()
""")
        (span,) = event["spans"]
        self.assertGreaterEqual(span["duration"], 30_000)
        self.assertEqual(event["totals"]["http"]["duration"], span["duration"])

    def test_a_body_that_nobody_reads_and_a_request_without_an_answer(self) -> None:
        event = sent("""
connection = http.client.HTTPConnection("127.0.0.1", port)
connection.request("GET", "/unread")
connection.getresponse()
connection.close()
connection.request("GET", "/unasked")
connection.close()
""")
        self.assertEqual(
            told(event), [("unread", "GET", 200, None), ("unasked", "GET", None, None)]
        )
        self.assertEqual(event["totals"]["http"]["count"], 2)

    def test_secrets_in_an_address_are_hidden(self) -> None:
        event = sent("""
connection = http.client.HTTPConnection("127.0.0.1", port)
connection.request("GET", "/a?token=planted&page=2")
connection.getresponse().read()
connection.close()
""")
        self.assertTrue(event["spans"][0]["text"].endswith("/a?token=[hidden]&page=2"))

    def test_the_trace_goes_on_at_this_machine_s_servers(self) -> None:
        event = sent("""
connection = http.client.HTTPConnection("localhost", port)
connection.request("GET", "/ours")
connection.getresponse().read()
connection.request("GET", "/own", headers={"Traceparent": "mine"})
connection.getresponse().read()
connection.close()
record = __import__("prefork_worker.capture.record").capture.record.current.get()
ours = f"00-{record.trace_id}-{record.spans.spans[0].attributes['span_id']}-01"
assert "span_id" not in record.spans.spans[1].attributes
assert got == [("/ours", [ours]), ("/own", ["mine"])], got
from prefork_worker.capture.outgoing import is_loopback
hosts = ["127.0.0.1", "::1", "[::1]", "app.localhost", "example.com", "127.evil.com", "0.0.0.0"]
assert [is_loopback(host) for host in hosts] == [True] * 4 + [False] * 3
""")
        self.assertEqual(len(told(event)), 2)


LIBRARIES = """
import httpx, requests as asking
def ask():
    with asking.Session() as session:
        assert session.get(f"{url}/moved").text == "hello"
    with httpx.Client(follow_redirects=True, trust_env=False) as client:
        response = client.get(f"{url}/moved")
        assert response.text == "hello" and "traceparent" not in response.request.headers
        with client.stream("GET", f"{url}/streamed") as response:
            assert b"".join(response.iter_bytes()) == b"hello"
    async def later():
        async with httpx.AsyncClient(trust_env=False) as client:
            found = await asyncio.gather(*(client.get(f"{url}/{n}") for n in "ab"))
            assert [response.text for response in found] == ["hello"] * 2
    asyncio.run(later())
"""


class LibrariesTest(unittest.TestCase):
    def test_requests_and_httpx(self) -> None:
        view = (
            "import asyncio\n" + LIBRARIES + "\nask()\nassert all(given for _, given in got), got"
        )
        expected = [
            *[("moved", "GET", 302, None), ("there", "GET", 200, None)] * 2,
            ("streamed", "GET", 200, None),
            ("a", "GET", 200, None),
            ("b", "GET", 200, None),
        ]
        self.assertEqual(told(sent(view)), expected)


class ThreadsTest(unittest.TestCase):
    def test_what_a_thread_or_a_pool_does_belongs_to_the_request(self) -> None:
        event = sent("""
import concurrent.futures
def ask(path):
    with urllib.request.urlopen(f"{url}/{path}") as response:
        return response.read()
thread = threading.Thread(target=ask, args=["thread"])
thread.start()
thread.join()
assert "run" not in vars(thread)
class Own(threading.Thread):
    def run(self):
        ask("own")
thread = Own()
thread.start()
thread.join()
with concurrent.futures.ThreadPoolExecutor(1) as pool:
    assert pool.submit(ask, path="pool").result() == b"hello"
    assert list(pool.map(ask, ["mapped"])) == [b"hello"]
try:
    thread.start()
except RuntimeError as error:
    assert "once" in str(error)
""")
        self.assertEqual([path for path, *_ in told(event)], ["thread", "own", "pool", "mapped"])

    def test_a_pool_that_outlives_the_request_forgets_it(self) -> None:
        event = sent("""
import concurrent.futures
from prefork_worker.capture.record import current
global pool
pool = concurrent.futures.ThreadPoolExecutor(1)
assert pool.submit(current.get).result() is current.get()
own, token = current.get(), current.set(None)
assert pool.submit(current.get).result() is None
current.reset(token)
pool.shutdown()
""")
        self.assertEqual(event["spans"], [])

    def test_other_context_is_not_passed_on(self) -> None:
        sent("""
import contextvars
private = contextvars.ContextVar("private", default="no")
private.set("yes")
seen = []
thread = threading.Thread(target=lambda: seen.append(private.get()))
thread.start()
thread.join()
assert seen == ["no"], seen
""")

    def test_spans_of_threads_do_not_nest_in_each_other(self) -> None:
        event = sent("""
from prefork_worker.capture.record import current
record = current.get()
record.open("view", "outer")
both = threading.Barrier(2)
def work(name):
    span = record.open("sql", name)
    both.wait()
    inner = record.open("cache", name)
    both.wait()
    inner.close()
    span.close()
threads = [threading.Thread(target=work, args=[name]) for name in "ab"]
for thread in threads: thread.start()
for thread in threads: thread.join()
""")
        lines = sorted(line for line in outline(event))
        expected = ["    cache a", "    cache b", "  sql a", "  sql b", "view outer"]
        self.assertEqual(lines, expected)

    def test_a_thread_that_outlives_its_request_speaks_for_itself_in_the_end(self) -> None:
        script = """
import logging
over, told = threading.Event(), threading.Event()
def work():
    log = logging.getLogger("job")
    log.warning("meanwhile")
    over.wait()
    for number in range(300):
        log.warning("line %d", number)
    told.set()
def view():
    threading.Thread(target=work).start()
try:
    serve(app)
    over.set()
    told.wait()
finally:
    finish()
"""
        events = run(PEER + script)
        (request,) = [event["request"] for event in events if event["type"] == "request.ended"]
        lines = [event.get("request") for event in events if event["type"] == "log"]
        self.assertEqual(len(lines), 301, "all are told")
        self.assertEqual(set(lines[:100]), {request})
        self.assertEqual(set(lines[100:]), {None})

    def test_what_ends_after_the_response_is_late_and_what_begins_then_is_left_out(self) -> None:
        event = sent("""
from prefork_worker.capture.record import current
global late
asked, over = threading.Event(), threading.Event()
def work():
    record = current.get()
    span = record.open("sql", "long")
    asked.set()
    over.wait()
    span.close()
    assert record.open("sql", "after") is None
late = threading.Thread(target=work)
late.start()
asked.wait()
def ended(record, end=capture.end):
    end(record)
    over.set()
    late.join()
capture.end = ended
""")
        self.assertEqual(outline(event), ["sql long"])
        self.assertEqual(event["spans"][0]["attributes"], {"late": True})
        self.assertEqual(event["totals"], {})


if __name__ == "__main__":
    unittest.main()
