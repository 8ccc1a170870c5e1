"""Workbooks become the same text cells as a CSV file, and hostile ones one sentence, in bounded time and memory."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from playground.basics.errors import Invalid
from playground.uploads.reading import apart, workbook
from playground.uploads.reading.limits import LIMITS
from playground.uploads.reading.reader import read_bytes
from playground.uploads.table import table_of
from tests.uploads.reading.books import EVERYTHING, HEADER, HOSTILE, SHEET, by_hand, nested, rows, saved


def test_cells_are_read_without_loss_and_times_in_iso_form() -> None:
    sheet = read_bytes(EVERYTHING, "book.xlsx", sheet="second")
    assert sheet.titles == ("amount", "count", "when", "day", "flag", "note", "hours")
    assert [column[1] for column in sheet.columns] == [
        "0.3333333333333333",
        "1",
        "2024-03-04 01:30:00",
        "2024-01-02",
        "false",
        "a, b; 1",
        "30.016666666666666",
    ]
    assert (sheet.sheets, sheet.sheet, sheet.found) == (("first", "second"), "second", 40)
    kinds = {column.name: column.kind for column in table_of(sheet).columns}
    assert (kinds["amount"], kinds["when"], kinds["day"], kinds["flag"]) == ("number", "date", "date", "answer")


def test_long_numbers_keep_their_digits() -> None:
    data = by_hand(rows(30, "<v>123456789012345678</v>", "<v>0.1000000000000000055</v>"))
    assert [column[0] for column in read_bytes(data).columns] == ["123456789012345678", "0.1"]


def test_the_whole_of_an_archive_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LIMITS", replace(LIMITS, unpacked=2 * 2**20))
    parts = {f"xl__media__{n}": bytes(range(256)) * 1000 for n in range(10)}
    workbook.checked(by_hand(rows(), **dict(list(parts.items())[:3])))
    with pytest.raises(Invalid, match="should be at most 2 MB when it is unpacked"):
        workbook.checked(by_hand(rows(), **parts))


def test_of_several_sheets_one_is_chosen_by_name() -> None:
    assert apart.sheets(EVERYTHING) == ("first", "second")
    with pytest.raises(Invalid, match=r"`sheet` should be chosen, by --sheet on the command line: one of first, second"):
        read_bytes(EVERYTHING)
    with pytest.raises(Invalid, match=r"`sheet` should be one of first, second. Found `frist`. Did you mean `first`"):
        read_bytes(EVERYTHING, sheet="frist")
    with pytest.raises(Invalid, match="should go with an Excel workbook"):
        read_bytes(b"a,b\n" + b"1,2\n" * 30, sheet="first")


def test_a_workbook_says_the_same_as_a_csv_file() -> None:
    told = [["name", "size"], *([f"n{row % 3}", row + 0.25] for row in range(30))]
    text = "\n".join(",".join(map(str, row)) for row in told)
    book, plain = read_bytes(saved({"one": told})), read_bytes(text.encode())
    assert (book.titles, book.columns) == (plain.titles, plain.columns)


def test_gaps_short_rows_and_columns_without_a_title() -> None:
    told = [["a", None, "c"], *([row, None, None] if row % 2 else [row, "x", row] for row in range(30))]
    sheet = read_bytes(saved({"one": [[], *told, [], []]}))
    assert sheet.titles == ("a", "column 2", "c")
    assert sheet.columns[1][:3] == ("x", "", "x")


def test_what_a_sheet_says_of_its_size_is_not_believed() -> None:
    part = SHEET.format(rows=rows()).replace("<sheetData>", '<dimension ref="A1:B3"/><sheetData>')
    assert len(read_bytes(by_hand(**{"xl__worksheets__sheet1.xml": part}))) == 30


def test_values_are_read_and_archives_links_and_macros_are_not_opened() -> None:
    data = by_hand(
        rows(30, "<f>HYPERLINK(1)</f><v>7</v>", "<v>2</v>"),
        xl__embeddings__inside=nested(),
        **{"xl__vbaProject.bin": b"macro" * 99, "xl__externalLinks__externalLink1.xml": "<not read"},
    )
    assert read_bytes(data).columns[0][:2] == ("7", "7")


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_workbooks_get_one_sentence_in_bounded_time(case: str) -> None:
    data, words = HOSTILE[case]
    assert len(data) <= LIMITS.size
    began = time.monotonic()
    with pytest.raises(Invalid) as caught:
        read_bytes(data, "book.xlsx")
    assert time.monotonic() - began < 2 * (LIMITS.seconds + apart.SLACK) + 10
    assert len(caught.value.problems) == 1
    assert words in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("row", ["<c><v>{n}</v></c>", "<row/>"])
def test_millions_of_columns_and_rows_are_bounded(row: str) -> None:
    inside = "".join(row.replace("{n}", str(n)) for n in range(1_000_000))
    data = by_hand(HEADER + (f'<row r="2">{inside}</row>' if "{n}" in row else 5 * inside))
    with pytest.raises(Invalid, match=r"Found `1,000,000`|part in 200|at most 1,048,576"):
        read_bytes(data)


def test_the_system_ends_a_process_that_takes_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "from playground.uploads.reading import apart; apart._bounded(); x = [bytes(2**20) for _ in range(4000)]"
    monkeypatch.setattr(apart, "COMMAND", (sys.executable, "-c", code))
    with pytest.raises(Invalid, match=r"should be a file that can be read|should be unpacked with 1024 MB of memory"):
        apart.sheets(EVERYTHING)


def test_this_process_does_without_the_libraries() -> None:
    code = (
        "import sys; from playground.uploads.reading.reader import read_bytes;"
        "print(len(read_bytes(sys.stdin.buffer.read(), sheet='first')), 'openpyxl' in sys.modules, 'pyarrow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=EVERYTHING, capture_output=True, check=True)
    assert done.stdout.decode().split() == ["25", "False", "False"]


def test_a_last_column_that_is_often_blank_keeps_its_header() -> None:
    found = read_bytes(saved({"a": [["size", "note", "box"], *[[n, "w", "x" if n % 4 == 0 else None] for n in range(40)]]}))
    assert found.titles == ("size", "note", "box")
    assert [len(column) for column in found.columns] == [40] * 3
    assert found.columns[2].count("x") == 10


def test_lines_above_and_below_a_table_are_passed_over_and_said() -> None:
    rows = [["Patients of 2020"], [], ["size", "age", "kind"], *[[n, n + 1, "w"] for n in range(30)], ["Source: the clinic"]]
    found = read_bytes(saved({"a": rows}))
    assert found.titles == ("size", "age", "kind")
    assert found.passed == ("Patients of 2020", "Source: the clinic")
    assert len(found.columns[0]) == 30
    assert found.found == 30


def test_the_row_of_the_header_can_be_said() -> None:
    rows = [["Year", "2020"], ["size", "age"], *[[n, n + 1] for n in range(30)]]
    assert read_bytes(saved({"a": rows}), header=2).titles == ("size", "age")
