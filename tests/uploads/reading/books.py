"""Workbooks as people bring them, and hostile ones, made byte by byte."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}"/></Relationships>'
)
BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="one" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'


def saved(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook as a spreadsheet program writes it."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return out.getvalue()


def by_hand(rows: str = "", **more: str | bytes) -> bytes:
    """A workbook of one sheet with these rows of XML, and more parts by name."""
    relation = {"kind": "officeDocument", "target": "xl/workbook.xml"}
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(**relation),
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": SHEET.format(rows=rows),
    }
    return archive(parts | {name.replace("__", "/"): part for name, part in more.items()})


def rows(count: int = 30, *cells: str) -> str:
    """Rows of XML below a header; cells as XML without their place."""
    inside = cells or ("<v>1.5</v>", "<v>2</v>")
    return HEADER + "".join(
        f'<row r="{n}">' + "".join(f'<c r="{"AB"[place]}{n}">{cell}</c>' for place, cell in enumerate(inside)) + "</row>"
        for n in range(2, count + 2)
    )


def nested(times: int = 3) -> bytes:
    """An archive in an archive in an archive, the innermost of which is a million zeros."""
    data = bytes(10**6)
    for _time in range(times):
        data = archive({"inside.zip": data})
    return data


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + ']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>&j;</sheetData></worksheet>'
)

HOSTILE: dict[str, tuple[bytes, str]] = {
    "a bomb": (by_hand(xl__media__zeros="0" * (20 * 2**20)), "should be packed to no less than a part in 200"),
    "a thousand million laughs": (by_hand(**{"xl__worksheets__sheet1.xml": LAUGHS}), "without entities"),
    "laughs in UTF-16": (by_hand(**{"xl__worksheets__sheet1.xml": LAUGHS.encode("utf-16")}), "without entities"),
    "very many columns": (
        by_hand(HEADER + '<row r="2">' + "".join(f"<c><v>{n}</v></c>" for n in range(50_000)) + "</row>"),
        "`columns` should be at most 200; leave out some in a spreadsheet program. Found `50,000`",
    ),
    "a cell in the last column": (by_hand(HEADER + '<row r="2"><c r="XFD2"><v>1</v></c></row>'), "Found `16,384`"),
    "a row beyond all rows": (by_hand(HEADER + '<row r="999999999999"><c r="A1"><v>1</v></c></row>'), "at most 1,048,576"),
    "very many empty rows": (by_hand(HEADER + "<row/>" * 300_000), "should be"),
    "formulas that were never reckoned": (
        by_hand(rows(30, "<f>1+1</f>", "<f>A2</f><v></v>")),
        "should hold the values of its formulas; open it in a spreadsheet program and save it there. Found `60 formulas",
    ),
    "nothing": (by_hand(), "should hold a table. Found `nothing`"),
    "an archive of archives": (nested(), "Found `a zip archive that is no workbook`"),
    "a binary workbook": (archive({"xl/workbook.bin": b"x"}), "Found `a binary Excel workbook (.xlsb)`"),
    "an OpenDocument file": (archive({"content.xml": "<x/>", "mimetype": "x"}), "Found `an OpenDocument file`"),
    "no XML": (by_hand(**{"xl__worksheets__sheet1.xml": "<x"}), "should be a workbook that can be opened"),
    "half a file": (by_hand(rows())[:900], "should be a workbook that can be opened"),
    "a number of a million digits": (by_hand(rows(30, f"<v>{'9' * 10**6}</v>")), "should be"),
}
"""Bytes and a part of the one sentence that they get."""

EVERYTHING = saved(
    {
        "first": [["x", "y"], *([row, "é"] for row in range(25))],
        "second": [
            ["amount", "count", "when", "day", "flag", "note", "hours"],
            *(
                [
                    row / 3,
                    row,
                    datetime.datetime(2024, 3, 4, row % 24, 30),
                    datetime.date(2024, 1, 1 + row % 28),
                    row % 2 == 0,
                    f"a, b; {row}",
                    datetime.timedelta(hours=30, minutes=row),
                ]
                for row in range(40)
            ),
        ],
        "empty": [],
    }
)
