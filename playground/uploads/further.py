"""Further rows for a table that was learned from: which cells go with its columns, and what is unlike anything seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _, ngettext
from playground.uploads.columns.column import Column
from playground.uploads.reading.reader import Sheet
from playground.uploads.table import Table, identifiers

NAMED = 3
"""Categories that are named where they were never seen."""


def cells_of(table: Table, sheet: Sheet) -> dict[str, tuple[str, ...]]:
    """For each column that is read the cells of a sheet under the same header, or name; other columns are passed over.

    Raises Invalid with every column that is lacking.
    """
    by_title = dict(zip(sheet.titles, sheet.columns, strict=True))
    by_name = dict(zip(identifiers(sheet.titles), sheet.columns, strict=True))
    found, problems = {}, []
    for column in table.inputs:
        cells = by_title.get(column.title, by_name.get(column.name))
        if cells is None:
            problems.append(Problem(column.title, _("should be a column of the new rows"), ", ".join(sheet.titles)[:200]))
        else:
            found[column.name] = tuple(cells)
    if problems:
        raise Invalid(problems)
    return found


def strange(table: Table, train: np.ndarray, cells: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence for each column whose new cells are unlike those that were trained on: what is said of them is a guess.

    train: places of the rows that were trained on.
    """
    return [text for column in table.inputs if (text := _strange(column, train, cells[column.name]))]


def _strange(column: Column, train: np.ndarray, cells: Sequence[str]) -> str:
    new = replace(column, cells=tuple(cells))
    parts = []
    gone = int((~new.known).sum())
    if gone and not column.empty + column.strange:
        words = ngettext("{count} cell says nothing, as none did before", "{count} cells say nothing, as none did before", gone)
        parts.append(words.format(count=gone))
    if column.kind == "number":
        seen = column.numbers[train]
        low, high = np.nanmin(seen), np.nanmax(seen)
        outside = int(((new.numbers < low) | (new.numbers > high)).sum())
        if outside:
            words = ngettext(
                "{count} number lies outside of {low} to {high}", "{count} numbers lie outside of {low} to {high}", outside
            )
            parts.append(words.format(count=outside, low=f"{low:g}", high=f"{high:g}"))
    elif column.kind in ("category", "answer", "ordinal"):
        seen_cells = {column.plain[row] for row in train}
        unseen = [cell for cell in new.different if cell not in seen_cells]
        if unseen:
            parts.append(
                _("never seen: {cells}").format(cells=", ".join(unseen[:NAMED]) + ("…" if len(unseen) > NAMED else ""))
            )
    elif column.kind == "date":
        days = new.days[~np.isnat(new.days)]
        seen_days = column.days[train]
        seen_days = seen_days[~np.isnat(seen_days)]
        if len(days) and len(seen_days) and (outside := int(((days < seen_days.min()) | (days > seen_days.max())).sum())):
            words = ngettext("{count} day lies outside of those seen", "{count} days lie outside of those seen", outside)
            parts.append(words.format(count=outside))
    return _("{column}: {parts}.").format(column=column.title, parts=_("; ").join(parts)) if parts else ""
