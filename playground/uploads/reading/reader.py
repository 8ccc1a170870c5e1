"""Bytes in, a sheet of text cells out: what encoding, which separator, and one sentence where it is no table.

Nothing that a file says is ever executed, and no cell is changed here but for blanks around it: what looks like a formula
is text like any other.
"""

from __future__ import annotations

import csv
import io
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.words import N_, _
from playground.uploads.reading import apart, headers, sampling
from playground.uploads.reading.encodings import CONTROL, ENCODINGS, decoded, readings
from playground.uploads.reading.limits import LIMITS

SEPARATORS = ("\t", ";", "|", ",", "；", "，", " ")
"""What may stand between cells; where several would do, the earlier one, as the later ones stand in cells more often."""

UNPACKED = {b"PK\x03\x04": "xlsx", b"PAR1": "parquet"}
"""How files begin that are read by `playground.uploads.reading.apart`, and in which form they are."""

OTHER_FILES = {
    b"PK\x05\x06": N_("an empty zip archive"),
    b"\xd0\xcf\x11\xe0": N_("an old Excel workbook, or one with a password"),
    b"ARROW1": N_("an Arrow file"),
    b"\x1f\x8b": N_("a gzip archive"),
    b"BZh": N_("a bzip2 archive"),
    b"\xfd7zXZ": N_("an xz archive"),
    b"7z\xbc\xaf": N_("a 7z archive"),
    b"Rar!": N_("a rar archive"),
    b"%PDF": N_("a PDF file"),
    b"\x89PNG": N_("a picture"),
    b"\xff\xd8\xff": N_("a picture"),
    b"GIF8": N_("a picture"),
    b"SQLite format 3": N_("an SQLite database"),
    b"\x89HDF": N_("an HDF5 file"),
    b"\x93NUMPY": N_("a NumPy file"),
    b"\x7fELF": N_("a program"),
    b"MZ\x90": N_("a program"),
    b"<!DOCTYPE": N_("a web page"),
    b"<html": N_("a web page"),
    b"<?xml": N_("an XML file"),
}
"""How other kinds of files begin, and what they are called."""

PEEK = 200
"""Records by which the separator is chosen."""


@dataclass(frozen=True)
class Sheet:
    """A table of text as it was found.

    name: of its file. titles: [C] the header, each once. columns: for each of them its cells [N], without blanks around.
    encoding, separator: how it was read, "" where there was no text.
    nameless: titles of columns that had none. names: whether the first one holds names of rows.
    passed: lines above the header and below the table that are no part of it.
    others: other encodings that are possible, each with a word as it would read.
    found: rows of its file, of which some may have been drawn. sheets: of its workbook; sheet: the one that was read.
    parts: title of the column that says which of several joined tables a row is from, "" for a table alone.
    """

    name: str
    titles: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    encoding: str
    separator: str
    nameless: frozenset[str] = frozenset()
    names: bool = False
    passed: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    found: int = 0
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    parts: str = ""

    def __len__(self) -> int:
        return len(self.columns[0])


