"""What the cells of a column amount to, at a glance: least, middle and greatest, what lies far out, and a small histogram."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from playground.uploads.columns.column import Column

BINS = 12
"""Bars of a histogram, at most."""

FAR = 3.0
"""Interquartile ranges beyond the quartiles from which Tukey calls a value far out."""


@dataclass(frozen=True)
class Outline:
    """Of one column.

    least, middle, greatest: as text; of classes the rarest and the commonest, "" where there is none.
    outliers: how many values lie far out. bars: how often values of each of at most `BINS` stretches, or classes, are there.
    """

    least: str = ""
    middle: str = ""
    greatest: str = ""
    outliers: int = 0
    bars: tuple[int, ...] = ()


def outline(column: Column) -> Outline:
    """The outline of a column, as it is read now."""
    match column.kind:
        case "number":
            return _of_numbers(column.numbers)
        case "date":
            return _of_days(column.days)
        case "ordinal":
            counted = Counter(column.plain)
            bars = tuple(counted[step] for step in column.order)
            return Outline(column.order[0], "", column.order[-1], 0, bars)
        case "category" | "answer":
            counts = Counter(cell for cell in column.plain if cell).most_common()
            return Outline(counts[-1][0], "", counts[0][0], 0, tuple(count for _cell, count in counts[:BINS]))
    return Outline()


def _of_numbers(numbers: np.ndarray) -> Outline:
    there = numbers[np.isfinite(numbers)]
    if not len(there):
        return Outline()
    least, first, middle, third, greatest = np.percentile(there, [0, 25, 50, 75, 100])
    far = FAR * (third - first)
    outliers = int(((there < first - far) | (there > third + far)).sum()) if far > 0 else 0
    bars = tuple(np.histogram(there, bins=min(BINS, len(np.unique(there))))[0].tolist())
    return Outline(f"{least:.6g}", f"{middle:.6g}", f"{greatest:.6g}", outliers, bars)


def _of_days(days: np.ndarray) -> Outline:
    there = np.sort(days[~np.isnat(days)])
    if not len(there):
        return Outline()
    ends = (0, len(there) // 2, -1)
    least, middle, greatest = (str(there[place]).removesuffix("T00:00:00").replace("T", " ") for place in ends)
    return Outline(least, middle, greatest, 0, _of_numbers(there.astype("int64").astype(float)).bars)
