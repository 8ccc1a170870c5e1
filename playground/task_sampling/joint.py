"""Joint training: every step learns from all tasks together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.task_sampling.base import Schedule


@dataclass(frozen=True)
class Joint(Schedule):
    """One batch, all losses."""

    key = "joint"
    card = Card(
        title=N_("Joint"),
        idea=N_("Every step learns from all tasks: one batch, one weighted sum of all losses."),
        formula=r"\theta \leftarrow \theta - \eta\, \nabla \sum_i w_i L_i",
        paper="Caruana, Machine Learning 1997",
        link="https://doi.org/10.1023/A:1007379606734",
        fails=N_("Tasks that learn at different speeds are stopped together, some too early and some too late."),
    )

    def active(self, steps: int, sizes: Sequence[int], rng: np.random.Generator) -> np.ndarray:
        return np.ones((steps, len(sizes)), bool)
