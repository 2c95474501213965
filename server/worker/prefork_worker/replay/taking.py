"""Replays in a worker: from the arbiter's order to the loop, which serves them like any request."""

from __future__ import annotations

import ipaddress
from _socket import (
    AF_UNIX,
    SHUT_WR,
    SOCK_STREAM,
    socketpair,
)  # not what an app puts in its place (gevent)
from collections import deque
from typing import TYPE_CHECKING, Optional

from ..control import Message
from ..http import Refusal
from ..serving.entrance import Entrance
from ..serving.replays import Replay
from ..serving_settings import serving_options
from . import NotReplayable
from .answers import Answers
from .request import request_bytes

if TYPE_CHECKING:
    from ..worker import Worker


class Replays:
    """One a worker, of its control thread. Those that come before the app is imported wait for it."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._answers = Answers()
        self._early: deque[Replay] = deque()
        self._entrance: Optional[Entrance] = None

    def take(self, order: Message) -> Message:
        """The answer to an order: the worker has it, to `go_on` with, or why it cannot be sent."""
        answer = {"type": "replayed", "id": order["id"]}
        try:
            self._early.append(self._replay(order))
        except NotReplayable as error:
            return {**answer, "error": str(error)}
        except Refusal as refusal:
            return {**answer, "error": f"the server would refuse it: {refusal.detail}"}
        except UnicodeError as error:
            return {**answer, "error": f"it cannot be encoded: {error}"}
        except OSError as error:
            return {**answer, "error": f"the worker has no room for it: {error.strerror}"}
        return answer

    def go_on(self) -> None:
        """What has come goes to the server, once there is one."""
        while self._worker.server and self._early:
            self._worker.server.replay(self._early.popleft())

    def _replay(self, order: Message) -> Replay:
        if self._answers.full:
            raise NotReplayable("too many replays still run in this worker")
        head, body = request_bytes(order, self._worker.shared.seal)
        self._check(head)

        def give_back() -> None:
            self._worker.control.post({"type": "replay_returned", "order": order})

        near, far = socketpair(AF_UNIX, SOCK_STREAM)
        far.shutdown(SHUT_WR)  # the request is all that comes
        self._answers.read(far.detach())
        names = order["request"], order["replay_of"]
        return Replay(*names, head + body, client_of(order), near.detach(), give_back)

    def _check(self, head: bytes) -> None:
        """By a reader of its own, as the loop's is the loop's. Raises `Refusal`."""
        if self._entrance is None:
            address = self._worker.shared.listeners[0].getsockname()
            self._entrance = Entrance(address, serving_options(self._worker.configure), True, 0)
        self._entrance.reader.careful(head)


def client_of(order: Message) -> str:
    """The address of who sent the request first, '' where that has none (a Unix socket)."""
    client: str = order["client"]
    try:
        ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return ""
    return client
