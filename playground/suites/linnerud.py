"""Twenty men in a fitness club: weight, waist and pulse told from three exercises. Real data, and very little of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.suites.base import Data, Suite, Task
from playground.suites.columns import table_data

MEASURED = {"weight": "Weight", "waist": "Waist", "pulse": "Pulse"}
"""The tasks, and the column that each of them tells."""


@cache
def table() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Inputs [20, 3] (chin-ups, sit-ups, jumps) and the measured targets [20] by task. Read only."""
    # Imported here because scikit-learn takes a second or two to load, and the catalogue imports every suite.
    from sklearn.datasets import load_linnerud

    men = load_linnerud()
    return men.data, {task: men.target[:, men.target_names.index(column)] for task, column in MEASURED.items()}


@dataclass(frozen=True)
class Linnerud(Suite):
    """20 men: how many chin-ups, sit-ups and jumps each of them made are inputs, three measurements are regression tasks.

    Inputs and targets are in standard deviations (SD) of the training rows. The seed draws whom it trains on (10), chooses
    by (4) and tests on (6): half of so few rows is kept apart, as a score over two or three men would be none.

    Source: the table that Linnerud gave to Tenenhaus, La régression PLS, 1998, and that scikit-learn brings along.
    """

    key = "linnerud"
    real = True
    tabular = True
    fresh = False
    shares = (0.5, 0.2, 0.3)
    defaults = {"steps": 100, "batch": 8, "rate": 0.001}
    card = Card(
        title=N_("Linnerud"),
        idea=N_("Tell a man's weight, waist and pulse from how many chin-ups, sit-ups and jumps he makes."),
        paper="Tenenhaus, La régression PLS, 1998",
        link="https://scikit-learn.org/stable/datasets/toy_dataset.html#linnerrud-dataset",
        fails=N_(
            "Ten men to train on and six to test on: what one seed shows is luck, and pulse hardly follows from exercises."
        ),
        notes=N_(
            "The targets are in standard deviations of the training men; an error of 1 SD is what guessing the mean costs."
        ),
    )

    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("weight", N_("Body weight"), "regression", unit="SD"),
            Task("waist", N_("Waist"), "regression", unit="SD"),
            Task("pulse", N_("Pulse"), "regression", unit="SD"),
        )

    def load(self, seed: int) -> Data:
        return table_data(*table(), seed, *self.shares[:2])
