"""What the zygote shares with its workers, and a lost zygote's successor gets from one of them."""

from __future__ import annotations

import errno
import os
import platform
import socket
from typing import Any, NamedTuple

from . import listeners
from .control import Message
from .serving.board import Board
from .serving.handover import Handover


class Shared(NamedTuple):
    """All by descriptor, so that `send_fds` can carry them."""

    board: Board
    handover: Handover
    listeners: list[socket.socket]
    inherited: bool

    @classmethod
    def create(cls, configure: Message) -> Shared:
        bound = [bind(address, configure) for address in configure["bind"]]
        return cls(Board.create(), Handover.create(), bound, inherited=False)

    @classmethod
    def adopt(cls, descriptors: list[int]) -> Shared:
        """The board is a new one: who dies while there is no zygote would stay on the old."""
        sender, receiver, *rest = descriptors
        bound = [socket.socket(fileno=descriptor) for descriptor in rest]
        return cls(Board.create(), Handover.from_fds(sender, receiver), bound, inherited=True)

    def descriptors(self) -> list[int]:
        """In the order in which `adopt` takes them."""
        bound = [sock.fileno() for sock in self.listeners]
        return [*self.handover.fds(), *bound]

    def description(self) -> dict[str, Any]:
        """For the report `listening`."""
        addresses = [listeners.address_of(sock) for sock in self.listeners]
        version = platform.python_version()
        return {"version": version, "addresses": addresses, "inherited": self.inherited}


class BindError(Exception):
    """An address cannot be listened on; the message says why."""

    def __init__(self, address: str, error: OSError) -> None:
        super().__init__(reason(error))
        self.address = address
        self.in_use = error.errno == errno.EADDRINUSE


def bind(address: str, configure: Message) -> socket.socket:
    """Binds one address; raises BindError."""
    try:
        return listeners.bind(address, configure["backlog"], configure["umask"])
    except OSError as error:
        raise BindError(address, error) from error


def reason(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "the address is already in use"
    if error.errno == errno.EACCES:
        return "permission denied; ports below 1024 need privileges"
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
