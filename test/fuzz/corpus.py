"""Requests, right and wrong, written from RFC 9110 and RFC 9112, and what the worker makes of each.

`takes` is how many requests it takes, `end` what follows: "more", "close", or the status of its
refusal. Where it differs from another implementation on purpose, `why` says so: `alone` lists what
h11 and Node's parser both refuse, `stricter` what both take. Anything else is a failure.
"""

from __future__ import annotations

from typing import List, NamedTuple, Union

HOST = "Host: example.org"


class Case(NamedTuple):
    name: str
    data: bytes
    takes: int
    end: Union[str, int]
    alone: str = ""
    stricter: str = ""


def head(*lines: str, line: str = "GET / HTTP/1.1", host: str = HOST, body: str = "") -> bytes:
    """A request in latin-1; `host` is left out when empty."""
    fields = [host, *lines] if host else [*lines]
    return ("\r\n".join([line, *fields, "", ""]) + body).encode("latin-1")


def post(*lines: str, body: str = "") -> bytes:
    return head(*lines, line="POST /p HTTP/1.1", body=body)


def chunked(body: str) -> bytes:
    return post("Transfer-Encoding: chunked", body=body)


CORPUS: List[Case] = []


def taken(
    name: str, data: bytes, takes: int = 1, end: str = "more", alone: str = "", stricter: str = ""
) -> None:
    CORPUS.append(Case(name, data, takes, end, alone, stricter))


def refused(name: str, data: bytes, status: int = 400, takes: int = 0, stricter: str = "") -> None:
    CORPUS.append(Case(name, data, takes, status, "", stricter))


# --- request lines (RFC 9112, section 3)

taken("the least", head())
taken("a query", head(line="GET /a/b?x=1&y=%20 HTTP/1.1"))
taken("percent-encoding", head(line="GET /a%2Fb%00%C3%A9 HTTP/1.1"))
taken("two slashes", head(line="GET //a//b HTTP/1.1"))
taken("an absolute target", head(line="GET http://example.org/x?y HTTP/1.1"))
taken("an absolute target without a path", head(line="GET http://example.org HTTP/1.1"))
taken("an asterisk", head(line="OPTIONS * HTTP/1.1"))
taken("every sub-delimiter", head(line="GET /-._~!$&'()*+,;=:@ HTTP/1.1"))
for _method in ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "M-SEARCH"):
    taken(f"method {_method}", head(line=f"{_method} /m HTTP/1.1"))
taken("an unregistered method", head(line="FROBNICATE / HTTP/1.1"))
taken("HTTP/1.0", head(line="GET / HTTP/1.0"), end="close")
taken("HTTP/1.0 without Host", head(line="GET / HTTP/1.0", host=""), end="close")
taken(
    "a UTF-8 path, undecoded",
    head(line="GET /\xc3\xa9 HTTP/1.1"),
    alone="curl and old clients send it, and Gunicorn takes it",
)
taken("empty lines before", b"\r\n\r\n" + head())
taken("a long target", head(line=f"GET /{'a' * 4000} HTTP/1.1"))

