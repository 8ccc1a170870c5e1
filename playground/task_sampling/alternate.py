"""Alternating training: every step draws one task and learns from it alone (Collobert & Weston, ICML 2008)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_
from playground.task_sampling.base import Schedule


@dataclass(frozen=True)
class Alternate(Schedule):
    """p(task) ∝ size^power: 0 draws tasks evenly, 1 by their number of labels, numbers between lie between."""

    key = "alternate"
    weighs = False
    card = Card(
        title=N_("Alternating"),
        idea=N_("Every step draws one task and learns from a batch of its examples alone."),
        formula=r"p_i \propto n_i^{\,a}, \qquad i \sim p, \qquad \theta \leftarrow \theta - \eta\, \nabla L_i",
        paper="Collobert & Weston, ICML 2008; Liu, He, Chen & Gao (MT-DNN), ACL 2019",
        link="https://doi.org/10.1145/1390156.1390177",
        fails=N_("Each task gets only its part of the steps, and what one step gains for a task the next may undo."),
        notes=N_("Baselines take every step for every task, as always. There is nothing to weigh in a step of one task."),
    )

    power: float = knob(
        0.0,
        low=0.0,
        high=1.0,
        label=N_("Power of the size"),
        help=N_("0 draws all tasks equally often, 1 as often as they have labels; 0.5 lies between."),
    )

    def active(self, steps: int, sizes: Sequence[int], rng: np.random.Generator) -> np.ndarray:
        odds = np.maximum(np.asarray(sizes, float), 1) ** self.power
        drawn = rng.choice(len(sizes), size=steps, p=odds / odds.sum())
        return drawn[:, None] == np.arange(len(sizes))
