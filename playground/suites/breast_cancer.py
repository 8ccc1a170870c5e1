"""Cell nuclei under a microscope: is the growth malignant, and how far do its most striking nuclei go? Real data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.suites.base import Data, Suite, Task
from playground.suites.columns import table_data

MEASURED = {"radius": "worst radius", "texture": "worst texture", "smoothness": "worst smoothness"}
"""The regression tasks, and the column that each of them tells."""


@cache
def table() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Inputs [569, 20], the means and standard errors of ten features, and targets [569] by task. Read only."""
    # Imported here because scikit-learn takes a second or two to load, and the catalogue imports every suite.
    from sklearn.datasets import load_breast_cancer

    growths = load_breast_cancer()
    columns = {str(name): growths.data[:, number] for number, name in enumerate(growths.feature_names)}
    inputs = np.stack([values for name, values in columns.items() if not name.startswith("worst")], axis=1)
    diagnosis = (growths.target == list(growths.target_names).index("malignant")).astype(np.int64)
    return inputs, {"diagnosis": diagnosis} | {task: columns[column] for task, column in MEASURED.items()}


@dataclass(frozen=True)
class BreastCancer(Suite):
    """569 growths: mean and standard error of ten features of their nuclei are inputs; diagnosis and three extremes are tasks.

    An extreme ("worst" in the source) is the mean over the three largest values among the nuclei of one growth. The other
    seven extremes are left out. Inputs and regression targets are in standard deviations (SD) of the training rows. The
    seed draws which growths are trained on (60 %), chosen by and tested on (20 % each).

    Source: Street, Wolberg and Mangasarian, SPIE 1993; the table that the UCI repository has.
    """

    key = "breast_cancer"
    real = True
    tabular = True
    fresh = False
    defaults = {"steps": 300, "batch": 32, "rate": 0.001}
    card = Card(
        title=N_("Breast cancer"),
        idea=N_(
            "Tell from twenty measures of cell nuclei if a growth is malignant, and the extremes of three of its features."
        ),
        paper="Street, Wolberg & Mangasarian, SPIE 1993; UCI 1995",
        link="https://doi.org/10.24432/C5DW2B",
        fails=N_("A network of its own is right in 96 of 100 cases, which leaves other tasks next to nothing to add."),
        notes=N_(
            "The regression targets are in standard deviations of the training growths. "
            "An extreme is the mean of the three largest values among the nuclei of one growth."
        ),
    )

    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("diagnosis", N_("Diagnosis"), "binary", classes=(N_("benign"), N_("malignant"))),
            Task("radius", N_("Largest radius"), "regression", unit="SD"),
            Task("texture", N_("Largest texture"), "regression", unit="SD"),
            Task("smoothness", N_("Largest smoothness"), "regression", unit="SD"),
        )

    def load(self, seed: int) -> Data:
        return table_data(*table(), seed)
