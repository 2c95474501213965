"""The listening sockets: bound in the zygote, kept from start to stop, handed to a new zygote.

Addresses are Gunicorn's (setting `bind`): `host:port`, `[::1]:port`, `unix:/path`, `fd://3`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import socket
import stat
from typing import Any, Callable, NamedTuple

from .control import Message
from .replay.sealing import Seal
from .serving.board import Board
from .serving.custody import Custody
from .serving.handover import Handover

UNIX = "unix:"
DESCRIPTOR = "fd://"


def bind(address: str, backlog: int, umask: int) -> socket.socket:
    """Binds and listens; raises OSError (in use, no permission) or ValueError (not an address)."""
    if address.startswith(DESCRIPTOR):
        sock = socket.socket(fileno=int(address[len(DESCRIPTOR) :]))
    elif address.startswith(UNIX):
        sock = bind_unix(address[len(UNIX) :], umask)
    else:
        sock = bind_tcp(*split(address))
    sock.listen(backlog)
    sock.setblocking(False)
    return sock


def split(address: str) -> tuple[str, int]:
    """Host and port of `host:port`, `[v6]:port`, `:port` and `port`."""
    host, colon, port = address.rpartition(":")
    try:
        number = int(port)
    except ValueError:
        raise ValueError(f"{address!r} is not an address: host:port or unix:/path") from None
    return (host.strip("[]") if colon else "") or "0.0.0.0", number


def bind_tcp(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, place = found[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(place)
    except OSError:
        sock.close()
        raise
    return sock


def bind_unix(path: str, umask: int) -> socket.socket:
    remove_stale(path)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    previous = os.umask(umask)
    try:
        sock.bind(path)
    finally:
        os.umask(previous)
    return sock


def remove_stale(path: str) -> None:
    """Removes the socket file of a server that is gone; that of a living one stays, and binding fails."""
    if not os.path.exists(path) or not stat.S_ISSOCK(os.stat(path).st_mode):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        if probe.connect_ex(path) != 0:
            os.unlink(path)


def is_secure(configure: Message) -> bool:
    """Whether https is served (Gunicorn's `is_ssl`)."""
    return bool(configure["certfile"] or configure["keyfile"])


def address_of(sock: socket.socket, scheme: str) -> str:
    """Where a listener answers, for a person: `http://127.0.0.1:8000` or `unix:/path`."""
    name = sock.getsockname()
    if sock.family == socket.AF_UNIX:
        return f"{UNIX}{name}"
    host = f"[{name[0]}]" if sock.family == socket.AF_INET6 else name[0]
    return f"{scheme}://{host}:{name[1]}"


def remove_files(listeners: list[socket.socket]) -> None:
    for sock in listeners:
        if sock.family == socket.AF_UNIX:
            with contextlib.suppress(OSError):
                os.unlink(sock.getsockname())


def send(path: str, descriptors: list[int]) -> None:
    """From a live worker to the new zygote that listens at `path` (SCM_RIGHTS)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.connect(path)
        socket.send_fds(sock, [b"listeners"], descriptors)
        sock.recv(1)  # the acknowledgement: until then macOS may lose them


def receive(path: str, limit: int, patience: float, ready: Callable[[], object]) -> list[int]:
    """In a new zygote: what a live worker sends within `patience` seconds, else nothing.

    `ready` is called when there is a socket at `path` to send it to.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(path)
        server.listen(1)
        server.settimeout(patience)
        ready()
        try:
            connection, _ = server.accept()
        except socket.timeout:
            return []
        finally:
            os.unlink(path)
        with connection:
            _, descriptors, _, _ = socket.recv_fds(connection, 64, limit)
            connection.send(b"k")
    return list(descriptors)


class Shared(NamedTuple):
    """What a zygote shares with its workers, and its successor gets from one of them."""

    board: Board
    handover: Handover
    listeners: list[socket.socket]
    inherited: bool
    custody: Custody | None
    seal: Seal

    @classmethod
    def create(cls, configure: Message) -> Shared:
        bound = [bind_as_told(address, configure) for address in configure["bind"]]
        board = Board.create()
        custody = custody_for(configure, board)
        return cls(board, Handover.create(), bound, False, custody, Seal.create())

    @classmethod
    def adopt(cls, descriptors: list[int], configure: Message) -> Shared:
        """Board and custody are new ones: who dies while there is no zygote would stay on the old."""
        sender, receiver, key, *rest = descriptors
        bound = [socket.socket(fileno=descriptor) for descriptor in rest]
        board, handover = Board.create(), Handover.from_fds(sender, receiver)
        return cls(board, handover, bound, True, custody_for(configure, board), Seal(key))

    def descriptors(self) -> list[int]:
        """In the order in which `adopt` takes them."""
        bound = [sock.fileno() for sock in self.listeners]
        return [*self.handover.fds(), self.seal.fd, *bound]

    def description(self, scheme: str) -> dict[str, Any]:
        """For the report `listening`."""
        addresses = [address_of(sock, scheme) for sock in self.listeners]
        version = platform.python_version()
        return {"version": version, "addresses": addresses, "inherited": self.inherited}


def custody_for(configure: Message, board: Board) -> Custody | None:
    """In dev mode. Not for TLS, whose connections cannot go on in another process."""
    return Custody(board.slots) if configure["reload"] and not is_secure(configure) else None


class BindError(Exception):
    """An address cannot be listened on; the message says why."""

    def __init__(self, address: str, error: OSError) -> None:
        super().__init__(reason(error))
        self.address = address
        self.in_use = error.errno == errno.EADDRINUSE


def bind_as_told(address: str, configure: Message) -> socket.socket:
    """Binds one address; raises BindError."""
    try:
        return bind(address, configure["backlog"], configure["umask"])
    except OSError as error:
        raise BindError(address, error) from error


def reason(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "the address is already in use"
    if error.errno == errno.EACCES:
        return "permission denied; ports below 1024 need privileges"
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
