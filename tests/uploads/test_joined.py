"""Several tables with the same inputs as one, whose tasks have rows of their own."""

from __future__ import annotations

import numpy as np
import pytest

from playground.basics.errors import Invalid
from playground.suites.table import YourTable
from playground.uploads import joined as module
from playground.uploads.joined import joined
from playground.uploads.kept import storage
from playground.uploads.reading.reader import Sheet, read_bytes
from playground.uploads.table import Table, table_of
from tests.uploads.learned import chosen


def sheet(name: str, rows: int, target: str, start: int = 0, inputs: str = "size,colour") -> Sheet:
    lines = [f"{inputs},{target}"]
    lines += [f"{start + row + 0.5},{'red' if row % 3 else 'blue'},{start + 2 * row + 0.25}" for row in range(rows)]
    return read_bytes("\n".join(lines).encode(), name)


def pair(targets: str = "price,weight", **more: str) -> Table:
    sheets = [sheet("a.csv", 100, "price"), sheet("b.csv", 60, "weight", 1000, **more)]
    return chosen(joined(sheets), targets)


def test_each_task_has_the_rows_of_its_table() -> None:
    table = pair()
    assert table.rows_of() == {"a.csv": 100, "b.csv": 60}
    assert [column.title for column in table.inputs] == ["size", "colour"]
    assert np.flatnonzero(table.labels("price")[1]).tolist() == list(range(100))
    assert np.flatnonzero(table.labels("weight")[1]).tolist() == list(range(100, 160))
    again = Table.from_plain(table.to_plain(), table.to_csv())
    assert again.canonical() == table.canonical()
    assert again.parts == table.parts == "table"


@pytest.mark.parametrize("seed", range(3))
def test_each_table_is_split_by_itself(seed: int) -> None:
    data = YourTable(storage.lend(pair())).load(seed)
    for part, rows, others in ((data.train, 60, 36), (data.validation, 20, 12), (data.test, 20, 12)):
        assert (part.known["price"].sum(), part.known["weight"].sum()) == (rows, others)
        assert (part.known["price"] ^ part.known["weight"]).all()
    assert not data.train.known["price"][:60].all(), "rows of both tables are mixed"


def test_one_table_alone_is_itself() -> None:
    one = sheet("a.csv", 30, "price")
    assert joined([one]) is one


def test_a_task_of_both_tables_has_the_rows_of_both() -> None:
    table = chosen(joined([sheet("a.csv", 40, "price"), sheet("a.csv", 30, "price")]), "price")
    assert table.labels("price")[1].all()
    assert table.rows_of() == {"a.csv (1)": 40, "a.csv (2)": 30}


def test_inputs_that_differ_are_named_with_their_table() -> None:
    with pytest.raises(Invalid) as caught:
        pair(inputs="size,shade")
    assert [str(problem) for problem in caught.value.problems] == [
        "`colour` should be in every table to be read; learn it, or leave it out. Found `only in a.csv`.",
        "`shade` should be in every table to be read; learn it, or leave it out. Found `only in b.csv`.",
    ]
    with pytest.raises(Invalid, match=r"`b.csv` should have a column that is learned"):
        chosen(joined([sheet("a.csv", 40, "price"), sheet("b.csv", 40, "weight")]), "price", "weight=out")


def test_what_cannot_be_joined_is_said() -> None:
    other = read_bytes(b"x,y\n" + b"1,2\n" * 30, "c.csv")
    with pytest.raises(Invalid, match=r"`a.csv, c.csv` should have columns in common, which are what is read"):
        joined([sheet("a.csv", 30, "price"), other])
    german = read_bytes(b"size;colour;price\n" + b"1,5;red;2,25\n1,75;blue;3,5\n" * 30, "d.csv")
    with pytest.raises(Invalid, match=r"`d.csv` should write decimals as a.csv does"):
        joined([sheet("a.csv", 30, "price"), german])
    with pytest.raises(Invalid, match=r"`files` should be at most 4 that are joined. Found `5`"):
        joined([sheet("a.csv", 30, "price")] * 5)


def test_more_rows_together_than_are_taken_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.sampling, "most_rows", lambda _columns: 50)
    sheets = [sheet("a.csv", 40, "price"), sheet("b.csv", 40, "weight")]
    with pytest.raises(module.sampling.TooMany, match="Found `80`"):
        joined(sheets)
    drawn = joined(sheets, 0)
    assert (len(drawn), drawn.found) == (50, 80)
    assert set(table_of(drawn).rows_of()) == {"a.csv", "b.csv"}
