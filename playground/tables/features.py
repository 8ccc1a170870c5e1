"""Columns in, numbers out, fitted on the training rows alone.

The number of numbers depends on the whole table, so that every split of it has the same shape; what they mean is found on
the training rows: means, deviations, the commonest categories, how rare a word is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from playground.tables import values
from playground.tables.table import Column, Table

CATEGORIES = 20
"""Categories of a column that get a place of their own; all others share one."""

WORDS = 64
"""Places into which the words of a text column are hashed."""

WORD = r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+"
"""A word: a run of letters and digits, or one Chinese character."""


def width(table: Table) -> int:
    """How many numbers the inputs of one row become."""
    return sum(_width(column, table.comma) for column in table.inputs)


def _width(column: Column, comma: bool) -> int:
    match column.kind:
        case "number" | "answer":
            return 1 + _has_gaps(column, comma)
        case "date":
            return 3 + _has_gaps(column, comma)
        case "text":
            return WORDS
    different = len(column.different)
    return min(different, CATEGORIES) + (different > CATEGORIES) + _has_gaps(column, comma)


def _has_gaps(column: Column, comma: bool) -> bool:
    return column.empty + column.strange(comma) > 0


def features(table: Table, train: np.ndarray) -> np.ndarray:
    """[N, F] float32 inputs of all rows, with statistics of the rows `train`; where a cell is missing stand zeros."""
    parts = [_features(column, table.comma, train) for column in table.inputs]
    return np.concatenate(parts, axis=1).astype(np.float32)


def _features(column: Column, comma: bool, train: np.ndarray) -> np.ndarray:
    """[N, F] numbers of one column."""
    match column.kind:
        case "number":
            return _scaled(values.numbers(column.cells, comma)[:, None], train, _has_gaps(column, comma))
        case "date":
            return _scaled(_calendar(values.dates(column.cells, column.form)), train, _has_gaps(column, comma))
        case "answer":
            found = values.answers(column.cells)
            assert found is not None, "the kind is checked before"
            signs = np.where(found[0] < 0, np.nan, 2.0 * found[0] - 1)[:, None]
            return _with_gaps(signs, _has_gaps(column, comma))
        case "text":
            return _text(column.cells, train)
    return _one_hot(column, comma, train)


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


def _calendar(days: np.ndarray) -> np.ndarray:
    """[N, 3] year, month and day of the week of days [N]; NaN for NaT."""
    years, months = days.astype("datetime64[Y]"), days.astype("datetime64[M]")
    parts = [years.astype(float) + 1970, (months - years.astype("datetime64[M]")).astype(float) + 1]
    # The first of January 1970 was a Thursday; Monday is 0.
    parts.append((days.astype(float) + 3) % 7)
    return np.where(np.isnat(days)[:, None], np.nan, np.stack(parts, axis=1))


def _one_hot(column: Column, comma: bool, train: np.ndarray) -> np.ndarray:
    """[N, F] a place for each of the commonest categories of the training rows, one for the rest, one for gaps."""
    gone = np.array([values.missing(cell) for cell in column.cells])
    different = column.different
    counts = Counter(column.cells[row] for row in train if not gone[row])
    common = sorted(counts, key=lambda cell: (-counts[cell], cell))[:CATEGORIES]
    places = {cell: place for place, cell in enumerate(common)}
    own = min(len(different), CATEGORIES)
    found = np.zeros((len(column.cells), own + (len(different) > CATEGORIES)))
    for row, cell in enumerate(column.cells):
        place = places.get(cell, own)
        if not gone[row] and place < found.shape[1]:
            found[row, place] = 1.0
    return np.concatenate([found, gone[:, None]], axis=1) if gone.any() else found


def _text(cells: Sequence[str], train: np.ndarray) -> np.ndarray:
    """[N, WORDS] words hashed into places, weighed by how rare they are in the training rows (TF-IDF), of length 1."""
    # Imported here because scikit-learn takes a second or two to load, and the catalogue imports every suite.
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

    hashing = HashingVectorizer(n_features=WORDS, token_pattern=WORD, alternate_sign=False, norm=None)
    counts = hashing.transform(["" if values.missing(cell) else cell for cell in cells])
    weighing = TfidfTransformer(sublinear_tf=True).fit(counts[train])
    # Times its root, so that a text is about as loud as other inputs.
    return np.asarray(weighing.transform(counts).todense()) * np.sqrt(WORDS) / 2
