"""How much one column tells of another, from 0 to 1, whatever they hold: corrected for chance, and beside it what chance gives.

Two columns of classes have Cramér's V, a number and a class the correlation ratio, and two numbers the best of three: linear
correlation, and the correlation ratio of either over bins of the other, which sees y = x² as well. The textbook forms of all
three grow with the number of classes where there are few rows (0.5 for independent columns with ten classes on 36 rows), so
each is corrected: V as Bergsma, J. Korean Stat. Soc. 2013, η² as Kelley's ε², PNAS 1935, and r² in the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from playground.basics.random_streams import stream

SHUFFLES = 199
"""How often one column is shuffled to see what chance gives."""

QUANTILE = 0.95
"""The part of shuffled columns that stay at or below what is called chance."""

BINS = 10
"""Bins of a number, at most, and how many examples each holds at least."""
FILLED = 6


class Tie(NamedTuple):
    """What two columns have in common.

    strength: 0 for nothing that can be told from chance on average, 1 where one tells the other; NaN where nothing can be said.
    chance: the strength that 95 of 100 shuffled columns do not exceed. linear: Pearson's r of two numbers, else NaN.
    """

    strength: float = np.nan
    chance: float = np.nan
    linear: float = np.nan


def tie(first: np.ndarray, second: np.ndarray) -> Tie:
    """What two columns [N] have in common; integers are classes, other numbers are numbers. The same either way round."""
    if len(np.unique(first)) < 2 or len(np.unique(second)) < 2:
        return Tie()
    classes = first.dtype.kind in "iu", second.dtype.kind in "iu"
    if classes == (False, True):
        first, second = second, first
    if not any(classes):
        return _of_numbers(first, second)
    measure = cramer if all(classes) else correlation_ratio
    first, second = _codes(first), _codes(second) if all(classes) else second
    return Tie(measure(first, second), _chance(lambda order: measure(first, second[order]), len(first)))


def _of_numbers(first: np.ndarray, second: np.ndarray) -> Tie:
    """What two columns of numbers have in common, straight or not."""
    binned = bins(first), bins(second)

    def strongest(order: np.ndarray) -> float:
        one, other = first[order], second
        found = (linear(one, other), correlation_ratio(binned[1], one), correlation_ratio(binned[0][order], other))
        return max(value for value in found if not np.isnan(value))

    there = np.arange(len(first))
    return Tie(strongest(there), _chance(strongest, len(first)), float(np.corrcoef(first, second)[0, 1]))


def _chance(strength: Callable[[np.ndarray], float], count: int) -> float:
    """What the strength seldom exceeds when one of the columns of `count` rows stands in a random order; the same each time."""
    rng = stream(0, "chance")
    return float(np.quantile([strength(rng.permutation(count)) for _time in range(SHUFFLES)], QUANTILE, method="higher"))


def cramer(first: np.ndarray, second: np.ndarray) -> float:
    """Cramér's V of two columns of classes [N], numbered from 0, with Bergsma's correction, between 0 and 1.

    φ̃² = max(0, χ²/N − (r−1)(c−1)/(N−1)), divided by the smaller of r̃−1 and c̃−1, where r̃ = r − (r−1)²/(N−1). NaN where as
    many classes as rows leave nothing to say.
    """
    count, rows, columns = len(first), int(first.max()) + 1, int(second.max()) + 1
    table = np.bincount(first * columns + second, minlength=rows * columns).reshape(rows, columns)
    expected = np.outer(table.sum(1), table.sum(0)) / count
    square = float(((table - expected) ** 2 / expected).sum()) / count
    square -= (rows - 1) * (columns - 1) / (count - 1)
    least = min(size - 1 - (size - 1) ** 2 / (count - 1) for size in (rows, columns))
    return float(np.sqrt(np.clip(square / least, 0, 1))) if least > 0 else np.nan


def correlation_ratio(classes: np.ndarray, numbers: np.ndarray) -> float:
    """ε of numbers [N] in classes [N], numbered from 0: the root of the part of the variance that classes explain, corrected.

    ε² = 1 − (1 − η²)(N−1)/(N−k) for k classes, where η² is the part of the variance between the classes' means; 0 where that is
    negative, NaN where as many classes as rows leave nothing to say.
    """
    count = np.bincount(classes)
    means = np.bincount(classes, numbers) / np.maximum(count, 1)
    left = len(numbers) - int((count > 0).sum())
    if left < 1:
        return np.nan
    within = float(((numbers - means[classes]) ** 2).mean() / numbers.var())
    return float(np.sqrt(np.clip(1 - within * (len(numbers) - 1) / left, 0, 1)))


def linear(first: np.ndarray, second: np.ndarray) -> float:
    """The size of Pearson's r of numbers [N], corrected in the same way: r² counts for 1 − (1 − r²)(N−1)/(N−2)."""
    if len(first) < 3:
        return np.nan
    r = float(np.corrcoef(first, second)[0, 1])
    return float(np.sqrt(np.clip(1 - (1 - r**2) * (len(first) - 1) / (len(first) - 2), 0, 1)))


def bins(numbers: np.ndarray) -> np.ndarray:
    """[N] the bin of each number, from 0: up to `BINS` that hold about equally many; equal numbers are in one bin."""
    count = max(2, min(BINS, len(numbers) // FILLED))
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, count + 1)[1:-1]))
    return _codes(np.searchsorted(edges, numbers, side="right"))


def _codes(classes: np.ndarray) -> np.ndarray:
    """[N] the classes that occur, numbered from 0."""
    return np.unique(classes, return_inverse=True)[1]
