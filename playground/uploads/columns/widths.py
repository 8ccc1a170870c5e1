"""How many numbers the columns of a table become, known before they are turned into any.

It depends on the whole table and not on a split of it, so that every split has inputs of the same shape.
"""

from __future__ import annotations

from collections.abc import Iterable

from playground.uploads.columns import times
from playground.uploads.columns.column import Column

CATEGORIES = 20
"""Categories of a column that get a place of their own; all others share one."""

WORDS = 64
"""Places into which the words of a text column are hashed."""


def width(inputs: Iterable[Column], time: str) -> int:
    """How many numbers the inputs of one row become; time: name of the column by which rows are split, "" for none."""
    return sum(_width(column, has_trend(column, time)) for column in inputs)


def has_trend(column: Column, time: str) -> bool:
    """Whether the days since the first are read too.

    Not where the rows stand in the order of this time and are split at random: then the number is the place of the row in the
    file, by which a network finds the rows beside it.
    """
    return column.kind == "date" and (column.name == time or not times.ordered(column.days))


def has_gaps(column: Column) -> bool:
    """Whether a cell is missing or cannot be read; a number then says so."""
    return column.empty + column.strange > 0


def _width(column: Column, trend: bool) -> int:
    match column.kind:
        case "number" | "answer" | "ordinal":
            return 1 + has_gaps(column)
        case "date":
            return 2 * times.has_hours(column.days) + 9 + trend + has_gaps(column)
        case "text":
            return WORDS
    different = len(column.different)
    return min(different, CATEGORIES) + (different > CATEGORIES) + has_gaps(column)
