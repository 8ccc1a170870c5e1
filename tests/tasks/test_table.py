"""The suite of one's own table: splits, labels and words, for tables that this test makes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris

from playground import words
from playground.errors import Invalid
from playground.experiment import Experiment
from playground.tables import shelf
from playground.tables.reader import read_bytes
from playground.tables.table import Table, chosen, table_of
from playground.tasks.base import Data
from playground.tasks.table import YourTable
from playground.words import Given


def suite(frame: pd.DataFrame, targets: str, types: str = "", group: str = "") -> YourTable:
    """The suite of a table that is lent to this process."""
    table: Table = table_of(read_bytes(frame.to_csv(index=False).encode(), "a.csv"))
    return YourTable(shelf.lend(chosen(table, targets, types, group)))


def frame(rows: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    size = rng.normal(size=rows).round(4)
    return pd.DataFrame(
        {
            "size": size,
            "colour": rng.choice(["red", "green", "blue"], rows),
            "patient": [f"p{row // 7}" for row in range(rows)],
            "price": (3 * size + rng.normal(size=rows)).round(4),
            "large": np.where(size > 0, "yes", "no"),
            "grade": rng.choice(["a", "b", "c"], rows),
        }
    )


def parts(data: Data) -> tuple[int, int, int]:
    return len(data.train), len(data.validation), len(data.test)


def test_targets_of_both_kinds_are_tasks() -> None:
    tasks = suite(frame(), "price,large,grade").tasks()
    assert [(task.name, task.kind, task.classes) for task in tasks] == [
        ("price", "regression", ()),
        ("large", "binary", ("no", "yes")),
        ("grade", "classes", ("a", "b", "c")),
    ]


def test_labels_are_those_of_the_file() -> None:
    table = frame()
    data = suite(table, "price,large,grade").load(0)
    assert parts(data) == (120, 40, 40)
    prices = np.concatenate([part.targets["price"] for part in (data.train, data.validation, data.test)])
    # Standardised by the training rows; the scale comes out again from the file's own numbers.
    assert np.corrcoef(np.sort(prices), np.sort(table["price"]))[0, 1] == pytest.approx(1)
    assert data.train.targets["price"].mean() == pytest.approx(0, abs=1e-6)
    assert data.train.targets["price"].std() == pytest.approx(1, abs=1e-5)
    answers = np.concatenate([part.targets["large"] for part in (data.train, data.validation, data.test)])
    assert answers.sum() == (table["large"] == "yes").sum()


def test_a_missing_label_is_unknown_and_no_label_is_invented() -> None:
    table = frame()
    table.loc[::3, "price"] = None
    table.loc[1::3, "grade"] = "NA"
    data = suite(table, "price,grade").load(0)
    known = {
        name: sum(part.known[name].sum() for part in (data.train, data.validation, data.test)) for name in ("price", "grade")
    }
    assert known == {"price": table["price"].notna().sum(), "grade": (table["grade"] != "NA").sum()}
    truth = data.probe.targets["price"]
    assert np.array_equal(np.isnan(truth), ~data.test.known["price"])
    assert np.array_equal(data.probe.targets["grade"] == -1, ~data.test.known["grade"])


@pytest.mark.parametrize("seed", range(5))
def test_groups_never_straddle_splits(seed: int) -> None:
    table = frame()
    made = suite(table, "price,large", group="patient")
    data = made.load(seed)
    # The price of a row tells which row it is, and so whose it is.
    prices = np.concatenate([part.targets["price"] for part in (data.train, data.validation, data.test)])
    patients = np.empty(len(prices), object)
    patients[np.argsort(prices)] = table["patient"].to_numpy()[np.argsort(table["price"].to_numpy())]
    ends = np.cumsum(parts(data))
    train, validation, test = (set(piece) for piece in np.split(patients, ends[:2]))
    assert not train & validation
    assert not train & test
    assert not validation & test
    assert 90 <= len(data.train) <= 150
    assert min(parts(data)) >= 20
    assert "patient" not in [column.name for column in made.the_table.inputs]


def test_a_task_whose_labels_cannot_be_split_is_said() -> None:
    table = frame()
    priced = table["patient"].isin(["p0", "p1", "p2", "p3"])
    table["price"] = table["price"].where(priced)
    # All rows with a price stay together, so two of three parts have none.
    table["shop"] = np.where(priced, "the one", [f"s{row % 9}" for row in range(len(table))])
    with pytest.raises(Invalid) as caught:
        suite(table, "price,large", group="shop").load(0)
    assert str(caught.value) == "`split` should leave labels of every task in each of three parts. Found `price`."


def test_every_split_has_a_label_of_every_task() -> None:
    table = frame()
    table.loc[22:, "price"] = None
    for seed in range(20):
        data = suite(table, "price,large").load(seed)
        assert all(part.known["price"].any() for part in (data.train, data.validation, data.test))


def test_what_stands_in_a_table_is_never_translated() -> None:
    table = frame().rename(columns={"price": "Steps", "large": "Loss"})
    table["Loss"] = table["Loss"].map({"yes": "Play", "no": "Weighting"})
    made = suite(table, "Steps,Loss")
    words.use("zh")
    try:
        assert words._("Steps") != "Steps"
        steps, loss = made.tasks()
        assert words._(steps.title) == "Steps"
        assert [words._(one) for one in loss.classes] == ["Play", "Weighting"]
        assert isinstance(steps.title, Given)
        assert words._(Given("")) == ""
    finally:
        words.use("en")


def test_a_key_that_leads_nowhere_is_a_sentence() -> None:
    for values, message in (
        ({"suite": "table", "suite.table": "0" * 32}, "should be a table that you brought"),
        ({"suite": "table", "suite.table": "../../etc/passwd"}, "should match"),
        ({"suite": "table", "suite.table": "x" * 5000}, "should match"),
    ):
        with pytest.raises(Invalid, match=message) as caught:
            Experiment.from_flat(values)
        assert len(caught.value.problems) == 1


def test_two_tables_do_not_share_a_fleet() -> None:
    keys = [suite(frame(rows), "price,large").table for rows in (100, 200)]
    first, second = (Experiment.from_flat({"suite": "table", "suite.table": key}) for key in keys)
    assert first.shape() != second.shape()
    assert first.key(0) != second.key(0)


@pytest.mark.parametrize("load", [load_iris, load_breast_cancer, load_diabetes])
def test_real_tables_go_through(load: object) -> None:
    found = load(as_frame=True)  # type: ignore[operator]  # one of scikit-learn's loaders
    first = found.frame.columns[0]
    made = suite(found.frame, f"target,{first}")
    data = made.load(0)
    assert data.train.inputs.shape[1] >= found.frame.shape[1] - 2
    assert [task.kind for task in made.tasks()][-1] == {"iris": "classes", "breast_cancer": "binary", "diabetes": "regression"}[
        load.__name__.removeprefix("load_")  # type: ignore[attr-defined]
    ]
    # What scikit-learn says of the numbers, after the same scaling, must be what comes out.
    numbers = found.frame.iloc[:, 1].to_numpy()
    whole = np.concatenate([part.inputs for part in (data.train, data.validation, data.test)])
    assert max(abs(np.corrcoef(np.sort(column), np.sort(numbers))[0, 1]) for column in whole.T) == pytest.approx(1, abs=1e-4)
