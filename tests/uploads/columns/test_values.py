"""What cells mean, in the spellings that people bring."""

from __future__ import annotations

import numpy as np
import pytest

from playground.uploads.columns import times, values
from playground.uploads.columns.guess import guess

GAPS = ["", "NA", "n/a", "N/A", "null", "NULL", "NaN", "none", "-", "–", "?", "#N/A", "无", "缺失", "missing"]


def test_gaps_in_every_spelling() -> None:
    assert all(map(values.missing, GAPS))
    assert not any(map(values.missing, ["0", "no", "否", "Nancy", "unknown thing", "-1"]))


@pytest.mark.parametrize(
    ("cell", "comma", "value"),
    [
        ("12", False, 12),
        ("-1.5", False, -1.5),
        ("+3", True, 3),
        ("−2", False, -2),
        ("1,234.5", False, 1234.5),
        ("1.234,5", True, 1234.5),
        ("1 234 567", False, 1234567),
        ("1\u202f234,5", True, 1234.5),
        ("1'234.5", False, 1234.5),
        ("1,5", True, 1.5),
        (",5", True, 0.5),
        (".5", False, 0.5),
        ("5.", False, 5),
        ("1e-3", False, 0.001),
        ("$12.50", False, 12.5),
        ("12,50 €", True, 12.5),
        ("35%", False, 35),
        ("１２．５", False, 12.5),
        ("99元", False, 99),
    ],
)
def test_numbers_as_people_write_them(cell: str, comma: bool, value: float) -> None:
    assert values.number(cell, comma) == pytest.approx(value)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "abc",
        "1,5",
        "1,2345",
        "1.2.3",
        "12 34",
        "--1",
        "1e",
        "inf",
        "nan",
        "1e999",
        "9" * 400,
        "0x10",
        "1_000",
        "=1+1",
        "$",
        ".",
    ],
)
def test_what_is_no_number(cell: str) -> None:
    assert np.isnan(values.number(cell, False))


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["yes", "no", "", "Yes"], ("no", "yes")),
        (["Ja", "Nein", "ja"], ("Nein", "Ja")),
        (["是", "否", "无"], ("否", "是")),
        (["TRUE", "FALSE"], ("FALSE", "TRUE")),
        (["0", "1", "NA"], ("0", "1")),
        (["N", "Y"], ("N", "Y")),
    ],
)
def test_yes_and_no(cells: list[str], words: tuple[str, str]) -> None:
    found = values.parse_yes_no(cells)
    assert found is not None
    assert found[1] == words
    small = [word.lower() for word in words]
    assert found[0].tolist() == [small.index(cell.lower()) if cell.lower() in small else -1 for cell in cells]


@pytest.mark.parametrize("cells", [["yes", "yes"], ["yes", "no", "maybe"], ["ja", "no"], [], ["1", "2"]])
def test_what_is_no_answer(cells: list[str]) -> None:
    assert values.parse_yes_no(cells) is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (["2024-03-04", "2024-12-25"], "2024-03-04"),
        (["2024/3/4", "2024/12/25"], "2024-03-04"),
        (["04.03.2024", "25.12.2024"], "2024-03-04"),
        (["04/03/2024", "25/12/2024"], "2024-03-04"),
        (["03/04/2024", "12/25/2024"], "2024-03-04"),
        (["2024年3月4日", "2024年12月25日"], "2024-03-04"),
        (["2024-03-04 08:30", "2024-12-25 17:00"], "2024-03-04"),
        (["2024-03-04T08:30:00Z", "2024-12-25T17:00:00Z"], "2024-03-04"),
        (["4 Mar 2024", "25 Dec 2024"], "2024-03-04"),
        (["04/03/2024", "05/06/2024"], "2024-03-04"),  # either way: the day first
    ],
)
def test_days_as_people_write_them(written: list[str], day: str) -> None:
    form = times.date_form([*written, "NA"] * 10)
    assert form is not None
    assert times.dates(written, form)[0].astype("datetime64[D]") == np.datetime64(day)
    assert not np.isnat(times.dates(written, form)).any()
    assert np.isnat(times.dates(["NA"], form)).all()


def test_what_is_no_day() -> None:
    assert times.date_form(["1.5", "2.5"] * 20) is None
    assert times.date_form(["2024-13-45"] * 20) is None
    assert times.date_form(["NA"] * 20) is None
    assert times.date_form([]) is None


def test_a_table_says_itself_whether_it_writes_commas() -> None:
    assert values.writes_commas([["1,5", "2,25"]], ",")
    assert not values.writes_commas([["1.5", "2.25"]], ";")
    assert not values.writes_commas([["1,234.5", "2.5"]], ";")
    # Either way; another column tells.
    assert values.writes_commas([["1,234", "2,345"], ["1,5", "2,5"]], ",")
    assert not values.writes_commas([["1,234", "2,345"], ["1.5", "2.5"]], ";")
    # Either way and nothing tells: as programs write it.
    assert values.writes_commas([["1,234", "2,345"]], ";")
    assert not values.writes_commas([["1,234", "2,345"]], ",")


def repeated(*cells: str, rows: int = 100) -> list[str]:
    return [cells[row % len(cells)] for row in range(rows)]


@pytest.mark.parametrize(
    ("title", "cells", "kind"),
    [
        ("size", [f"{row * 7 % 31}.5" for row in range(100)], "number"),
        ("size", [*(f"{row * 7 % 31}.5" for row in range(97)), "NA", "?", "large"], "number"),
        ("age", [str(20 + row * 7 % 53) for row in range(100)], "number"),
        ("class", repeated("0", "1", "2"), "category"),
        ("stars", repeated("1", "2", "3", "4", "5"), "category"),
        ("member", repeated("yes", "no"), "answer"),
        ("flag", repeated("0", "1"), "answer"),
        ("city", repeated("Köln", "北京", "Paris"), "category"),
        ("day", [f"2024-01-{1 + row % 28:02}" for row in range(100)], "date"),
        ("note", [f"the {row}th thing that happened here" for row in range(100)], "text"),
        ("备注", [f"第{row}天下雨了没有客人" for row in range(100)], "text"),
        ("name", [f"name{row}" for row in range(100)], "out"),
        ("always", repeated("a"), "out"),
        ("gone", repeated("NA", "-"), "out"),
        ("row", [str(row) for row in range(100)], "out"),
        ("user_id", [str(row * 7919 % 100003) for row in range(100)], "out"),
        ("many", [f"c{row % 40}" for row in range(400)], "category"),
    ],
)
def test_what_a_column_most_likely_is(title: str, cells: list[str], kind: str) -> None:
    assert guess(title, cells, comma=False).kind == kind
