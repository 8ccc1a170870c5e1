"""The outline of a column, beside what numpy and pandas say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from playground.uploads.outline import BINS, Outline, outline
from playground.uploads.reading.reader import read_bytes
from playground.uploads.table import table_of


def outlines(**columns: list[object]) -> dict[str, Outline]:
    table = table_of(read_bytes(pd.DataFrame(columns).to_csv(index=False).encode(), "a.csv"))
    return {column.title: outline(column) for column in table.columns}


def test_numbers_are_outlined_as_numpy_counts() -> None:
    numbers = np.random.default_rng(0).normal(0, 1, 200).round(3)
    numbers[7] = 40.0
    numbers[8] = np.nan
    found = outlines(x=list(numbers), c=["a", "b"] * 100)["x"]
    there = numbers[np.isfinite(numbers)]
    assert (float(found.least), float(found.greatest)) == (there.min(), 40.0)
    assert float(found.middle) == float(f"{np.median(there):.6g}")
    assert found.bars == tuple(np.histogram(there, bins=BINS)[0])
    assert found.outliers == 1


def test_classes_days_and_texts() -> None:
    days = [str(day.date()) for day in pd.date_range("2024-01-05", periods=60)]
    colours = ["red"] * 30 + ["blue"] * 20 + ["green"] * 10
    notes = [f"the {row}th thing that happened" for row in range(60)]
    found = outlines(c=colours, d=list(reversed(days)), n=notes, x=[f"{row % 7}.5" for row in range(60)])
    assert found["c"] == Outline("green", "", "red", 0, (30, 20, 10))
    assert (found["d"].least, found["d"].greatest) == ("2024-01-05", "2024-03-04")
    assert sum(found["d"].bars) == 60
    assert found["n"] == Outline()
