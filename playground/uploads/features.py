"""Columns in, numbers out, fitted on the training rows alone.

The number of numbers depends on the whole table, so that every split of it has the same shape; what they mean is found on
the training rows: means, deviations, the commonest categories, how rare a word is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from playground.uploads.columns import scales, times, values
from playground.uploads.columns.column import Column
from playground.uploads.columns.numbers import WAYS
from playground.uploads.columns.widths import CATEGORIES, WORDS, has_gaps, has_trend
from playground.uploads.table import Table

WORD = r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+"
"""A word: a run of letters and digits, or one Chinese character."""


def features(table: Table, train: np.ndarray, way: str = "standard") -> np.ndarray:
    """[N, F] float32 inputs of all rows, with statistics of the rows `train`; where a cell is missing stand zeros.

    way: how numbers become inputs, a key of `playground.uploads.columns.numbers.WAYS`.
    """
    return np.concatenate(by_column(table, train, way), axis=1).astype(np.float32)


def by_column(
    table: Table, train: np.ndarray, way: str = "standard", further: Mapping[str, Sequence[str]] | None = None
) -> list[np.ndarray]:
    """The inputs [N, F] that each column that is read becomes, in their order.

    further: cells of further rows for each of these columns, by name; they become the last rows, of the same shape, and change
    nothing in the others.
    """
    found = []
    for column in table.inputs:
        longer = replace(column, cells=(*column.cells, *further[column.name])) if further is not None else column
        found.append(_features(longer, column, has_trend(column, table.time), train, way))
    return found


def _features(column: Column, like: Column, trend: bool, train: np.ndarray, way: str) -> np.ndarray:
    """[N, F] numbers of one column; how many depends on the column `like`, which may be its first rows."""
    gaps = has_gaps(like)
    match column.kind:
        case "number" if way != "standard":
            return _with_gaps(WAYS[way](column.numbers, train), gaps)
        case "number":
            return _scaled(column.numbers[:, None], train, gaps)
        case "ordinal":
            steps = scales.ranks(column.plain, column.order)
            return _scaled(np.where(steps < 0, np.nan, steps)[:, None], train, gaps)
        case "date":
            return _scaled(_times(column.days, like.days, trend), train, gaps)
        case "answer":
            known = set(like.different)
            found = values.parse_yes_no([cell if cell in known else "" for cell in column.plain])
            assert found is not None, "the kind is checked before"
            signs = np.where(found[0] < 0, np.nan, 2.0 * found[0] - 1)[:, None]
            return _with_gaps(signs, gaps)
        case "text":
            return _text(column.plain, train)
    return _one_hot(column, like, train)


def _times(days: np.ndarray, like: np.ndarray, trend: bool) -> np.ndarray:
    """[N, F] the calendar of times [N], and the days since the first of those `like`; NaN where there is none."""
    parts = [times.calendar(days, times.has_hours(like))]
    if trend:
        parts.append(times.since_first(days, np.nanmin(like)))
    return np.concatenate(parts, axis=1)


def _scaled(numbers: np.ndarray, train: np.ndarray, gaps: bool) -> np.ndarray:
    """[N, F] with mean 0 and deviation 1 over the known training rows, then a mark for what is missing."""
    known = np.isfinite(numbers[train])
    count = np.maximum(known.sum(0), 1)
    mean = np.where(known, numbers[train], 0.0).sum(0) / count
    deviation = np.sqrt((np.where(known, numbers[train] - mean, 0.0) ** 2).sum(0) / count)
    scaled = (numbers - mean) / np.where(deviation > 0, deviation, 1.0)
    # A value that lies far outside of all training rows should not outshout every other input.
    return _with_gaps(np.clip(scaled, -10, 10), gaps)


def _with_gaps(numbers: np.ndarray, gaps: bool) -> np.ndarray:
    """[N, F] with zeros for NaN, and, where the column has gaps, a last one that is 1 at each gap."""
    filled = np.nan_to_num(numbers)
    return np.concatenate([filled, np.isnan(numbers[:, :1])], axis=1) if gaps else filled


def _one_hot(column: Column, like: Column, train: np.ndarray) -> np.ndarray:
    """[N, F] a place for each of the commonest categories of the training rows, one for the rest, one for gaps."""
    gone = np.array([not cell for cell in column.plain])
    different = like.different
    counts = Counter(column.plain[row] for row in train if not gone[row])
    common = sorted(counts, key=lambda cell: (-counts[cell], cell))[:CATEGORIES]
    places = {cell: place for place, cell in enumerate(common)}
    own = min(len(different), CATEGORIES)
    found = np.zeros((len(column.cells), own + (len(different) > CATEGORIES)))
    for row, cell in enumerate(column.plain):
        place = places.get(cell, own)
        if not gone[row] and place < found.shape[1]:
            found[row, place] = 1.0
    return np.concatenate([found, gone[:, None]], axis=1) if has_gaps(like) else found


def _text(cells: Sequence[str], train: np.ndarray) -> np.ndarray:
    """[N, WORDS] words hashed into places, weighed by how rare they are in the training rows (TF-IDF), of length 1."""
    # Imported here because scikit-learn takes a second or two to load, and the catalogue imports every suite.
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

    hashing = HashingVectorizer(n_features=WORDS, token_pattern=WORD, alternate_sign=False, norm=None)
    counts = hashing.transform(cells)
    weighing = TfidfTransformer(sublinear_tf=True).fit(counts[train])
    # Times its root, so that a text is about as loud as other inputs.
    return np.asarray(weighing.transform(counts).todense()) * np.sqrt(WORDS) / 2
