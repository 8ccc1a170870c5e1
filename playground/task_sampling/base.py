"""The contract of a schedule of joint training: from which tasks each step learns.

A schedule is one file in this folder with one frozen dataclass that inherits `Schedule`; its fields are its knobs. It says
beforehand, for a whole training, which tasks are active in which step; batches are drawn by that.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playground.basics.cards import Card
from playground.basics.errors import Problem


@dataclass(frozen=True)
class Schedule(ABC):
    """When which task is learned. Its fields are its knobs; see `playground.basics.knobs`."""

    key: ClassVar[str]
    card: ClassVar[Card]
    weighs: ClassVar[bool] = True
    """Whether any step learns from all tasks, so that a weighting method has something to weigh. In steps that learn from
    some tasks only, these have weight 1 and the method rests."""

    @abstractmethod
    def active(self, steps: int, sizes: Sequence[int], rng: np.random.Generator) -> np.ndarray:
        """[steps, T] bool: whether a step learns from a task; every step learns from at least one.

        sizes: how many labelled training examples each of the T tasks has.
        rng: what a schedule that uses chance draws from.
        """

    def problems(self, tasks: Sequence[str]) -> list[Problem]:
        """What keeps this schedule from working with tasks of these names; empty when it works."""
        return []
