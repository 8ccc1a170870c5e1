"""Patients with diabetes: how the disease went on, and three of their measurements told from the others. Real data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.suites.base import Data, Suite, Task
from playground.suites.columns import table_data

MEASURED = {"pressure": "bp", "sugar": "s6"}
"""The regression tasks that are columns of the table, and the column that each of them tells."""

INPUTS = ("age", "bmi", "s1", "s2", "s3", "s4", "s5")
"""The columns that are inputs. The ratio s4 is s1 over s3, so none of the three can be a task of its own."""


@cache
def table() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Inputs [442, 7] and targets [442] by task, as they were measured; sex is 0 where the source says 1. Read only."""
    # Imported here because scikit-learn takes a second or two to load, and the catalogue imports every suite.
    from sklearn.datasets import load_diabetes

    patients = load_diabetes(scaled=False)
    columns = {name: patients.data[:, number] for number, name in enumerate(patients.feature_names)}
    targets = {"progression": patients.target.astype(float)}
    targets |= {task: columns[column] for task, column in MEASURED.items()}
    targets["sex"] = (columns["sex"] - 1).astype(np.int64)
    return np.stack([columns[name] for name in INPUTS], axis=1), targets


@dataclass(frozen=True)
class Diabetes(Suite):
    """442 patients: seven measurements are inputs, two are regression tasks, sex and the course of a year are two more.

    Inputs and regression targets are in standard deviations (SD) of the training rows. The seed draws which patients are
    trained on (60 %), chosen by and tested on (20 % each).

    Source: Efron, Hastie, Johnstone and Tibshirani, Annals of Statistics 2004, with the values before their scaling.
    """

    key = "diabetes"
    real = True
    tabular = True
    fresh = False
    defaults = {"steps": 300, "batch": 32, "rate": 0.001}
    card = Card(
        title=N_("Diabetes"),
        idea=N_(
            "Tell from age, body mass and five blood values how the disease goes on, and three things measured at the start."
        ),
        paper="Efron et al., Annals of Statistics 2004",
        link="https://doi.org/10.1214/009053604000000067",
        fails=N_(
            "The blood values leave much open: the best models explain half of the course, and a network soon learns noise."
        ),
        notes=N_(
            "The regression targets are in standard deviations of the training patients. "
            "Progression was measured one year later. The source codes sex as 1 and 2 and does not say which is which."
        ),
    )

    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("progression", N_("Progression"), "regression", unit="SD"),
            Task("pressure", N_("Blood pressure"), "regression", unit="SD"),
            Task("sugar", N_("Blood sugar"), "regression", unit="SD"),
            Task("sex", N_("Sex"), "binary", classes=(N_("coded 1"), N_("coded 2"))),
        )

    def load(self, seed: int) -> Data:
        return table_data(*table(), seed)
