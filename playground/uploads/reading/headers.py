"""Where the header stands, and whether what stands below has as many cells: rows with names of their own, or torn cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _

MOST_ABOVE = 20
"""Lines above a header or below a table that are passed over, at most."""

KEY_TITLE = re.compile(
    r"(?:^|[\W_])(?:id|ids|nr|no|num|number|index|idx|key|row|rowid|rownum|rownames|uuid|guid|oid|pk|seq|sequence|record|case|identifier|identnr"
    r"|编号|序号|行号|学号)$|(?<=[a-z])(?:ID|Id|Nr|No)$|^#$",
)
"""Titles, in small letters or as they stand, of columns that count or name rows."""

NAME_TITLE = re.compile(r"(?:^|[\W_])(?:name|names|customer|client|person|patient|student|day|week|month|year|date)$|^名|姓名$")
"""Other titles under which names or counts belong."""

NUMBER = re.compile(r"[-+]?[\d.,]+(?:[eE][-+]?\d+)?")
"""How a number looks, in any land."""

CELLS = tuple[int, list[str]]
"""A record: the number of its last line, and its cells."""


def is_key_title(title: str) -> bool:
    """Whether a header says that its column counts or names the rows."""
    return bool(KEY_TITLE.search(title) or KEY_TITLE.search(title.casefold()))


def place(records: Sequence[Sequence[str]]) -> tuple[int, float]:
    """Which of the first records is the header, and the share of those below that have its number of cells; 0, 0 for none.

    What stands above a header has fewer cells, or only one that is filled. Below it there may be one cell more.
    """
    if len(records) < 2:
        return 0, 0.0
    usual, _often = Counter(map(len, records[1:])).most_common(1)[0]
    for number, record in enumerate(records[: min(MOST_ABOVE + 1, len(records) - 1)]):
        if usual >= 2 and len(record) in (usual, usual - 1) and len(record) >= 2 and sum(map(bool, record)) >= 2:
            below = records[number + 1 :]
            if len(record) < usual and _is_header(below):
                continue
            return number, sum(len(one) == usual for one in below) / len(below)
    return 0, 0.0


def place_in_sheet(records: Sequence[Sequence[str]]) -> int:
    """Which of the first records of a sheet is the header, where records end with their last filled cell.

    A column that is often blank at the end makes most rows shorter than their header; what stands above it is shorter still.
    """
    if len(records) < 2:
        return 0
    usual, _often = Counter(map(len, records[1:])).most_common(1)[0]
    for number, record in enumerate(records[: min(MOST_ABOVE + 1, len(records) - 1)]):
        if len(record) >= max(2, usual - 1) and sum(map(bool, record)) >= 2:
            return number
    return 0


def _is_header(records: Sequence[Sequence[str]]) -> bool:
    """Whether the first record is one of words, each filled, above a column of numbers."""
    first, *below = records
    if any(not cell or NUMBER.fullmatch(cell) for cell in first):
        return False
    return any(_share(bool(NUMBER.fullmatch(cell)) for cell in column) > 0.8 for column in zip(*below, strict=False))


def titles_of(header: Sequence[str]) -> list[str]:
    """A record as a header; raises Invalid if it can be none."""
    if header and all(re.fullmatch(r"[-+]?[\d.,]+", title) for title in header):
        raise Invalid([Problem("header", _("should name the columns"), ", ".join(header))])
    if all(re.fullmatch(r"'[^']+'", title) for title in header):
        return [title[1:-1] for title in header]
    return list(header)


def without_footnotes(width: int, rows: list[CELLS]) -> tuple[list[CELLS], list[str]]:
    """The rows without lines of words below them that are one cell each, and those lines."""
    last = len(rows)
    while last and len(rows) - last < MOST_ABOVE and width > 1:
        filled = [cell for cell in rows[last - 1][1] if cell]
        if len(filled) > 1 or len(rows[last - 1][1]) == width or not re.search(r"[^\W\d]{2}", filled[0]):
            break
        last -= 1
    return rows[:last], [row[0] for _line, row in rows[last:]]


def squared(
    titles: list[str], rows: Sequence[CELLS], separator: str, lines: Sequence[str], names: bool = False
) -> tuple[list[str], list[list[str]], bool]:
    """Titles and rows of equal length, and whether the first column holds names of rows, for which "" is the title.

    What is empty at the end of every row is no column. Rows that all have one cell more than the header begin with their
    names, as R writes them, if the first cells can be names; else a cell was torn by a separator in it, and Invalid is raised.
    lines: some of the table's lines as they stand. names: a person says that they are names.
    """
    width = len(titles)
    if all(len(row) == width + 1 for _line, row in rows):
        if not any(row[-1] for _line, row in rows):
            return titles, [row[:-1] for _line, row in rows], False
        if not names and _torn(titles, [row for _line, row in rows], separator, lines):
            raise _two_readings(titles, rows[0][1], separator)
        return ["", *titles], [row for _line, row in rows], True
    for line, row in rows:
        while len(row) > width and not row[-1]:
            row.pop()
        if len(row) != width:
            should = _("should have {count} cells, as the header has").format(count=width)
            raise Invalid([Problem(_("line {number}").format(number=line), should, len(row))])
    return titles, [row for _line, row in rows], False


def _torn(titles: Sequence[str], rows: Sequence[Sequence[str]], separator: str, lines: Sequence[str]) -> bool:
    """Whether one cell more than the header has is rather a cell that holds a separator than the name of its row."""
    first = [row[0] for row in rows]
    if len(set(first)) < len(first) or not all(first):
        return True  # names of rows are all there and all different
    if separator != ",":
        return False  # decimals and places are written with commas
    if _share(re.match(r'"[^"]*",', line) is not None for line in lines) > 0.9:
        return False  # R puts names between quotes
    if NAME_TITLE.search(titles[0].casefold()) or is_key_title(titles[0]):
        return True  # the header has a title for them
    if _share(bool(re.search(r",\s+[^,]*$", line)) and not re.search(r",\s.*,", line) for line in lines) > 0.9:
        return True  # "Paris, France": only the last comma has a blank behind it
    if any(
        _decimals(left, right) for left, right in zip(zip(*rows, strict=True), list(zip(*rows, strict=True))[1:], strict=False)
    ):
        return True
    count = all(cell.isdecimal() for cell in first) and {int(b) - int(a) for a, b in pairwise(first)} == {1}
    words = not any(re.fullmatch(r"[-+]?[\d.,]+", cell) for cell in first)
    # Names without quotes are believed if all else is numbers, which no torn place is.
    rest = all(re.fullmatch(r"[-+]?[\d.]*(?:[eE][-+]?\d+)?|NA", cell) for row in rows[:200] for cell in row[1:])
    return not count and not (words and rest)


def _decimals(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether two columns look like the halves of numbers with a comma: cents such as 05 stand in the second."""
    return (
        all(re.fullmatch(r"[-+]?\d+", cell) for cell in left)
        and all(re.fullmatch(r"\d+", cell) for cell in right)
        and any(len(cell) > 1 and cell[0] == "0" for cell in right)
    )


