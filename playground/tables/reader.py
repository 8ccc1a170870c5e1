"""Bytes in, a sheet of text cells out: what encoding, which separator, and one sentence where it is no table.

Nothing that a file says is ever executed, and no cell is changed here but for blanks around it: what looks like a formula
is text like any other.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.errors import Invalid, Problem, unknown
from playground.tables.limits import LIMITS
from playground.words import N_, _

ENCODINGS = {
    "auto": N_("Automatic"),
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "gb18030": "GB18030",
    "cp1252": N_("Western European"),
    "big5": "Big5",
    "shift_jis": "Shift JIS",
    "cp1251": N_("Cyrillic"),
}
"""Encodings that a person may name. "auto" tells the first four and Western European apart; the others only a person can."""

SEPARATORS = ("\t", ";", "|", ",", " ")
"""What may stand between cells; where several would do, the earlier one, as the later ones stand in cells more often."""

OTHER_FILES = {
    b"PK\x03\x04": N_("an Excel workbook or another zip archive"),
    b"PK\x05\x06": N_("an Excel workbook or another zip archive"),
    b"\xd0\xcf\x11\xe0": N_("an old Excel workbook"),
    b"PAR1": N_("a Parquet file"),
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

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks; the longer ones before those that they begin with."""

PEEK = 200
"""Records by which the separator is chosen."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that no table holds."""


@dataclass(frozen=True)
class Sheet:
    """A table of text as it was found.

    name: of its file. titles: [C] the header, each once. columns: for each of them its cells [N], without blanks around.
    encoding, separator: how it was read.
    """

    name: str
    titles: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    encoding: str
    separator: str

    def __len__(self) -> int:
        return len(self.columns[0])


def read_file(path: Path, encoding: str = "auto") -> Sheet:
    """The sheet in a file, which is not read into memory if it is too large. Raises Invalid with one problem."""
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
    return read_bytes(data, path.name, encoding)


def read_bytes(data: bytes, name: str = "", encoding: str = "auto") -> Sheet:
    """The sheet in the bytes of a file. Raises Invalid with one problem: what should hold, and what was found."""
    if encoding not in ENCODINGS:
        raise Invalid([unknown("encoding", encoding, list(ENCODINGS))])
    _check_size(len(data))
    for beginning, words in OTHER_FILES.items():
        if data.startswith(beginning):
            raise Invalid([Problem("file", _("should be a table as text (CSV)"), _(words))])
    text, encoding = _decoded(data, encoding)
    text, separator = _separated(text)
    records = _records(text, separator)
    titles = _titles(next(records, []))
    rows = list(records)
    if len(rows) < LIMITS.fewest:
        raise Invalid([Problem("rows", _("should be at least {count}").format(count=LIMITS.fewest), len(rows))])
    titles, squared = _squared(titles, rows)
    named, columns = _named(titles, list(zip(*squared, strict=True)))
    return Sheet(name, named, columns, encoding, separator)


