"""Rows that sum up others: what stands at the end of exports and is no example."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from playground.uploads.columns import values
from playground.uploads.reading.reader import Sheet

WORDS = re.compile(
    r"(?:(?:sub|grand|over)[ -]?)?(?:totals?|sums?|summe|gesamt|gesamtsumme|totaux|totale|suma)\s*:?|total g[eé]n[eé]ral|"
    r"合计|总计|小计|總計|合計",
    re.IGNORECASE,
)
"""Cells that say that their row is a sum."""

MAX_TOTAL_SHARE = 0.1
"""The share of rows that may say so; with more it is a word like any other."""


def totals(sheet: Sheet) -> list[int]:
    """Rows that are sums of others: they say so, or the last one is the sum of all rows above it in two columns or more."""
    said = {row for cells in sheet.columns for row in _saying(cells)}
    last = len(sheet) - 1
    return sorted(said | ({last} if last not in said and _adds_up(sheet.columns, last) else set()))


def _saying(cells: Sequence[str]) -> list[int]:
    words = {cell for cell in set(cells) if WORDS.fullmatch(cell)}
    if not words:
        return []
    found = [row for row, cell in enumerate(cells) if cell in words]
    others = len(cells) - len(found)
    # A column in which only such words stand, or many of them, holds classes.
    return found if len(found) <= max(1, MAX_TOTAL_SHARE * others) and _mostly_filled(cells) else []


def _mostly_filled(cells: Sequence[str]) -> bool:
    return sum(map(bool, cells)) > 0.5 * len(cells)


def _adds_up(columns: Sequence[Sequence[str]], last: int) -> bool:
    """Whether the last row has gaps in place of names, and holds the sums of all others."""
    sums = 0
    if all(cells[last] for cells in columns):
        return False
    for cells in columns:
        if values.missing(cells[last]):
            continue
        shares = {comma: values.numbers(cells[:200], comma) for comma in (False, True)}
        comma = bool(np.isfinite(shares[True]).mean() > np.isfinite(shares[False]).mean())
        numbers = values.numbers(cells, comma)
        above = np.nansum(numbers[:last])
        if not np.isfinite(numbers[last]) or np.isfinite(numbers[:last]).mean() < 0.5 or above == 0:
            return False
        sums += bool(np.isclose(numbers[last], above, rtol=1e-3))
    return sums >= 2
