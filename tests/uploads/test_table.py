"""From a sheet to a table that can be learned from, or the reasons why not."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

import numpy as np
import pytest

from playground.basics.errors import Invalid
from playground.uploads import example
from playground.uploads.brought import Told, told
from playground.uploads.reading.limits import LIMITS
from playground.uploads.reading.reader import read_bytes
from playground.uploads.table import Table, identifiers, short, table_of
from tests.uploads.reading.files import CHINESE, GERMAN, GOOD


def made(rows: int = 60, **columns: Sequence[object]) -> Table:
    """A table of columns, whose values are repeated."""
    lines = [",".join(columns), *(",".join(str(one[row % len(one)]) for one in columns.values()) for row in range(rows))]
    return table_of(read_bytes("\n".join(lines).encode(), "made.csv"))


NUMBERS = [f"{row * 7 % 31}.5" for row in range(31)]


@pytest.mark.parametrize("case", GOOD)
def test_every_good_file_becomes_a_table(case: str) -> None:
    data, titles = GOOD[case]
    table = table_of(read_bytes(data, "a.csv"))
    assert tuple(column.title for column in table.columns) == titles
    for column in table.columns:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)


def test_german_and_chinese_columns_are_understood() -> None:
    german = table_of(read_bytes(GERMAN.encode("cp1252"), "a.csv"))
    assert [(one.name, one.kind) for one in german.columns] == [
        ("grosse", "number"),
        ("strasse", "category"),
        ("preis", "number"),
        ("verfugbar", "answer"),
    ]
    assert german.comma
    assert german.labels("preis")[0][:2] == pytest.approx([1234.0, 2345.5])
    chinese = table_of(read_bytes(CHINESE.encode("gb18030"), "a.csv"))
    assert [one.kind for one in chinese.columns] == ["category", "out", "number", "answer"]
    assert [one.name for one in chinese.columns] == ["column_1", "column_2", "column_3", "column_4"]
    assert chinese.classes("column_4") == ("否", "是")


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["Age", "age", "AGE!"], ["age", "age_2", "age_3"]),
        (["城市", "1st", "_x_", "Größe (cm)"], ["column_1", "c_1st", "x", "grosse_cm"]),
        (["a_2", "a", "A"], ["a_2", "a", "a_3"]),
        (["x" * 99, "x" * 98], ["x" * 30, "x" * 30 + "_2"]),
        (["<b>", "`", "\u202e"], ["b", "column_2", "column_3"]),
    ],
)
def test_names_are_safe_and_each_is_there_once(titles: list[str], names: list[str]) -> None:
    found = identifiers(titles)
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in found)
    assert found == names


def test_kinds_can_be_changed() -> None:
    table = made(a=NUMBERS, b=["0", "1", "2"], c=["x", "y"])
    assert [one.kind for one in table.columns] == ["number", "category", "category"]
    changed = table.typed({"b": "number", "c": "out", "a": "text"})
    assert [one.kind for one in changed.columns] == ["text", "number", "out"]
    assert changed.learning(["b"]).labels("b")[0][:3].tolist() == [0, 1, 2]
    with pytest.raises(Invalid, match="two words such as yes and no"):
        table.typed({"b": "answer"})
    with pytest.raises(Invalid, match="should be one of number"):
        table.typed({"b": "nmber"})


def test_cells_that_are_not_what_a_column_is_are_gaps_and_counted() -> None:
    table = made(rows=100, a=[*(f"{n}.5" for n in range(98)), "large", "NA"], b=["x", "y"]).learning(["a"])
    column = table.by_name["a"]
    assert (column.empty, column.strange) == (1, 1)
    _labels, known = table.labels("a")
    assert np.flatnonzero(~known).tolist() == [98, 99]


BAD = {
    "no targets": (
        made(a=NUMBERS, b=["x", "y"]),
        [],
        "",
        "`targets` should be between 1 and 64; learn fewer columns, or labels, at a time. Found `0`",
    ),
    "one class": (
        made(a=NUMBERS, b=["x"]).typed({"b": "category"}),
        ["b"],
        "",
        "`b` should have at least two different values",
    ),
    "a constant number": (made(a=["5"], b=["x", "y"]).typed({"a": "number"}), ["a"], "", "at least two different values"),
    "a constant left out": (
        made(a=["5"], b=["x", "y"]),
        ["a"],
        "",
        "`a` should be one of number, category, yes or no, ordered classes, several labels to be learned",
    ),
    "10,000 classes": (
        made(rows=10_000, a=NUMBERS, b=[f"c{n}" for n in range(10_000)]).typed({"b": "category"}),
        ["b"],
        "",
        "`b` should have at most 100 different values to be learned as a category. Found `10,000`",
    ),
    "a text": (made(a=NUMBERS, b=[f"the {n} words of it" for n in range(60)]), ["b"], "", "should be one of number, category"),
    "few labels": (made(a=NUMBERS, b=["x", *[""] * 5, "y", *[""] * 5]), ["b"], "", "`b` should have at least 20 labels"),
    "no inputs": (made(a=NUMBERS, b=["x", "y"]), ["a", "b"], "", "`inputs` should be at least 1"),
    "few groups": (
        made(a=NUMBERS, b=["x", "y"], c=["1.5", "2.5"]),
        ["a"],
        "b",
        "`b` should have at least 5 different values to split",
    ),
    "learned and split by": (made(a=NUMBERS, b=["x", "y"]), ["a"], "a", "should not be learned and split by"),
    "no such group": (made(a=NUMBERS, b=["x", "y"]), ["a"], "z", "`group` should be one of a, b"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_learned_is_said(case: str) -> None:
    table, targets, group, words = BAD[case]
    with pytest.raises(Invalid) as caught:
        table.learning(targets, group)
    assert words in str(caught.value)


def test_too_many_numbers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    table = made(a=NUMBERS, b=[f"the {n} words of it" for n in range(60)])
    table.learning(["a"])
    monkeypatch.setattr("playground.uploads.columns.checks.LIMITS", type(LIMITS)(numbers=3000))
    with pytest.raises(Invalid, match="leave out columns"):
        table.learning(["a"])


def test_ten_thousand_categories_may_be_read() -> None:
    table = made(rows=10_000, a=NUMBERS, b=[f"c{n}" for n in range(10_000)]).typed({"b": "category"})
    assert [one.name for one in table.learning(["a"]).inputs] == ["b"]


def test_a_command_calls_columns_by_header_or_name() -> None:
    sheet = read_bytes(CHINESE.encode(), "a.csv")
    found = told(sheet, Told("是否会员,column_3", "年龄=number", "年龄"))[0].table
    assert found.targets == ("column_3", "column_4")
    assert found.group == "column_2"
    assert found.by_name["column_2"].kind == "number"
    with pytest.raises(Invalid) as caught:
        told(sheet, Told("是否会原", "年龄,价格=nmber", "x"))
    assert len(caught.value.problems) == 3
    with pytest.raises(Invalid, match="should name one column or several of 城市, 年龄"):
        told(sheet, Told(""))


def test_the_plain_form_holds_all_of_it() -> None:
    hostile = ['"', "a\nb", "=1+1", "x,y", "\\", "'", " 中文", "<b>"]
    lines = io.StringIO()
    csv.writer(lines).writerows([["a", "b"], *([cell, row] for row in range(5) for cell in hostile)])
    table = table_of(read_bytes(lines.getvalue().encode(), "a.csv")).learning(["a"])
    again = Table.from_plain(table.to_plain(), table.to_csv())
    assert again.canonical() == table.canonical()
    assert again.columns == table.columns
    assert example.table().canonical() == Table.from_plain(example.table().to_plain(), example.table().to_csv()).canonical()


@pytest.mark.parametrize("change", [{"version": 2}, {"columns": []}, {"targets": ["nobody"]}, {"columns": 5}])
def test_a_bad_plain_form_is_refused(change: dict[str, object]) -> None:
    table = example.table()
    with pytest.raises(Invalid):
        Table.from_plain(table.to_plain() | change, table.to_csv())
    with pytest.raises(Invalid):
        Table.from_plain(table.to_plain(), "1,2\n3\n")


def test_long_titles_are_cut() -> None:
    assert short("a" * 60) == "a" * 60
    assert len(short("a" * 999)) == 60


def test_a_budget_grows_with_the_rows() -> None:
    budgets = [made(rows=rows, a=NUMBERS, b=["x", "y"]).budget() for rows in (20, 300, 2000, 20_000)]
    assert [one["batch"] for one in budgets] == [16, 32, 128, 128]
    steps = [one["steps"] for one in budgets]
    assert steps == sorted(steps)
    assert all(300 <= one <= 1500 for one in steps)
