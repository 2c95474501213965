"""A control channel: NDJSON over a stream socket, one JSON object a line.

The other half is `server/arbiter/control.ts`, which types every message. `send` may be called from
any thread; `receive` belongs to one. A closed peer is an end, never an exception.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterable
from typing import Any

Message = dict[str, Any]

RECEIVE_SIZE = 65536


_encoder = json.JSONEncoder(separators=(",", ":"), default=str, check_circular=False)


def encode(message: Message) -> str:
    return _encoder.encode(message)


class Channel:
    """One end of a control channel."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._sending = threading.Lock()
        self._unread = b""

    @classmethod
    def from_descriptor(cls, descriptor: int) -> Channel:
        return cls(socket.socket(fileno=descriptor))

    @classmethod
    def connect(cls, path: str) -> Channel:
        """Connects to the Unix socket at `path`; raises OSError when nobody listens there."""
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.connect(path)
        return cls(sock)

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, message: Message) -> bool:
        """Writes one message; False when the peer is gone."""
        return self._send(encode(message))

    def send_events(self, events: Iterable[str]) -> bool:
        """One message of events that are encoded already."""
        return self._send(f'{{"type":"events","events":[{",".join(events)}]}}')

    def _send(self, message: str) -> bool:
        try:
            with self._sending:
                self._socket.sendall(message.encode() + b"\n")
        except OSError:
            return False
        return True

    def receive(self) -> list[Message] | None:
        """Blocks for at least one read; the whole messages it completed, or None at the end."""
        try:
            data = self._socket.recv(RECEIVE_SIZE)
        except InterruptedError:
            return []
        except OSError:
            return None
        if not data:
            return None
        *lines, self._unread = (self._unread + data).split(b"\n")
        return [json.loads(line) for line in lines if line]

    def obey(self, subject: object) -> bool:
        """Reads once and has `subject` do what came: `do_TYPE(message)` each. False at the end."""
        messages = self.receive()
        for message in messages or []:
            getattr(subject, "do_" + message["type"])(message)
        return messages is not None

    def close(self) -> None:
        self._socket.close()
