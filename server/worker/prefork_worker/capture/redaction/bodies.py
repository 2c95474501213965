"""Secrets in bodies: forms by the names of their fields, JSON by its keys, markup by its elements."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, Union

from .names import HIDDEN, is_secret
from .shapes import text
from .urls import urlencoded

_CHARSET = re.compile(r"charset=[\"']?([\w-]{1,40})", re.I)
_BOUNDARY = re.compile(r"boundary=(?:\"([^\"]{1,200})\"|([^\s;,]{1,200}))", re.I)
_PART_NAME = re.compile(r"\bname=(?:\"([^\"]*)\"|([^\s;]*))", re.I)
_FILE = re.compile(r"\bfilename\*?=", re.I)
_TEXTUAL = re.compile(r"content-type:\s*(?:text/|application/(?:json|xml))", re.I)
_NESTED = re.compile(r"\"((?:[^\"\\]|\\.){1,200})\"\s*:\s*[{\[]")
_ELEMENT = re.compile(r"<([\w:.-]{1,80})(\s[^<>]*)?>([^<]+)(?=</)", re.A)
_OPENING = re.compile(r"<([\w:.-]{1,80})", re.A)
_TAG = re.compile(r"<(?:input|meta)\s[^<>]*>", re.I)
_TAG_NAME = re.compile(r"\b(?:name|id)\s*=\s*[\"']?([\w.:-]{1,80})", re.I)
_TAG_VALUE = re.compile(r"(\b(?:value|content)\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s>\"']+)", re.I)


def form(body: Union[bytes, str], content_type: str) -> tuple[str, bool]:
    """A body as text, and whether something in it was hidden. It may be cut at its end."""
    kind, charset = _kind(content_type)
    whole = body if isinstance(body, str) else _decode(body, charset)
    hidden = _hide(whole, kind, content_type)
    return hidden, hidden != whole


def _hide(whole: str, kind: str, content_type: str) -> str:
    if kind == "application/x-www-form-urlencoded":
        return urlencoded(whole)
    if kind == "multipart/form-data":
        return _multipart(whole, content_type)
    if kind.endswith("json"):
        return _json(whole)
    if kind.endswith(("html", "xml")):
        return text(_markup(whole))
    return text(whole)


@lru_cache(maxsize=100)
def _kind(content_type: str) -> tuple[str, str]:
    """Media type and charset."""
    charset = _CHARSET.search(content_type)
    return content_type.partition(";")[0].strip().lower(), charset[1] if charset else "utf-8"


def _decode(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset, "replace")
    except (LookupError, UnicodeError):
        return body.decode("utf-8", "replace")


def _json(whole: str) -> str:
    """As it was, unless something in it is to be hidden."""
    try:
        content = json.loads(whole)
        hidden = _hide_in(content)
        if hidden != content:
            whole = json.dumps(hidden, ensure_ascii=False)
    except (ValueError, RecursionError):
        whole = _cut_in_secret(whole)
    return text(whole)


def _hide_in(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _hide_member(key, value) for key, value in content.items()}
    if isinstance(content, list):
        return [_hide_in(item) for item in content]
    return text(content) if isinstance(content, str) else content


def _hide_member(key: str, content: Any) -> Any:
    if is_secret(key) and content not in (None, "", True, False):
        return HIDDEN
    return _hide_in(content)


def _cut_in_secret(whole: str) -> str:
    """JSON that is cut or wrong: where a secret's value is an object, nobody can tell its end."""
    for found in _NESTED.finditer(whole):
        if is_secret(found[1]):
            return whole[: found.end() - 1] + HIDDEN
    return whole


def _multipart(whole: str, content_type: str) -> str:
    found = _BOUNDARY.search(content_type)
    if found is None:
        return text(whole)
    delimiter = "--" + (found[1] or found[2])
    return delimiter.join(map(_part, whole.split(delimiter)))


def _part(part: str) -> str:
    head, blank, content = part.partition("\r\n\r\n")
    if not blank:
        return part
    content, end = (content[:-2], "\r\n") if content.endswith("\r\n") else (content, "")
    name = _PART_NAME.search(head)
    if name and content and is_secret(name[1] or name[2] or ""):
        content = HIDDEN
    elif _FILE.search(head) and not _TEXTUAL.search(head):
        content = "[a file]"
    return head + blank + text(content) + end


def _markup(whole: str) -> str:
    elements = set(_OPENING.findall(whole))
    if any(element.lower() in ("input", "meta") for element in elements):
        whole = _TAG.sub(_hide_tag, whole)
    if any(map(is_secret, elements)):
        whole = _ELEMENT.sub(_hide_element, whole)
    return whole


def _hide_tag(found: re.Match[str]) -> str:
    """`<input name="csrfmiddlewaretoken" value="…">`, `<meta name="csrf-token" content="…">`."""
    name = _TAG_NAME.search(found[0])
    if name is None or not is_secret(name[1]):
        return found[0]
    return _TAG_VALUE.sub(rf'\1"{HIDDEN}"', found[0])


def _hide_element(found: re.Match[str]) -> str:
    """`<password>…</password>`."""
    if not is_secret(found[1]):
        return found[0]
    return f"<{found[1]}{found[2] or ''}>{HIDDEN}"
