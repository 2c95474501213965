"""Sockets, threads and workers side by side: who serves which connection, and when.

What it can be told has Gunicorn's names and defaults, where Gunicorn has them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Mapping, NamedTuple, Optional

from .access_log import DEFAULT_FORMAT

_SECURE_SCHEME_HEADERS: Mapping[str, str] = MappingProxyType(
    {"X-FORWARDED-PROTOCOL": "ssl", "X-FORWARDED-PROTO": "https", "X-FORWARDED-SSL": "on"}
)


class ServingOptions(NamedTuple):
    """Times are in seconds, sizes in bytes; a limit of 0 means none."""

    threads: int = 1
    keepalive: float = 2
    max_requests: int = 0
    worker_connections: int = 1000
    multiprocess: bool = False
    dev: bool = False
    sendfile: bool = True
    tmp_upload_dir: Optional[str] = None

    accesslog: Optional[str] = None
    access_log_format: str = DEFAULT_FORMAT

    limit_request_line: int = 4094
    limit_request_fields: int = 100
    limit_request_field_size: int = 8190
    forwarded_allow_ips: str = "127.0.0.1,::1"
    secure_scheme_headers: Mapping[str, str] = _SECURE_SCHEME_HEADERS
    forwarder_headers: str = "SCRIPT_NAME,PATH_INFO"
    header_map: str = "drop"
    permit_obsolete_folding: bool = False
    strip_header_spaces: bool = False
    permit_unconventional_http_method: bool = False
    permit_unconventional_http_version: bool = False
    casefold_http_method: bool = False
    proxy_protocol: str = "off"
    proxy_allow_ips: str = "127.0.0.1,::1"

    certfile: Optional[str] = None
    keyfile: Optional[str] = None
    ca_certs: Optional[str] = None
    cert_reqs: int = 0
    ciphers: Optional[str] = None

    # No settings of Gunicorn's: names that dev mode answers to, and how long a client may take for a header, between two parts of a
    # body, and to read what it is sent.
    allowed_hosts: str = ""
    header_timeout: float = 30
    body_timeout: float = 30
    send_timeout: float = 30