refused("two spaces", head(line="GET  / HTTP/1.1"))
refused("a space at the end", head(line="GET / HTTP/1.1 "))
refused("a space at the start", head(line=" GET / HTTP/1.1"))
refused("a tab for a space", head(line="GET\t/ HTTP/1.1"))
refused("no version", head(line="GET /"))
refused("no target", head(line="GET HTTP/1.1"))
refused("a space in the target", head(line="GET /a b HTTP/1.1"))
refused("a NUL in the target", head(line="GET /\x00 HTTP/1.1"))
refused("a DEL in the target", head(line="GET /\x7f HTTP/1.1"))
refused("a fragment", head(line="GET /a#b HTTP/1.1"), stricter="a fragment is never sent")
refused("lower case", head(line="get / HTTP/1.1"), stricter="")
refused("a method that is no token", head(line="G(T / HTTP/1.1"))
refused("an asterisk for GET", head(line="GET * HTTP/1.1"), stricter="only OPTIONS has it")
refused("a relative target", head(line="GET x HTTP/1.1"))
refused("another scheme", head(line="GET ftp://a/ HTTP/1.1"), stricter="not a proxy")
refused("an authority", head(line="GET example.org:80 HTTP/1.1"))
refused("CONNECT", head(line="CONNECT example.org:80 HTTP/1.1"))
refused("CONNECT to a path", head(line="CONNECT / HTTP/1.1"))
refused("user information", head(line="GET http://u@h/ HTTP/1.1"), stricter="RFC 9110, 4.2.4")
refused("lower-case HTTP", head(line="GET / http/1.1"))
refused("two digits", head(line="GET / HTTP/1.10"))
refused("no digits", head(line="GET / HTTP/1"))
refused("HTTP/0.9", b"GET /\r\n\r\n")
refused("HTTP/2", head(line="GET / HTTP/2.0"), status=505, stricter="another protocol")
refused("HTTP/0.9 by number", head(line="GET / HTTP/0.9"), status=505, stricter="another protocol")
refused("the HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", status=505)
refused("a TLS handshake", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
refused("half a TLS handshake", b"\x16E")
refused("a line too long", head(line=f"GET /{'a' * 4100} HTTP/1.1"), status=414, stricter="limit")
refused("a bare LF", b"GET / HTTP/1.1\nHost: a\n\n", stricter="")
refused("a bare CR", head(line="GET / HTTP/1.1\rX: y"))

# --- fields (RFC 9112, section 5; RFC 9110, section 5)

taken("no space after the colon", head("X:1"))
taken("spaces and tabs around a value", head("X: \t 1 \t "))
taken("a tab in a value", head("X: a\tb"))
taken("an empty value", head("X:"))
taken("obsolete text", head("X: \x80\xff"))
taken("every token character", head("!#$%&'*+-.^`|~09azAZ: x"))
taken("a field twice", head("Accept: a", "ACCEPT: b"))
taken("cookies twice", head("Cookie: a=1", "Cookie: b=2"))
taken("an underscore is dropped", head("X_Real_IP: 1", "X-Other: 2"))
taken("many fields", head(*(f"X-{number}: {number}" for number in range(98))))
taken("a large field", head("X: " + "v" * 8000))
taken("Host with a port", head(host="Host: example.org:8080"))
taken("Host as IPv6", head(host="Host: [::1]:8080"))
taken("an empty Host", head(host="Host:"))
taken("a proxy's field", head("X-Forwarded-For: 1.2.3.4, 5.6.7.8"))

refused("a space before the colon", head("X : 1"))
refused("a tab before the colon", head("X\t: 1"))
refused("no colon", head("X"))
refused("no name", head(": 1"))
refused("a name that is no token", head("X(1): 1"))
refused("a name outside ASCII", head("X\xe9: 1"))
refused("a folded line", head("X: 1", " 2"), stricter="")
refused("a folded line with a tab", head("X: 1", "\t2"), stricter="")
refused("a folded first line", b"GET / HTTP/1.1\r\n Host: a\r\n\r\n")
refused("a NUL in a value", head("X: a\x00b"))
refused("a control character in a value", head("X: a\x01b"))
refused("a DEL in a value", head("X: a\x7fb"))
refused("a bare LF between fields", head("X: 1\nY: 2"), stricter="")
refused("a bare CR in a value", head("X: 1\rY: 2"))
refused("CR before CRLF", head("X: 1\r"))
taken("LF LF for an end is none", b"GET / HTTP/1.1\r\nHost: a\n\n", takes=0)
refused("no Host", head(host=""))
refused("two Hosts", head(HOST))
refused("two different Hosts", head("Host: other"))
refused("Host with a space", head(host="Host: a b"), stricter="RFC 9112, 3.2: invalid Host")
refused("Host with a path", head(host="Host: a/b"), stricter="RFC 9112, 3.2: invalid Host")
refused("Host with user information", head(host="Host: u@h"), stricter="the same")
refused("two content types", head("Content-Type: a/b", "Content-Type: c/d"), stricter="one value")
refused("too many fields", head(*["X: 1"] * 100), status=431, stricter="limit")
refused("a field too large", head("X: " + "v" * 8190), status=431, stricter="limit")
refused("another expectation", head("Expect: tea"), status=417, stricter="")

# --- lengths (RFC 9110, section 8.6; RFC 9112, section 6)

taken("a body", post("Content-Length: 5", body="hello"))
taken("no body", post("Content-Length: 0"))
taken("leading zeros", post("Content-Length: 005", body="hello"))
taken("a body of a GET", head("Content-Length: 5", body="hello"))
taken("a body with line ends", post("Content-Length: 8", body="\r\n\r\nGET "))
taken("half a body", post("Content-Length: 5", body="hel"), takes=0)
taken("a body, then a request", post("Content-Length: 5", body="hello") + head(), takes=2)
taken("Expect: 100-continue", post("Expect: 100-continue", "Content-Length: 2", body="hi"))
taken("Expect without a body", head("Expect: 100-continue"))

for _length in ("+5", "-5", "5_0", "0x5", "5 5", "5,5", "5, 6", "", "\xb2", "5;", "five", "5.0"):
    refused(f"length {_length!r}", post(f"Content-Length: {_length}", body="hello"), stricter="")
refused("two lengths", post("Content-Length: 5", "Content-Length: 6", body="hello!"))
refused("the same length twice", post("Content-Length: 5", "Content-Length: 5", body="hello"))
refused("more than a length may be", post(f"Content-Length: {'9' * 30}"))

# --- chunks (RFC 9112, section 7.1)

taken("chunks", chunked("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"))
taken("only the last chunk", chunked("0\r\n\r\n"))
taken("zeros", chunked("005\r\nhello\r\n000\r\n\r\n"))
taken("sizes in both cases", chunked("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n"))
taken("an extension", chunked("5;a=b\r\nhello\r\n0;c\r\n\r\n"))
taken("a quoted extension", chunked('5;a="b;c"\r\nhello\r\n0\r\n\r\n'))
taken("a trailer", chunked("5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"))
taken("chunks, then a request", chunked("2\r\nhi\r\n0\r\n\r\n") + head(), takes=2)
taken("half a chunk", chunked("5\r\nhel"), takes=0)
taken("no last chunk", chunked("5\r\nhello\r\n"), takes=0)
taken("half the last chunk", chunked("5\r\nhello\r\n0\r\n"), takes=0)
taken("Chunked with a capital", post("Transfer-Encoding: Chunked", body="0\r\n\r\n"))
taken("many one-byte chunks", chunked("1\r\nx\r\n" * 200 + "0\r\n\r\n"))
taken(
    "a space before an extension",
    chunked("5 ;a=b\r\nhello\r\n0\r\n\r\n"),
    alone="RFC 9112, 7.1.1 has bad whitespace parsed there",
)

refused("a length beside chunks", post("Content-Length: 5", "Transfer-Encoding: chunked"))
refused("chunks beside a length", post("Transfer-Encoding: chunked", "Content-Length: 5"))
refused("chunked twice", post("Transfer-Encoding: chunked, chunked", body="0\r\n\r\n"))
refused(
    "chunked in two fields",
    post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body="0\r\n\r\n"),
)
refused("chunked not last", post("Transfer-Encoding: chunked, gzip", body="0\r\n\r\n"))
refused("gzip, chunked", post("Transfer-Encoding: gzip, chunked", body="0\r\n\r\n"))
refused("identity", post("Transfer-Encoding: identity"), status=501)
refused("an unknown coding", post("Transfer-Encoding: xchunked"), status=501)
refused("no coding", post("Transfer-Encoding:"), status=501)
refused("a coding with a parameter", post("Transfer-Encoding: chunked;q=1"), status=501)
refused("a vertical tab before chunked", post("Transfer-Encoding: \x0bchunked"))
refused("a no-break space before chunked", post("Transfer-Encoding: \xa0chunked"), status=501)
refused("a next-line after chunked", post("Transfer-Encoding: chunked\x85"), status=501)
refused("a quoted coding", post('Transfer-Encoding: "chunked"'), status=501)
refused(
    "chunks in HTTP/1.0",
    head("Transfer-Encoding: chunked", line="POST / HTTP/1.0", body="0\r\n\r\n"),
    stricter="RFC 9112, 6.1: framing that HTTP/1.0 does not know",
)
for _size in ("", " 5", "+5", "-5", "0x5", "5_0", "g", "5 5", "5\t5", "5\r", "\x005", "1" * 40):
    refused(f"chunk size {_size!r}", chunked(f"{_size}\r\nhello\r\n0\r\n\r\n"), stricter="")
