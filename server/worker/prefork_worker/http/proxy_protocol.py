"""The PROXY protocol, versions 1 and 2: a front end says whose connection it passes on.

One header before the first request (HAProxy's specification, proxy-protocol.txt). As in Gunicorn it may be
absent, and only the versions that the setting `proxy_protocol` names are looked for. A front end's own
checks (LOCAL, UNKNOWN) say nothing of a client: then the connection counts as what it is.
"""

from __future__ import annotations

import re
import socket
import struct
from typing import Dict, NamedTuple, Optional

from . import Refusal

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_V1 = b"PROXY "
_V1_LONGEST = 107
_PORT = re.compile(r"0|[1-9][0-9]{0,4}").fullmatch
_HEADER = struct.Struct("!BBH")
_FAMILIES = {
    0x11: ("TCP4", socket.AF_INET, struct.Struct("!4s4sHH")),
    0x21: ("TCP6", socket.AF_INET6, struct.Struct("!16s16sHH")),
}


class Origin(NamedTuple):
    """`size` bytes say it; `environ` holds Gunicorn's PROXY_* variables and the client's address."""

    size: int
    environ: Dict[str, str]


def read(data: bytes, mode: str) -> Optional[Origin]:
    """What a connection begins with, None for "more". `mode` is v1, v2 or auto. Raises `Refusal`."""
    if mode != "v1" and data[:12] == SIGNATURE[: len(data)]:
        return _version_2(data)
    if mode != "v2" and data[:6] == _V1[: len(data)]:
        return _version_1(data)
    return Origin(0, {})


def _version_1(data: bytes) -> Optional[Origin]:
    end = data.find(b"\r\n", 0, _V1_LONGEST)
    if end < 0:
        if len(data) >= _V1_LONGEST or b"\n" in data:
            raise Refusal(400, "a PROXY line without its end")
        return None
    line = data[:end].decode("latin-1")
    words = line.split(" ")
    if words[1:2] == ["UNKNOWN"]:
        return Origin(end + 2, {})
    family = {"TCP4": socket.AF_INET, "TCP6": socket.AF_INET6}.get(words[1])
    if family is None or len(words) != 6 or not all(_is_port(port) for port in words[4:]):
        raise Refusal(400, f"not a PROXY line: {line!r}")
    try:
        for address in words[2:4]:
            socket.inet_pton(family, address)
    except OSError:
        raise Refusal(400, f"not an address in a PROXY line: {line!r}") from None
    return Origin(end + 2, _environ(*words[1:]))


def _version_2(data: bytes) -> Optional[Origin]:
    if len(data) < 16:
        return None
    version, family, length = _HEADER.unpack_from(data, 12)
    if version not in (0x20, 0x21):
        raise Refusal(400, f"not a PROXY header: version and command are {version:#04x}")
    if len(data) < 16 + length:
        return None
    if version == 0x20 or family in (0x00, 0x01):  # LOCAL, or of no family
        return Origin(16 + length, {})
    if family not in _FAMILIES:
        raise Refusal(400, f"a PROXY header speaks of TCP only, not of {family:#04x}")
    name, kind, layout = _FAMILIES[family]
    if length < layout.size:
        raise Refusal(400, "a PROXY header that is too short for its addresses")
    client, proxy, client_port, proxy_port = layout.unpack_from(data, 16)
    client, proxy = (socket.inet_ntop(kind, address) for address in (client, proxy))
    return Origin(16 + length, _environ(name, client, proxy, str(client_port), str(proxy_port)))


def _is_port(text: str) -> bool:
    return bool(_PORT(text)) and int(text) < 65536


def _environ(protocol: str, client: str, proxy: str, port: str, proxy_port: str) -> Dict[str, str]:
    return {
        "PROXY_PROTOCOL": protocol,
        "REMOTE_ADDR": client,
        "REMOTE_PORT": port,
        "PROXY_ADDR": proxy,
        "PROXY_PORT": proxy_port,
    }
