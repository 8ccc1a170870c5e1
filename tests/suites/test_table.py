"""The suite of one's own table: splits, labels and words, for tables that this test makes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris

from playground.basics import words
from playground.basics.errors import Invalid
from playground.basics.words import Given
from playground.experiment import Experiment, Run
from playground.suites.base import Data
from playground.suites.table import YourTable, _split, _together
from playground.training.loop import Training
from playground.training.observing.events import Learned, Measured, Scored
from playground.uploads.brought import Told, told
from playground.uploads.kept import storage
from playground.uploads.leaks import alike
from playground.uploads.reading.reader import read_bytes


def suite(frame: pd.DataFrame, targets: str, types: str = "", group: str = "", time: str = "") -> YourTable:
    """The suite of a table that is lent to this process."""
    sheet = read_bytes(frame.to_csv(index=False).encode(), "a.csv")
    return YourTable(
        storage.lend(told(sheet, Told(targets, types, group, {"column": [f"{time}=time"] if time else []}))[0].table)
    )


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
    # In the unit of the table; a training scales them, see tests/training/test_choices_for_tables.py.
    assert np.sort(prices).tolist() == np.sort(table["price"]).tolist()
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


@pytest.mark.parametrize("method", ["dwa", "pcgrad"])
def test_seeds_whose_groups_make_splits_of_other_sizes_learn_together_as_alone(method: str) -> None:
    rng = np.random.default_rng(2)
    table = frame(160)
    table["patient"] = [f"p{number}" for number in np.repeat(np.arange(40), rng.integers(1, 9, 40))[:160]]
    made = suite(table, "price,large", group="patient")
    assert len({parts(made.load(seed)) for seed in range(4)}) > 1, "or nothing is tried here"
    experiment = Experiment.from_dict(
        {"suite": {"name": "table", "table": made.table}, "weighting": method, "steps": 30, "batch": 16, "measure": True}
    )
    together = list(Training([Run(experiment, seed) for seed in range(4)]).events())
    for seed in range(4):
        alone = list(Training([Run(experiment, seed)]).events())
        for kind, name in ((Measured, "weights"), (Scored, "scores"), (Learned, "values")):
            last, one = ([event for event in events if isinstance(event, kind)][-1] for events in (together, alone))
            found, wanted = getattr(last, name), getattr(one, name)
            if isinstance(found, dict):
                found, wanted = found["cka"], wanted["cka"]
            assert np.asarray(found[seed], float) == pytest.approx(
                np.asarray(wanted[0], float), rel=1e-3, abs=1e-4, nan_ok=True
            )


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


def test_rows_are_split_in_the_order_of_a_time() -> None:
    table = frame()
    rng = np.random.default_rng(4)
    table["day"] = [str(day.date()) for day in pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 60, 200), "D")]
    made = suite(table, "price", time="day")
    days = made.the_table.by_name["day"].days
    order = made.the_table.order()
    rows = split_of(made, 0)
    assert [len(part) for part in rows] == pytest.approx([120, 40, 40], abs=6)
    assert days[rows[0]].max() < days[rows[1]].min()
    assert days[rows[1]].max() < days[rows[2]].min(), "rows of one day stay together"
    assert all(np.array_equal(one, other) for one, other in zip(rows, split_of(made, 1), strict=True)), "whatever the seed"
    assert sorted(np.concatenate(rows)) == list(range(200))
    assert np.isfinite(order).all()
    made.load(0)


def test_rows_that_are_there_twice_stay_together() -> None:
    table = frame()
    twice = pd.concat([table, table.iloc[:60]], ignore_index=True)
    made = suite(twice, "price")
    for seed in range(5):
        parts = [set(np.where(rows >= 200, rows - 200, rows)) for rows in split_of(made, seed)]
        assert not parts[0] & parts[1]
        assert not parts[0] & parts[2]
        assert not parts[1] & parts[2]
    # Without any, rows are drawn one by one, as ever.
    assert alike(suite(table, "price").the_table) is None


def split_of(made: YourTable, seed: int) -> tuple[np.ndarray, ...]:
    table = made.the_table
    return _split(table, {name: table.labels(name)[1] for name in table.targets}, _together(table), seed)


@pytest.mark.parametrize(
    ("title", "cells", "unit"),
    [
        ("price", "{} €", "€"),
        ("Weight (kg)", "{}", "kg"),
        ("weight [lbs]", "{}", "lbs"),
        ("price", "{}", ""),
        ("f(x) of it", "{}", ""),
    ],
)
def test_a_unit_is_what_stands_behind_numbers_or_in_brackets_behind_their_header(title: str, cells: str, unit: str) -> None:
    table = pd.DataFrame({"size": frame(60)["price"], title: [cells.format(200 + number) for number in range(60)]})
    (task,) = suite(table, title).tasks()
    assert (task.unit, task.natural) == (unit, True)


def test_a_rare_answer_is_not_scored_by_accuracy() -> None:
    table = frame()
    table["rare"] = np.where(np.arange(len(table)) % 20 == 0, "yes", "no")
    table["mostly"] = np.where(np.arange(len(table)) % 8 == 0, "b", np.where(np.arange(len(table)) % 16 == 1, "c", "a"))
    metrics = {task.name: task.metric for task in suite(table, "rare,mostly,large,price").tasks()}
    assert metrics == {"rare": "auc", "mostly": "balanced_accuracy", "large": "", "price": ""}
