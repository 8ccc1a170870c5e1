"""More rows than a table may have: they are counted to the end, and so many are drawn from them by a seed, if one agrees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import compress
from typing import TypeVar

import numpy as np

from playground.basics.errors import Invalid, Problem
from playground.basics.random_streams import stream
from playground.basics.words import _
from playground.uploads.reading.limits import LIMITS

Row = TypeVar("Row")


class TooMany(Invalid):
    """Raised where a table has more rows than are taken.

    found: rows that are there. most: rows that would be drawn from them. columns: cells of a row.
    """

    def __init__(self, found: int, most: int, columns: int):
        self.found, self.most, self.columns = found, most, columns
        what = _("draw that many by a seed: with one press on the page, with --sample on the command line")
        should = _("should be at most {count}; {what}").format(count=f"{most:,}", what=what)
        if most < LIMITS.rows:
            should = _("should be at most {count} where a row has {columns} cells ({cells} in all); {what}").format(
                count=f"{most:,}", columns=columns, cells=f"{LIMITS.cells:,}", what=what
            )
        super().__init__([Problem("rows", should, f"{found:,}")])


def most_rows(columns: int) -> int:
    """Rows that a table of so many columns may have."""
    return min(LIMITS.rows, LIMITS.cells // max(columns, 1))


def kept(rows: Callable[[], Iterable[Row]], columns: int, seed: int | None = None) -> tuple[list[Row], int]:
    """The rows that are kept, in their order, and how many there are. Raises TooMany if they are too many and no seed is given.

    rows: gives them from the first on each time it is called, as all of them may be too many to hold at once.
    columns: cells of a row. seed: draws which rows are kept, each with the same chance.
    """
    most, count = most_rows(columns), 0
    first: list[Row] = []
    for row in rows():
        count += 1
        if count <= most:
            first.append(row)
    if count <= most:
        return first, count
    if seed is None:
        raise TooMany(count, most, columns)
    del first
    return list(compress(rows(), _drawn(count, most, seed))), count


def _drawn(count: int, most: int, seed: int) -> Iterator[bool]:
    """[count] whether each row is kept; `most` of them are."""
    mask = np.zeros(count, bool)
    mask[stream(seed, "sample").choice(count, most, replace=False)] = True
    return iter(mask.tolist())
