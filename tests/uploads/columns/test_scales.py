"""Classes in an order: seen, told, and learned."""

from __future__ import annotations

import numpy as np
import pytest

from playground.basics.errors import Invalid
from playground.suites.table import YourTable
from playground.uploads.columns import scales
from playground.uploads.kept import storage
from playground.uploads.reading.reader import Sheet, read_bytes
from playground.uploads.table import Table, table_of
from tests.uploads.learned import chosen


def sheet(title: str, cells: list[str], rows: int = 120) -> Sheet:
    lines = [f"size,{title}", *(f"{row + 0.5},{cells[row % len(cells)]}" for row in range(rows))]
    return read_bytes("\n".join(lines).encode(), "a.csv")


@pytest.mark.parametrize(
    ("title", "cells", "order"),
    [
        ("stars", ["3", "1", "5", "2", "4"], ["1", "2", "3", "4", "5"]),
        ("Overall rating (1-10)", [str(n) for n in (10, 9, 1, 2, 3, 4, 5, 6, 7, 8)], [str(n) for n in range(1, 11)]),
        ("评分", ["3", "1", "2"], ["1", "2", "3"]),
        ("risk", ["low", "High", "medium"], ["low", "medium", "High"]),
        ("risk", ["高", "低", "中"], ["低", "中", "高"]),
        ("how often", ["often", "never", "always"], ["never", "often", "always"]),
    ],
)
def test_an_obvious_order_is_seen(title: str, cells: list[str], order: list[str]) -> None:
    column = table_of(sheet(title, cells)).columns[1]
    assert (column.kind, list(column.order)) == ("ordinal", order)


@pytest.mark.parametrize(
    ("title", "cells"),
    [("rooms", ["3", "1", "2"]), ("grade", ["a", "b", "c"]), ("risk", ["low", "high"]), ("colour", ["red", "low", "high"])],
)
def test_what_may_be_names_is_not_put_in_an_order(title: str, cells: list[str]) -> None:
    assert table_of(sheet(title, cells)).columns[1].kind in ("category", "number")


def test_an_order_can_be_told() -> None:
    found = chosen(sheet("way", ["walk", "bike", "car"]), "way", "way=ordinal:walk<bike<car")
    assert found.classes("way") == ("walk", "bike", "car")
    assert found.labels("way")[0][:3].tolist() == [0, 1, 2]
    (task,) = YourTable(storage.lend(found)).tasks()
    assert (task.kind, task.classes) == ("ordinal", ("walk", "bike", "car"))
    assert Table.from_plain(found.to_plain(), found.to_csv()).canonical() == found.canonical()
    assert chosen(sheet("grade", ["c", "a", "b"]), "grade", "grade=ordinal").classes("grade") == ("a", "b", "c")


@pytest.mark.parametrize("types", ["way=ordinal", "way=ordinal:walk<bike", "way=ordinal:walk<bike<car<car"])
def test_an_order_that_is_not_known_is_asked_for(types: str) -> None:
    with pytest.raises(Invalid, match=r"`way` should name each of its classes once, from the least to the greatest: --types"):
        chosen(sheet("way", ["walk", "bike", "car"]), "way", types)


def test_too_many_classes_have_no_order() -> None:
    cells = [str(n) for n in range(30)]
    with pytest.raises(Invalid, match="should have at most 20 different values to be learned as ordered classes"):
        chosen(sheet("stars", cells), "stars", "stars=ordinal")


def test_as_an_input_an_order_is_one_number() -> None:
    data = YourTable(storage.lend(chosen(sheet("risk", ["low", "high", "medium"]), "size"))).load(0)
    assert data.train.inputs.shape[1] == 1
    assert len(np.unique(data.train.inputs)) == 3
    assert scales.ranks(["b", "x"], ("a", "b")).tolist() == [1, -1]