def _share(found: Iterable[bool]) -> float:
    every = list(found)
    return sum(every) / len(every) if every else 0.0


def _two_readings(titles: Sequence[str], row: Sequence[str], separator: str) -> Invalid:
    """One sentence with both ways to read rows that have one cell more than the header."""
    should = _(
        "should have a title for every cell: either rows begin with names ({name}, then {title} = {cell}), which can be said, "
        "or a cell holds the separator ({torn}) and should stand in quotes"
    ).format(name=row[0][:20], title=titles[0][:20], cell=row[1][:20], torn=separator.join(row[-2:])[:30])
    return Invalid([Problem("header", should, _("{titles} titles, {cells} cells").format(titles=len(titles), cells=len(row)))])


def named(
    titles: Sequence[str], columns: Iterable[tuple[str, ...]], names: bool = False
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], frozenset[str]]:
    """Columns by title: those without both title and cells are dropped, those without a title get one.

    names: the first column holds names of rows. The last of three is the titles that were given.
    """
    given = {0: "row"} if names else {}
    kept = [
        (" ".join(title.split()) or given.get(number) or _("column {number}").format(number=number + 1), cells, not title)
        for number, (title, cells) in enumerate(zip(titles, columns, strict=True))
        if title or any(cells)
    ]
    counts = Counter(title for title, _cells, _new in kept)
    twice = [title for title, count in counts.items() if count > 1]
    if twice:
        raise Invalid([Problem("header", _("should name every column once"), ", ".join(twice))])
    if len(kept) < 2:
        raise Invalid([Problem("columns", _("should be at least {count}").format(count=2), len(kept))])
    nameless = frozenset(title for title, _cells, new in kept if new)
    return tuple(title for title, _cells, _new in kept), tuple(cells for _title, cells, _new in kept), nameless
