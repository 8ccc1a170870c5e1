"""Neighbourhoods in California in 1990: what a house is worth, what people earn, how old the houses are. Real data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.suites.base import Data, Task, examples_knob
from playground.suites.columns import table_data
from playground.suites.fetched import Fetched

COLUMNS = ("MedInc", "HouseAge", "AveRooms", "AveBedrms", "Population", "AveOccup", "Latitude", "Longitude")
"""The columns of the table, in the order in which the fetcher gives them."""

MEASURED = {"income": "MedInc", "age": "HouseAge"}
"""The tasks that are columns of the table, and the column that each of them tells; the value of a house comes beside it."""

SKEWED = ("AveRooms", "AveBedrms", "Population", "AveOccup")
"""Inputs with a few huge values, of which the network sees the logarithm."""


@dataclass(frozen=True)
class CaliforniaHousing(Fetched):
    """20,640 neighbourhoods: six measurements are inputs; value of a house, income and age of the houses are three tasks.

    Inputs and targets are in standard deviations (SD) of the training rows. The seed draws which neighbourhoods are trained
    on (out of 60 %; a knob says how many of them), chosen by and tested on (20 % each).

    Source: Pace and Barry, Statistics & Probability Letters 1997, as `sklearn.datasets.fetch_california_housing` has it.
    """

    key = "california_housing"
    real = True
    tabular = True
    fresh = False
    defaults = {"steps": 600, "batch": 64, "rate": 0.003}
    card = Card(
        title=N_("California housing"),
        idea=N_(
            "Tell from rooms, people and place of a neighbourhood what a house is worth, what people earn and how old it is."
        ),
        paper="Pace & Barry, Statistics & Probability Letters 1997",
        link="https://doi.org/10.1016/S0167-7152(96)00140-X",
        fails=N_("Values above 500,000 dollars were cut off there, so that no model can tell the dearest places apart."),
        notes=N_(
            "The targets are in standard deviations of the training rows. Rooms, bedrooms, people and people a household "
            "enter as logarithms. Has to be downloaded once."
        ),
    )

    examples: int = examples_knob(2000, N_("How many neighbourhoods there are to train on."), low=50, high=12_000)

    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("value", N_("Value of a house"), "regression", unit="SD"),
            Task("income", N_("Income"), "regression", unit="SD"),
            Task("age", N_("Age of the houses"), "regression", unit="SD"),
        )

    def download(self, home: Path) -> dict[str, np.ndarray]:
        """data [20640, 8] by `COLUMNS` and value [20640] in 100,000 dollars."""
        from sklearn.datasets import fetch_california_housing

        data, value = fetch_california_housing(data_home=str(home), return_X_y=True, n_retries=1)
        return {"data": np.asarray(data, np.float64), "value": np.asarray(value, np.float64)}

    def load(self, seed: int) -> Data:
        found = self.arrays()
        columns = dict(zip(COLUMNS, found["data"].T, strict=True))
        targets = {"value": found["value"]} | {task: columns[column] for task, column in MEASURED.items()}
        inputs = [
            np.log1p(values) if name in SKEWED else values for name, values in columns.items() if name not in MEASURED.values()
        ]
        return table_data(np.stack(inputs, axis=1), targets, seed, examples=self.examples)
