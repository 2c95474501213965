"""What all parts of a worker's data path share: its place, its app, and whether it is to end."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Callable, List, Optional

from . import ServingOptions
from .board import Board
from .entrance import Entrances
from .exchange import Stage
from .handover import Handover

if TYPE_CHECKING:
    from .greeting import Greeting

NEVER = 1 << 62


class WorkerState:
    """`ending`: starts no request any more. `stopping`: nor does it hand connections over.

    `stop_by` is a `perf_counter_ns` value after which nothing is waited for.
    """

    def __init__(
        self,
        listeners: List[socket.socket],
        options: ServingOptions,
        board: Board,
        slot: int,
        generation: int,
        handover: Handover,
        stage: Stage,
        on_retired: Callable[[], None],
        greeting: Optional[Greeting],
    ) -> None:
        self.listeners = listeners
        self.options = options
        self.board = board
        self.slot = slot
        self.generation = generation
        self.handover = handover
        self.stage = stage
        self.on_retired = on_retired
        self.greeting = greeting
        self.log = stage.log
        self.entrances = Entrances(listeners, options)
        self.ending = False
        self.stopping = False
        self.stop_by = NEVER

    def superseded(self) -> bool:
        """There is a newer generation of the code."""
        return self.board.generation > self.generation