def read_file(
    path: Path, encoding: str = "auto", header: int = 0, names: bool = False, sheet: str = "", seed: int | None = None
) -> Sheet:
    """The sheet in a file, which is not read if it is too large; see `read_bytes`. Raises Invalid with one problem."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise Invalid([Problem("file", _("should be an ordinary file"), path.name)])
        _check_size(about.st_size)
        with path.open("rb") as file:
            data = file.read(LIMITS.size + 1)
    except OSError as error:
        raise Invalid([Problem("file", _("should be a file that can be read"), f"{path.name}: {error.strerror}")]) from None
    except Invalid:
        raise
    except ValueError:  # a name with a NUL
        raise Invalid([Problem("file", _("should be a file that can be read"), path.name)]) from None
    return read_bytes(data, path.name, encoding, header, names, sheet, seed)


def read_bytes(
    data: bytes,
    name: str = "",
    encoding: str = "auto",
    header: int = 0,
    names: bool = False,
    sheet: str = "",
    seed: int | None = None,
    fewest: int = LIMITS.fewest,
) -> Sheet:
    """The sheet in the bytes of a file. Raises Invalid with one problem: what should hold, and what was found.

    header: the line in which the header stands, 0 to look for it. names: rows begin with names that have no title.
    sheet: the name of one of several in a workbook. seed: draws which rows are kept where they are too many, which
    otherwise raises sampling.TooMany. fewest: rows that it needs.
    """
    if encoding not in ENCODINGS:
        raise Invalid([unknown("encoding", encoding, list(ENCODINGS))])
    _check_size(len(data))
    for beginning, words in OTHER_FILES.items():
        if data.startswith(beginning):
            should = _("should be a table as text (CSV), an Excel workbook (.xlsx) or a Parquet file")
            raise Invalid([Problem("file", should, _(words))])
    for beginning, form in UNPACKED.items():
        if data.startswith(beginning):
            return _unpacked(apart.unpacked(data, form, sheet, seed, header), name, form, fewest)
    if sheet:
        raise Invalid([Problem("sheet", _("should go with an Excel workbook"), sheet)])
    text, taken = decoded(data, encoding)
    text, separator, above = _separated(text, header)
    first = list(islice(_records(text, separator), above + 1))
    titles = headers.titles_of(first[above][1] if len(first) > above else [])
    rows, found = sampling.kept(lambda: islice(_records(text, separator), above + 1, None), len(titles), seed)
    rows, below = headers.without_footnotes(len(titles), rows)
    _check_fewest(len(rows), fewest)
    lines = text.splitlines()[rows[0][0] - 1 :][:PEEK]
    titles, cells, named = headers.squared(titles, rows, separator, lines, names)
    shown, columns, nameless = headers.named(titles, zip(*cells, strict=True), named)
    passed = (*(separator.join(filter(None, record)) for _line, record in first[:above]), *below)
    others = tuple(readings(data, taken)) if encoding == "auto" else ()
    return Sheet(name, shown, columns, taken, separator, nameless, named, passed, others, found - len(below))


def _unpacked(found: apart.Unpacked, name: str, form: str, fewest: int) -> Sheet:
    """The sheet of a file that was unpacked; what holds for cells of text holds for these."""
    for number, cells in found.rows:
        if (longest := max(map(len, cells))) > LIMITS.letters:
            raise _too_long(number, longest)
        if strange := next(filter(None, map(CONTROL.search, cells)), None):
            should = _("should be text without control characters")
            raise Invalid([Problem(_("line {number}").format(number=number), should, f"U+{ord(strange.group()):04X}")])
    titles = [title.strip() for title in found.titles]
    rows, below = found.rows, list[str]()
    if form == "xlsx":
        titles = headers.titles_of(titles)
        ended = [
            (number, cells[: max((place for place, cell in enumerate(cells, 1) if cell), default=1)]) for number, cells in rows
        ]
        kept, below = headers.without_footnotes(len(titles), ended)
        rows = rows[: len(kept)]
    _check_fewest(len(rows), fewest)
    stripped = [tuple(map(str.strip, column)) for column in zip(*(cells for _number, cells in rows), strict=True)]
    shown, columns, nameless = headers.named(titles, stripped)
    passed, count = (*found.passed, *below), found.found - len(below)
    return Sheet(name, shown, columns, "", "", nameless, False, passed, (), count, found.sheets, found.sheet)


def _check_size(size: int) -> None:
    if size > LIMITS.size:
        should = _("should be at most {count} MB; leave out columns that are not needed, or save it as Parquet")
        raise Invalid([Problem("file", should.format(count=LIMITS.size // 2**20), f"{size / 2**20:.1f} MB")])


def _check_fewest(rows: int, fewest: int) -> None:
    if rows < fewest:
        raise Invalid([Problem("rows", _("should be at least {count}").format(count=fewest), rows)])


# --- records -----------------------------------------------------------------------------------------------------------


def _separated(text: str, header: int) -> tuple[str, str, int]:
    """The text, what separates its cells, and how many records stand above the header.

    Excel's own line ``sep=;`` is followed and taken away.
    """
    if told := re.match(r"sep=([,;|\t])\r?\n", text, re.IGNORECASE):
        text, found = text[told.end() :], [told.group(1)]
    else:
        found = list(SEPARATORS)
    agreed = {separator: _agreement(text, separator, header) for separator in found}
    best = max(found, key=lambda separator: agreed[separator][0])
    share, above = agreed[best]
    return text, best if share > 0 or told else ",", above if share > 0 else 0


def _agreement(text: str, separator: str, header: int) -> tuple[float, int]:
    """The share of the first records that have as many cells as the header, and the records above it; 0, 0 without one."""
    records: list[list[str]] = []
    above = 0
    try:
        for line, record in _parsed(text, separator):
            above += line < header
            records.append(record)
            if len(records) == PEEK:
                break
    except Invalid:
        records = records[:-1]
    number, share = headers.place(records[above:])
    # Blanks stand in most texts: they only separate where every record says so.
    if separator == " " and (share < 1 or number):
        return 0.0, 0
    # Of two that would do, the one under which less is passed over.
    return max(share - number / 1000, 0.0), above + (0 if header else number)


def _parsed(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Records that are not empty, with the number of their last line; cells without blanks around them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            if "field limit" in str(error):  # a quote that nobody closes, or no separator at all
                raise _too_long(reader.line_num, csv.field_size_limit()) from None
            should = _("should close every quote, with a separator behind it ({reason})").format(reason=error)
            raise Invalid([Problem(_("line {number}").format(number=reader.line_num), should, _first_quote(text))]) from None
        if record is None:
            return
        cells = [cell.strip() for cell in record]
        if any(cells):
            yield reader.line_num, cells


def _first_quote(text: str) -> str:
    place = text.find('"')
    return text[place : place + 40] if place >= 0 else text[:40]


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Records, as long as each of them keeps to the limits."""
    for line, record in _parsed(text, separator):
        if len(record) > LIMITS.columns:
            should = _("should be at most {count}; leave out some in a spreadsheet program").format(count=LIMITS.columns)
            raise Invalid([Problem("columns", should, f"{len(record):,}")])
        if (longest := max(map(len, record))) > LIMITS.letters:
            raise _too_long(line, longest)
        yield line, record


def _too_long(line: int, found: int) -> Invalid:
    should = _("should have at most {count} characters in a cell; perhaps a quote is not closed").format(count=LIMITS.letters)
    return Invalid([Problem(_("line {number}").format(number=line), should, found)])
