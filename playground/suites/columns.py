"""What suites have in common whose examples are the rows of one table of measurements."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from playground.basics.random_streams import stream
from playground.suites.base import Data, Probe, split_rows, whole


def standardised(values: np.ndarray, train: np.ndarray) -> np.ndarray:
    """`values` [N, …] with the mean of the rows `train` taken away, divided by their standard deviation; float32.

    Only rows with an index in `train` move the scale, and NaN does not. A column without spread there is not divided.
    """
    mean, deviation = np.nanmean(values[train], axis=0), np.nanstd(values[train], axis=0)
    return ((values - mean) / np.where(deviation > 0, deviation, 1)).astype(np.float32)


def table_data(
    inputs: np.ndarray,
    targets: Mapping[str, np.ndarray],
    seed: int,
    train: float = 0.6,
    validation: float = 0.2,
    examples: int | None = None,
) -> Data:
    """The data of one seed, from a table of N rows: the seed draws which rows are trained on, chosen by and tested on.

    inputs: [N, F] as they were measured, all known.
    targets: for each task [N], integers for classes, or numbers as they were measured; NaN is a label that is missing.
    train, validation: their shares of the rows; the rest is test.
    examples: how many of the training rows are kept; more of them are the same ones and some further ones.
    Inputs and numbers leave in standard deviations (SD) of the training rows, so an error of 1 SD is what guessing their
    mean costs. The probe is the test part.
    """
    rows = list(split_rows(len(inputs), stream(seed, "split"), train, validation))
    rows[0] = rows[0][:examples]
    scaled = {name: standardised(values, rows[0]) if values.dtype.kind == "f" else values for name, values in targets.items()}
    parts = whole(standardised(inputs, rows[0]), scaled)
    first, second, third = (parts.take(chosen) for chosen in rows)
    return Data(first, second, third, Probe(third.inputs, "rows", targets=third.targets))