refused("chunk size with LF", chunked("5\nhello\r\n0\r\n\r\n"))
refused("a CR in an extension", chunked("5;a\rb\r\nhello\r\n0\r\n\r\n"))
refused("a LF in an extension", chunked("5;a\nb\r\nhello\r\n0\r\n\r\n"))
refused("a NUL in an extension", chunked("5;a\x00b\r\nhello\r\n0\r\n\r\n"))
refused("a nameless extension", chunked("5;\r\nhello\r\n0\r\n\r\n"), stricter="the grammar")
refused("chunk data too long", chunked("5\r\nhello!\r\n0\r\n\r\n"))
refused("chunk data with LF", chunked("5\r\nhello\n0\r\n\r\n"))
refused("chunk data with CR CR", chunked("5\r\nhello\r\r\n0\r\n\r\n"))
refused("a trailer with a space", chunked("0\r\nX : 1\r\n\r\n"))
refused("a trailer that frames", chunked("0\r\nContent-Length: 5\r\n\r\n"), stricter="9110, 6.5.1")
refused("a trailer Host", chunked("0\r\nHost: other\r\n\r\n"), stricter="RFC 9110, 6.5.1")
refused("a folded trailer", chunked("0\r\nX: 1\r\n 2\r\n\r\n"), stricter="")
refused("a trailer with LF", chunked("0\r\nX: 1\nY: 2\r\n\r\n"), stricter="")

# --- one after the other (RFC 9112, section 9)

taken("two", head() + head(line="GET /2 HTTP/1.1"), takes=2)
taken("ten", head() * 10, takes=10)
taken("empty lines between", head() + b"\r\n" + head(), takes=2)
taken("close", head("Connection: close"), end="close")
taken("close, with others", head("Connection: x, Close"), end="close")
taken("a no-break space before close", head("Connection: \xa0close") + head(), takes=2)
taken("nothing after a close", head("Connection: close") + head(), end="close")
taken("keep-alive", head("Connection: keep-alive") + head(), takes=2)
taken("an upgrade is not taken up", head("Connection: upgrade", "Upgrade: websocket") + head(), 2)
taken("half a request", head()[:-2], takes=0)
taken("nothing", b"", takes=0)
refused("then a wrong one", head() + head("X : 1"), takes=1)
refused(
    "smuggled after a length",
    post("Content-Length: 3", body="abcX: 1\r\n\r\n"),
    takes=1,
)
refused("garbage", b"\x00\x01\x02\x03\r\n\r\n")
refused("a request after a short chunk", chunked("3\r\nabcGET / HTTP/1.1\r\nHost: a\r\n\r\n"))
