"""Excel workbooks (.xlsx, .xlsm): their cells as text. openpyxl reads them; what it is given is measured before.

Values are read, not formulas. Macros, links to other files, pictures and archives inside are never opened. A workbook is a
zip archive of XML, so every entry is unpacked once and counted, as what an archive says of its own sizes may be wrong;
entities, by which a few bytes of XML become many, are refused. All this runs in a process of its own; see `apart`.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.words import _
from playground.uploads.reading.limits import LIMITS

CHUNK = 2**20
"""Bytes that are unpacked at a time."""

RATIO_FROM = 2**20
"""Bytes of an entry from which on it is asked how much it was packed; small ones do no harm."""

EXCEL_ROWS, EXCEL_COLUMNS = 2**20, 2**14
"""The most that Excel itself has in a sheet."""

ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0[DE]\0|\0<\0!\0[DE]")
"""How XML declares a document type or an entity, in UTF-8 and in both kinds of UTF-16."""

UNKNOWN_FORMULA = re.compile(rb"(?:</f>|<f\b[^<>]*/>)\s*(?:<v>\s*</v>|<v\s*/>)?\s*</c>")
"""A cell with a formula and without the value that it had when it was saved."""

SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
"""Where the sheets of a workbook lie."""


def checked(data: bytes) -> None:
    """Nothing, if the archive is a workbook that can be unpacked safely; raises Invalid with one problem otherwise."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            _check_is_workbook(names)
            total = 0
            for entry in archive.infolist():
                total += _measured(archive, entry, total)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, Invalid):
            raise
        raise _broken(error) from None


def _check_is_workbook(names: list[str]) -> None:
    should = _("should be a table as text (CSV), an Excel workbook (.xlsx) or a Parquet file")
    if "xl/workbook.bin" in names:
        raise Invalid([Problem("file", should, _("a binary Excel workbook (.xlsb)"))])
    if "content.xml" in names:
        raise Invalid([Problem("file", should, _("an OpenDocument file"))])
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise Invalid([Problem("file", should, _("a zip archive that is no workbook"))])


def _measured(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, before: int) -> int:
    """True bytes of an entry. Raises Invalid where it and those before it, or it alone for its packed size, are too large."""
    size, unknown_formulas, tail = 0, 0, b""
    xml = entry.filename.endswith((".xml", ".rels", ".vml"))
    with archive.open(entry) as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if before + size > LIMITS.unpacked:
                should = _("should be at most {count} MB when it is unpacked; save only the sheet that is needed")
                found = _("more than {count} MB").format(count=LIMITS.unpacked // 2**20)
                raise Invalid([Problem("file", should.format(count=LIMITS.unpacked // 2**20), found)])
            if size > RATIO_FROM and size > LIMITS.ratio * max(entry.compress_size, 1):
                should = _("should be packed to no less than a part in {count}; save it as CSV").format(count=LIMITS.ratio)
                found = _("{name}, packed to a part in {count}").format(
                    name=entry.filename, count=size // max(entry.compress_size, 1)
                )
                raise Invalid([Problem("file", should, found)])
            if xml:
                looked, tail = tail + chunk, chunk[-64:]
                if ENTITIES.search(looked):
                    should = _("should be a workbook without entities of its own in its XML")
                    raise Invalid([Problem("file", should, entry.filename)])
                unknown_formulas += len(UNKNOWN_FORMULA.findall(chunk))
    if unknown_formulas and SHEET.fullmatch(entry.filename):
        should = _("should hold the values of its formulas; open it in a spreadsheet program and save it there")
        raise Invalid([Problem("file", should, _("{count} formulas without a value").format(count=f"{unknown_formulas:,}"))])
    return size


def opened(data: bytes) -> Any:
    """The workbook of bytes that were checked. Raises Invalid where openpyxl cannot read it."""
    from openpyxl import load_workbook

    try:
        return load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:  # a broken workbook makes it raise anything at all
        raise _broken(error) from None


def sheets(book: Any) -> list[str]:
    """Names of the sheets that hold cells, in their order; sheets of charts do not."""
    return [sheet.title for sheet in book.worksheets if next(_rows(sheet), None) is not None]


def sheet_named(book: Any, name: str) -> Any:
    """The sheet that is asked for, or the only one with cells. Raises Invalid where that leaves a choice, or none."""
    names = sheets(book)
    if not names:
        raise Invalid([Problem("file", _("should hold a table"), _("nothing"))])
    if name and name not in names:
        raise Invalid([unknown("sheet", name, names)])
    if not name and len(names) > 1:
        should = _("should be chosen, by --sheet on the command line: one of {names}").format(names=", ".join(names))
        raise Invalid([Problem("sheet", should, _("{count} sheets with cells").format(count=len(names)))])
    return next(sheet for sheet in book.worksheets if sheet.title == (name or names[0]))


def rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """Rows with anything in them, each with its number; cells as Python's own values. Raises Invalid beyond a limit."""
    for number, cells in _rows(sheet):
        if len(cells) > LIMITS.columns:
            should = _("should be at most {count}; leave out some in a spreadsheet program").format(count=LIMITS.columns)
            raise Invalid([Problem("columns", should, f"{len(cells):,}")])
        yield number, cells


def _rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    sheet.reset_dimensions()  # what a sheet says of its size may be wrong, and would cut it
    try:
        for number, found in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number > EXCEL_ROWS:
                should = _("should be at most {count} in a sheet").format(count=f"{EXCEL_ROWS:,}")
                raise Invalid([Problem("rows", should, _("more"))])
            cells = list(found)
            while cells and (cells[-1] is None or cells[-1] == ""):
                cells.pop()
            if cells:
                yield number, cells
    except (Invalid, MemoryError, KeyboardInterrupt, GeneratorExit):
        raise
    except Exception as error:  # see `opened`
        raise _broken(error) from None


def texts(cells: list[Any]) -> list[str]:
    """The values of one column as text: numbers without loss, times in ISO form, and all days with a time where one has it."""
    timed = any(isinstance(cell, datetime) and cell.time() != time() for cell in cells)
    return [text(cell, timed) for cell in cells]


def text(value: Any, timed: bool) -> str:
    """One value as text. timed: whether a day is written with its time."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            return value.isoformat(" ", "seconds") if timed else value.date().isoformat()
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("seconds")
        case timedelta():  # a duration, in hours: spreadsheets count them in days, which nobody reads
            return repr(value.total_seconds() / 3600)
    return str(value)


def _broken(error: Exception) -> Invalid:
    found = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Invalid([Problem("file", _("should be a workbook that can be opened"), found)])