def _check_size(size: int) -> None:
    if size > LIMITS.size:
        should = _("should be at most {count} MB").format(count=LIMITS.size // 2**20)
        raise Invalid([Problem("file", should, f"{size / 2**20:.1f} MB")])


# --- text --------------------------------------------------------------------------------------------------------------


def _decoded(data: bytes, encoding: str) -> tuple[str, str]:
    """The text of a file, and the encoding that it is in."""
    marked = next((name for mark, name in MARKS if data.startswith(mark)), None)
    chosen = marked or (_guessed(data) if encoding == "auto" else encoding)
    try:
        text = data.decode(chosen)
    except UnicodeError as error:
        place = getattr(error, "start", 0)
        should = _("should be text in the encoding {encoding}").format(encoding=chosen)
        raise Invalid([Problem("file", should, data[place : place + 8].hex(" "))]) from None
    text = text.removeprefix("\ufeff")
    if strange := CONTROL.search(text):
        found = _("the character {code} at place {place}").format(
            code=f"U+{ord(strange.group()):04X}", place=strange.start() + 1
        )
        raise Invalid([Problem("file", _("should be text without control characters"), found)])
    if not text.strip():
        raise Invalid([Problem("file", _("should hold a table"), _("nothing"))])
    return text, "utf-8" if chosen == "utf-8-sig" else chosen


def _guessed(data: bytes) -> str:
    """The encoding of text without a mark: UTF-8 where that is possible, UTF-16 by its zeros, GB18030 by its pairs of bytes."""
    if b"\0" in data:
        # Latin letters in UTF-16 have a zero in every second byte.
        even, odd = data[::2].count(0), data[1::2].count(0)
        if len(data) % 2 == 0 and max(even, odd) > 8 * min(even, odd) and max(even, odd) > len(data) / 8:
            return "utf-16-be" if even > odd else "utf-16-le"
        return "utf-8"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        return "gb18030" if _looks_chinese(data) else "cp1252"


def _looks_chinese(data: bytes) -> bool:
    """Whether bytes read as GB18030 are mostly common characters.

    The 3,755 commonest ones and Chinese punctuation begin with the bytes A1 … A3 and B0 … D7, followed by a byte from A1 on.
    In Western European text two letters outside of ASCII seldom meet, and then as small ones, which lie above.
    """
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    common = len(re.findall(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]", data))
    outside = len(re.findall(rb"[\x80-\xff]", data))
    return 2 * common > 0.7 * outside


# --- records -----------------------------------------------------------------------------------------------------------


def _separated(text: str) -> tuple[str, str]:
    """The text and what separates its cells; Excel's own line ``sep=;`` is followed and taken away."""
    if told := re.match(r"sep=([,;|\t])\r?\n", text, re.IGNORECASE):
        return text[told.end() :], told.group(1)
    found = {separator: _agreement(text, separator) for separator in SEPARATORS}
    best = max(found, key=lambda separator: found[separator])
    return text, best if found[best] > 0 else ","


def _agreement(text: str, separator: str) -> float:
    """The share of the first records that have as many cells as the header, if those are at least two; else 0."""
    counts: list[int] = []
    try:
        for _line, record in _parsed(text, separator):
            counts.append(len(record))
            if len(counts) == PEEK:
                break
    except Invalid:
        counts = counts[:-1]
    if len(counts) < 2 or counts[0] < 2:
        return 0.0
    usual, often = Counter(counts[1:]).most_common(1)[0]
    if usual not in (counts[0], counts[0] + 1):
        return 0.0
    # Blanks stand in most texts: they only separate where every record says so.
    share = often / (len(counts) - 1)
    return share if separator != " " or share == 1 else 0.0


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
    """Records, as long as the table keeps to the limits."""
    cells = 0
    for number, (line, record) in enumerate(_parsed(text, separator)):
        cells += len(record)
        _check("columns", len(record), LIMITS.columns)
        _check("rows", number, LIMITS.rows)
        _check("cells", cells, LIMITS.cells)
        if (longest := max(map(len, record))) > LIMITS.letters:
            raise _too_long(line, longest)
        yield line, record


def _too_long(line: int, found: int) -> Invalid:
    should = _("should have at most {count} characters in a cell; perhaps a quote is not closed").format(count=LIMITS.letters)
    return Invalid([Problem(_("line {number}").format(number=line), should, found)])


def _check(where: str, found: int, most: int) -> None:
    if found > most:
        raise Invalid([Problem(where, _("should be at most {count}").format(count=most), found)])


def _titles(header: tuple[int, list[str]] | list[str]) -> list[str]:
    """The first record, if it can be a header."""
    titles = header[1] if isinstance(header, tuple) else header
    if titles and all(re.fullmatch(r"[-+]?[\d.,]+", title) for title in titles):
        raise Invalid([Problem("header", _("should name the columns"), ", ".join(titles))])
    return titles


def _squared(titles: list[str], rows: Sequence[tuple[int, list[str]]]) -> tuple[list[str], list[list[str]]]:
    """Rows that all have as many cells as the header; what is empty at the end of every row is no column."""
    width = len(titles)
    if all(len(row) == width + 1 for _line, row in rows):
        # R writes the names of rows without a header over them.
        if any(row[-1] for _line, row in rows):
            return ["row", *titles], [row for _line, row in rows]
        return titles, [row[:-1] for _line, row in rows]
    for line, row in rows:
        while len(row) > width and not row[-1]:
            row.pop()
        if len(row) != width:
            should = _("should have {count} cells, as the header has").format(count=width)
            raise Invalid([Problem(_("line {number}").format(number=line), should, len(row))])
    return titles, [row for _line, row in rows]


def _named(titles: Sequence[str], columns: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Columns by title: those without both title and cells are dropped, those without a title get one."""
    kept = [
        (" ".join(title.split()) or _("column {number}").format(number=number), cells)
        for number, (title, cells) in enumerate(zip(titles, columns, strict=True), start=1)
        if title or any(cells)
    ]
    counts = Counter(title for title, _cells in kept)
    twice = [title for title, count in counts.items() if count > 1]
    if twice:
        raise Invalid([Problem("header", _("should name every column once"), ", ".join(twice))])
    if len(kept) < 2:
        raise Invalid([Problem("columns", _("should be at least {count}").format(count=2), len(kept))])
    return tuple(title for title, _cells in kept), tuple(cells for _title, cells in kept)
