"""The contract of a backbone: a network as a list of named blocks, so that a strategy can share any of them.

A backbone is one file in this folder with one frozen dataclass that inherits `Backbone`; its fields are its knobs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from torch import nn

from playground.basics.cards import Card
from playground.basics.random_streams import Streams
from playground.suites.base import Suite


def feature_axis(shape: tuple[int, ...]) -> int:
    """Which axis of a fleet's features [R, B, *shape] holds the features of one place.

    shape: (H,) of a vector and (S, H) of a sequence have them last, (C, height, width) of a picture first.
    """
    return 2 if len(shape) == 3 else -1


@dataclass(frozen=True)
class Backbone(ABC):
    """A network without heads, as blocks that follow each other. Its fields are its knobs."""

    key: ClassVar[str]
    card: ClassVar[Card]
    takes: ClassVar[tuple[str, ...]]
    """What it can read: some of the words of `Suite.gives`."""

    def reading(self, suite: Suite) -> Backbone:
        """The backbone as it reads this suite: itself, or a copy that knows how many tokens there are."""
        return self

    @property
    def light(self) -> bool:
        """Whether it is so small that calls cost more than arithmetic: then a fleet may well compute more than it needs."""
        return False

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
