"""Columns with several labels in a cell."""

from __future__ import annotations

import numpy as np
import pytest

from playground.suites.table import YourTable
from playground.uploads import files
from playground.uploads.columns import multilabel
from playground.uploads.kept import storage
from playground.uploads.reading.limits import LIMITS
from playground.uploads.reading.reader import Sheet, read_bytes
from playground.uploads.table import Table, table_of
from tests.uploads.learned import chosen

GENRES = ["drama;comedy", "comedy", "drama; war ", "", "comedy;war;drama", "war"]


def sheet(cells: list[str], rows: int = 60) -> Sheet:
    lines = ["size|genres", *(f"{row + 0.5}|{cells[row % len(cells)]}" for row in range(rows))]
    return read_bytes("\n".join(lines).encode(), "films.csv")


def test_each_label_becomes_a_task_of_yes_and_no() -> None:
    found = sheet(GENRES)
    assert table_of(found).by_name["genres"].kind == "labels"
    learned = chosen(found, "genres")
    assert [one.title for one in learned.columns] == ["size", "genres: comedy", "genres: drama", "genres: war"]
    assert learned.targets == ("genres_comedy", "genres_drama", "genres_war")
    labels, known = learned.labels("genres_war")
    assert labels[:6].tolist() == [0, 0, 1, 0, 1, 1]
    # An empty cell says nothing about any label.
    assert known[:6].tolist() == [True, True, True, False, True, True]
    tasks = YourTable(storage.lend(learned)).tasks()
    assert next((task.kind, task.title) for task in tasks) == ("binary", "genres: comedy")
    assert Table.from_plain(learned.to_plain(), learned.to_csv()).canonical() == learned.canonical()


def test_labels_are_read_where_they_are_not_learned() -> None:
    learned = chosen(sheet(GENRES), "size")
    assert [one.name for one in learned.inputs] == ["genres_comedy", "genres_drama", "genres_war"]


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (GENRES, ";"),
        (["a|b", "b", "a|c", "c|b|a"], "|"),
        (["a, b", "b", "a, c", "c, b, a"], ","),
        (["red", "green", "blue"], ""),
        (["Bonn, Germany", "Paris, France"], ""),
        (["he came, saw, and won the day", "she came; he saw and they went on"], ""),
        ([f"a{row};b{row}" for row in range(60)], ""),
        (["a;b"], ""),
        ([""], ""),
    ],
)
def test_few_labels_that_come_back_in_many_ways_are_several_labels(cells: list[str], sign: str) -> None:
    assert multilabel.separator([cells[row % len(cells)] for row in range(60)]) == sign


def test_rare_labels_and_those_beyond_the_bound_are_named() -> None:
    cells = [f"l{row % 50};l{(row * 7 + 1) % 50}" for row in range(600)] + ["l1;rare", "l2;rare"]
    taken = multilabel.taken(cells, ";")
    assert len(taken) == LIMITS.labels
    assert "rare" not in taken
    found = sheet(cells, len(cells))
    (line,) = files.said(found, table_of(found))
    assert line.startswith("genres becomes 40 columns of yes and no: l")
    assert "rare" in line.split("Left out")[1]


def test_what_holds_no_several_labels_cannot_be_said_to() -> None:
    with pytest.raises(Exception, match="should hold several labels in a cell"):
        chosen(sheet(["red", "blue"]), "size", "genres=labels")


def test_all_words_of_a_cell_are_kept() -> None:
    learned = chosen(sheet(GENRES), "genres")
    whole = np.stack([np.where(learned.labels(name)[1], learned.labels(name)[0], 0) for name in learned.targets])
    assert whole.sum() == sum(len(multilabel.split(GENRES[row % 6], ";")) for row in range(60))
