"""Chemical analyses of wines: which kind a wine is, and three of its measurements told from the others. Real data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.suites.base import Data, Suite, Task
from playground.suites.columns import table_data

MEASURED = {"alcohol": "alcohol", "color": "color_intensity", "proline": "proline"}
"""The regression tasks, and the column that each of them tells."""


@cache
def table() -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """Inputs [178, 10], the measured targets [178] by task, all as they were measured, and cultivars [178]. Read only."""
    # Imported here because scikit-learn takes a second or two to load, and the catalogue imports every suite.
    from sklearn.datasets import load_wine

    wines = load_wine()
    columns = {name: wines.data[:, number] for number, name in enumerate(wines.feature_names)}
    measured = {task: columns[column] for task, column in MEASURED.items()}
    inputs = np.stack([values for name, values in columns.items() if name not in MEASURED.values()], axis=1)
    return inputs, measured, wines.target.astype(np.int64)


@dataclass(frozen=True)
class Wine(Suite):
    """178 wines of three kinds with 13 measurements each: ten are inputs, three are regression tasks, the kind is a fourth.

    Inputs and regression targets are standardised with mean and standard deviation (SD) of the training rows; so an error
    of 1 SD is what guessing the mean costs. The seed draws which wines are trained on (60 %), chosen by and tested on (20 %
    each).

    Source: Forina et al., Vitis 1986; the 13 of its measurements that the UCI repository has. There the kinds are mere numbers;
    the names are those of the study.
    """

    key = "wine"
    real = True
    tabular = True
    fresh = False
    defaults = {"steps": 200, "batch": 32, "rate": 0.001}
    card = Card(
        title=N_("Wine"),
        idea=N_("Tell from ten chemical measurements of a wine which kind it is, and its alcohol, its colour and its proline."),
        paper="Forina et al., Vitis 1986; UCI 1991",
        link="https://doi.org/10.24432/C5PC7J",
        fails=N_("With 36 wines to test on, one wine is 2.8 points: differences below that mean nothing without many seeds."),
        notes=N_(
            "The regression targets are in standard deviations of the training wines. "
            "Proline is an amino acid. Longer training learns the 107 training wines by heart."
        ),
    )

    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("cultivar", N_("Kind of wine"), "classes", classes=("Barolo", "Grignolino", "Barbera")),
            Task("alcohol", N_("Alcohol"), "regression", unit="SD"),
            Task("color", N_("Colour intensity"), "regression", unit="SD"),
            Task("proline", N_("Proline"), "regression", unit="SD"),
        )

    def load(self, seed: int) -> Data:
        inputs, measured, cultivar = table()
        return table_data(inputs, {"cultivar": cultivar} | measured, seed)
