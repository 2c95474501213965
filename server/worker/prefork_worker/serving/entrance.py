"""An entrance: one listener as seen by one kind of peer, trusted or not.

It holds what every request through it shares: the template of its environ and the reader of its
heads, with the memory of header blocks that were seen before.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Dict, FrozenSet, List, Optional, Tuple, Union

from ..http.fields import FieldReader, FieldRules
from ..http.request import HeadReader, Leniency
from ..wsgi.environ import Address, Environ, template
from . import ServingOptions

_Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]


class Entrance:
    """`reader` reads heads on top of this entrance's template."""

    __slots__ = ("reader", "index")

    def __init__(
        self, address: Address, options: ServingOptions, trusted: bool, index: int
    ) -> None:
        self.index = index
        size = options.limit_request_field_size or 8190
        fields = options.limit_request_fields or 32768
        self.reader = HeadReader(
            FieldReader(
                _rules(options, trusted, _hosts(options, address)),
                _template(address, options),
            ),
            options.limit_request_line,
            (options.limit_request_line or 8190) + fields * (size + 2) + 4,
            Leniency(
                options.permit_unconventional_http_method,
                options.permit_unconventional_http_version,
                options.casefold_http_method,
            ),
        )


class Entrances:
    """All entrances of a worker, by listener."""

    def __init__(self, listeners: List[socket.socket], options: ServingOptions) -> None:
        self._trust = Trust(options.forwarded_allow_ips)
        self._pairs = [
            tuple(Entrance(sock.getsockname(), options, trusted, i) for trusted in (False, True))
            for i, sock in enumerate(listeners)
        ]

    def find(self, listener: int, peer: Address) -> Entrance:
        return self._pairs[listener][self._trust.covers(peer)]


class Trust:
    """Which peers may say that they forward: Gunicorn's `forwarded_allow_ips`."""

    def __init__(self, allowed: str) -> None:
        names = [name.strip() for name in allowed.split(",") if name.strip()]
        self._everyone = "*" in names
        self._networks: List[_Network] = [
            ipaddress.ip_network(name, strict=False) for name in names if name != "*"
        ]
        self._known: Dict[str, bool] = {}

    def covers(self, peer: Address) -> bool:
        """A peer on a Unix socket is on this machine and trusted, as it is by Gunicorn."""
        if self._everyone or not isinstance(peer, tuple):
            return True
        host = str(peer[0])
        if host not in self._known:
            if len(self._known) > 1000:
                self._known.clear()
            self._known[host] = self._contains(host)
        return self._known[host]

    def _contains(self, host: str) -> bool:
        address = ipaddress.ip_address(host.partition("%")[0])
        return any(
            address in network for network in self._networks if network.version == address.version
        )


def _template(address: Address, options: ServingOptions) -> Environ:
    environ = template(address, options.threads > 1, options.multiprocess)
    return {**environ, "wsgi.url_scheme": "https"} if options.certfile else environ


def _hosts(options: ServingOptions, address: Address) -> Optional[FrozenSet[str]]:
    """What this server may be called; whoever comes through a Unix socket is no browser."""
    names = frozenset(name.strip().lower() for name in options.allowed_hosts.split(","))
    anything = not options.dev or "*" in names or not isinstance(address, tuple)
    return None if anything else names


def _rules(options: ServingOptions, trusted: bool, hosts: Optional[FrozenSet[str]]) -> FieldRules:
    forwarders: Tuple[str, ...] = ()
    if trusted:
        forwarders = tuple(name.strip().upper() for name in options.forwarder_headers.split(","))
    return FieldRules(
        limit_request_fields=options.limit_request_fields,
        limit_request_field_size=options.limit_request_field_size or 8190,
        header_map=options.header_map,
        forwarders=frozenset(forwarders),
        secure_scheme_headers=options.secure_scheme_headers if trusted else {},
        trusted=trusted,
        permit_obsolete_folding=options.permit_obsolete_folding,
        strip_header_spaces=options.strip_header_spaces,
        hosts=hosts,
    )
