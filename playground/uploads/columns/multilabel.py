"""Columns with several labels in a cell, "drama;comedy": each label becomes a column of its own with yes and no."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from playground.uploads.columns import values
from playground.uploads.reading.limits import LIMITS

SEPARATORS = (";", "|", ",")
"""What stands between the labels of a cell; of several that would do, the first."""

OFTEN = 0.1
"""The share of the cells that hold more than one label, at least."""

WORDY = 4
"""Words of a label at most: longer ones are parts of sentences."""

FEWEST = 5
"""Rows that have a label, and rows that do not: with fewer there is nothing to learn."""


def separator(cells: Sequence[str]) -> str:
    """What separates the labels of a column; "" where its cells hold no several ones.

    Few labels have to make up many cells, and each of them has to come back.
    """
    there = [cell for cell in cells if not values.missing(cell)]
    for sign in SEPARATORS:
        several = sum(sign in cell for cell in there)
        if not there or several < OFTEN * len(there):
            continue
        counts = Counter(label for cell in there for label in set(split(cell, sign)))
        whole, again = len(set(there)), sum(count for count in counts.values() if count >= FEWEST)
        wordy = any(len(label.split()) > WORDY for label in counts)
        if len(counts) <= LIMITS.classes and len(counts) < whole and again >= 0.9 * counts.total() and not wordy:
            return sign
    return ""


def guess(cells: Sequence[str], kind: str) -> str:
    """What a column is that was taken for words: several labels in a cell, where that is what it holds."""
    return "labels" if kind in ("category", "text", "out") and separator(cells) else kind


def split(cell: str, sign: str) -> list[str]:
    """The labels of one cell."""
    return [label for part in cell.split(sign) if (label := " ".join(part.split()))]


def counted(cells: Sequence[str], sign: str) -> list[tuple[str, int]]:
    """Every label with the rows that have it, the commonest first."""
    counts = Counter(label for cell in cells if not values.missing(cell) for label in set(split(cell, sign)))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def taken(cells: Sequence[str], sign: str) -> list[str]:
    """The labels that become columns: those that are neither rare nor everywhere, the commonest where they are too many."""
    there = sum(not values.missing(cell) for cell in cells)
    usable = [label for label, count in counted(cells, sign) if FEWEST <= count <= there - FEWEST]
    return usable[: LIMITS.labels]


def parse_labels(cells: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """For each label that is taken yes and no [N]; an empty cell says nothing about any."""
    sign = separator(cells)
    labels = taken(cells, sign)
    held = [None if values.missing(cell) else set(split(cell, sign)) for cell in cells]
    return [(label, tuple("" if one is None else "yes" if label in one else "no" for one in held)) for label in labels]
