"""The contract of a backbone: a network as a list of named blocks, so that a strategy can share any of them.

A backbone is one file in this folder with one frozen dataclass that inherits `Backbone`; its fields are its knobs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from torch import nn

from playground.cards import Card
from playground.streams import Streams


@dataclass(frozen=True)
class Backbone(ABC):
    """A network without heads, as blocks that follow each other. Its fields are its knobs."""

    key: ClassVar[str]
    card: ClassVar[Card]

    @property
    @abstractmethod
    def length(self) -> int:
        """How many blocks there are: L."""

    @abstractmethod
    def sizes(self, inputs: tuple[int, ...]) -> list[tuple[int, ...]]:
        """Shape of one example before the first block and after each of the L blocks: L + 1 shapes."""

    @abstractmethod
    def block(self, level: int, inputs: tuple[int, ...], streams: Streams) -> nn.Module:
        """A fresh block for R runs: [R, B, *inputs] to [R, B, *sizes[level + 1]]; its first weights come from `streams`."""

    @abstractmethod
    def block_name(self, level: int) -> str:
        """A short name for the block in diagrams and tables, e.g. "64 units"."""
