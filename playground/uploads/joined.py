"""Several tables with the same inputs as one, in which each task has rows of its own.

A target that stands in one table only has no labels in the rows of the others. A column of its own says which table a row
is from; by it rows are split, so that each table has its part in learning, choosing and testing. It is no input.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.uploads.columns import values
from playground.uploads.reading import sampling
from playground.uploads.reading.limits import LIMITS
from playground.uploads.reading.reader import Sheet

PARTS = "table"
"""What the column is called that says which table a row is from."""


def joined(sheets: Sequence[Sheet], seed: int | None = None) -> Sheet:
    """One sheet of all; the first alone is itself. Raises Invalid with every problem.

    seed: draws which rows are kept where all together are too many, which otherwise raises sampling.TooMany.
    """
    if len(sheets) == 1:
        return sheets[0]
    if len(sheets) > LIMITS.files:
        should = _("should be at most {count} that are joined").format(count=LIMITS.files)
        raise Invalid([Problem("files", should, len(sheets))])
    names, titles = _names(sheets), list(dict.fromkeys(title for sheet in sheets for title in sheet.titles))
    parts = PARTS
    while parts in titles:
        parts += "_"
    if problems := _problems(sheets, names, [parts, *titles]):
        raise Invalid(problems)
    columns = [[name for name, sheet in zip(names, sheets, strict=True) for _row in range(len(sheet))]]
    columns += [[cell for sheet in sheets for cell in _cells(sheet, title)] for title in titles]
    rows, _found = sampling.kept(lambda: zip(*columns, strict=True), len(columns), seed)
    return Sheet(
        " + ".join(dict.fromkeys(sheet.name for sheet in sheets)),
        (parts, *titles),
        tuple(zip(*rows, strict=True)),
        sheets[0].encoding,
        sheets[0].separator,
        frozenset[str]().union(*(sheet.nameless for sheet in sheets)),
        passed=tuple(line for sheet in sheets for line in sheet.passed),
        found=sum(sheet.found for sheet in sheets),
        parts=parts,
    )


def _cells(sheet: Sheet, title: str) -> Sequence[str]:
    """The cells of a column; empty ones where the sheet does not have it."""
    return sheet.columns[sheet.titles.index(title)] if title in sheet.titles else ("",) * len(sheet)


def _names(sheets: Sequence[Sheet]) -> list[str]:
    """A name for each table: that of its file and sheet, with a number where another has the same."""
    plain = [f"{sheet.name}: {sheet.sheet}" if sheet.sheet else sheet.name for sheet in sheets]
    counts = Counter(plain)
    return [f"{name} ({place})" if counts[name] > 1 else name for place, name in enumerate(plain, start=1)]


def _problems(sheets: Sequence[Sheet], names: Sequence[str], titles: Sequence[str]) -> list[Problem]:
    """Why the tables cannot be joined."""
    problems = []
    if len(titles) > LIMITS.columns:
        should = _("should be at most {count} in all tables together").format(count=LIMITS.columns)
        problems.append(Problem("columns", should, len(titles)))
    if not set.intersection(*(set(sheet.titles) for sheet in sheets)):
        should = _("should have columns in common, which are what is read")
        problems.append(Problem(_(", ").join(names), should, _("none")))
    first = values.writes_commas(sheets[0].columns, sheets[0].separator)
    for sheet, name in zip(sheets[1:], names[1:], strict=True):
        if _misread(sheet, first):
            should = _("should write decimals as {name} does").format(name=names[0])
            problems.append(Problem(name, should, "1,5" if not first else "1.5"))
    return problems


def _misread(sheet: Sheet, comma: bool) -> bool:
    """Whether numbers of a sheet would be others if decimals were read as in another sheet."""
    own = values.writes_commas(sheet.columns, sheet.separator)
    if own == comma:
        return False
    pairs = ((values.numbers(cells, own), values.numbers(cells, comma)) for cells in sheet.columns)
    return any(not np.array_equal(right, wrong, equal_nan=True) for right, wrong in pairs)
