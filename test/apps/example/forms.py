"""Reading what a browser sends: query strings, forms and uploaded files."""

from __future__ import annotations

import hashlib
from email.message import Message
from email.parser import BytesParser
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Upload(NamedTuple):
    name: str
    size: int
    digest: str


def query(environ: WSGIEnvironment, name: str, default: str = "") -> str:
    values = parse_qs(str(environ.get("QUERY_STRING", ""))).get(name)
    return values[0] if values else default


def form(environ: WSGIEnvironment) -> dict[str, str]:
    fields = parse_qs(body(environ).decode())
    return {name: values[0].strip() for name, values in fields.items()}


def upload(environ: WSGIEnvironment) -> Upload | None:
    """The first file of a multipart form, or None when none was chosen."""
    head = f"Content-Type: {environ.get('CONTENT_TYPE', '')}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + body(environ))
    for part in message.get_payload() if message.is_multipart() else []:
        if isinstance(part, Message) and part.get_filename():
            return measured(part)
    return None


def measured(part: Message) -> Upload:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return Upload(str(part.get_filename()), len(content), hashlib.sha256(content).hexdigest())


def body(environ: WSGIEnvironment) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return bytes(environ["wsgi.input"].read(length))
