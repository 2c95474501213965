"""What a server makes of the bytes of one connection, in a form that any two of them share.

Header fields are compared as the CGI variables that an app sees. Left out is what differs by
design and is compared by other means: the framing fields (the body itself is compared) and Host
beside an absolute target (RFC 9112, section 3.2.2, has the target win).
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, NamedTuple, Tuple, Union

MORE, CLOSE = "more", "close"
_FRAMING = ("CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING")


class Seen(NamedTuple):
    """One request, as an app would get it. Text is latin-1."""

    method: str
    target: str
    version: str
    fields: Tuple[Tuple[str, str], ...]
    body: bytes


class Outcome(NamedTuple):
    """`end` is MORE (waits for a next request or the rest of one), CLOSE, or the refusing status."""

    requests: Tuple[Seen, ...]
    end: Union[str, int]

    @property
    def refused(self) -> bool:
        return isinstance(self.end, int)


def as_cgi(fields: Iterable[Tuple[str, str]]) -> Dict[str, str]:
    """Joins repeated fields as the worker does; names with an underscore are dropped."""
    variables: Dict[str, str] = {}
    for name, value in fields:
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        joint = "; " if key == "HTTP_COOKIE" else ","
        variables[key] = variables[key] + joint + value if key in variables else value
    return variables


def comparable(variables: Dict[str, Any], target: str) -> Tuple[Tuple[str, str], ...]:
    """Sorted, without what is compared by other means."""
    return tuple(
        sorted(
            (key, str(value))
            for key, value in variables.items()
            if (key.startswith("HTTP_") or key == "CONTENT_TYPE")
            and key not in _FRAMING
            and key != "HTTP_CONTENT_LENGTH"
            and not (key == "HTTP_HOST" and not target.startswith("/"))
        )
    )
