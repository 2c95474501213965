"""The grammar of HTTP/1.1 messages, transcribed once and used by all readers and writers.

Sources: RFC 9110 (semantics), RFC 9112 (HTTP/1.1). Text is bytes decoded as latin-1, so that one
character is one byte. Everything here is matched with `fullmatch`. Stricter than the RFCs where
leniency has been used for attacks: no bare CR or LF, no obsolete folding, no `#` in a target.
"""

from __future__ import annotations

import re

# RFC 9110, section 5.6.2
TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
token = re.compile(TOKEN).fullmatch

# Gunicorn's rule for methods: a token of 3 to 20 characters without lower case or `#`. CONNECT is
# for proxies (RFC 9112, section 3.2.3).
METHOD = r"(?!CONNECT )[!$%&'*+\-.^_`|~0-9A-Z]{3,20}"

# RFC 9112, section 3: three parts, single spaces. Raw bytes above 0x7f are let through, as curl
# and old clients send UTF-8 paths undecoded.
request_line = re.compile(rf"({METHOD}) ([!\"$-~\x80-\xff]+) HTTP/([0-9])\.([0-9])").fullmatch

# With Gunicorn's `permit_unconventional_http_method`: any token.
any_request_line = re.compile(rf"({TOKEN}) ([!\"$-~\x80-\xff]+) HTTP/([0-9])\.([0-9])").fullmatch

# What nearly every request is: origin form, nothing to decode but perhaps percent signs.
plain_request_line = re.compile(
    rf"({METHOD}) ((/[!\"$->@-~]*)(?:\?([!\"$-~]*))?) HTTP/1\.1\r\n"
).fullmatch

# RFC 3986 absolute form: scheme, authority, the rest.
absolute_target = re.compile(r"(?:http|https)://([^/?]+)([^?]*)(?:\?(.*))?", re.I).fullmatch

# RFC 9110, section 7.2: a registered name or an address, and perhaps a port.
host = re.compile(
    r"(?:\[[0-9A-Fa-f:.]+(?:%25[0-9A-Za-z._~\-]+)?\]|[0-9A-Za-z\-._~%!$&'()*+,;=\x80-\xff]*)(?::[0-9]*)?"
).fullmatch

# RFC 9110, section 8.6: digits and nothing else; `int()` alone would take `+1`, `1_0` and `²`.
content_length = re.compile(r"[0-9]{1,18}").fullmatch

# RFC 9112, section 7.1: size in hexadecimal, then extensions, whose grammar is checked as well.
_QUOTED = r'"(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"'
chunk_line = re.compile(
    rf"([0-9A-Fa-f]{{1,15}})(?:[ \t]*;[ \t]*{TOKEN}(?:[ \t]*=[ \t]*(?:{TOKEN}|{_QUOTED}))?)*"
).fullmatch

# PEP 3333: three digits, a space, a reason; and nothing that could end the line.
status = re.compile(r"[1-9][0-9]{2} [\t -~\x80-\xff]*").fullmatch

# A field value: no control characters but the tab.
field_value = re.compile(r"[\t -~\x80-\xff]*").fullmatch

# To be counted with `bytes.translate`: all control characters but the tab, line ends included.
CONTROL_CHARACTERS = bytes(c for c in range(32) if c != 9) + b"\x7f"
