"""Numbers about data, against what is known of the suites."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data_summary import COMPARED, COUNTED, MOST, TargetSummary, column_of, labels_of, survey, tie
from playground.suites.base import Data, Part, Probe, Suite, Task
from playground.suites.digits import Digits
from playground.suites.table import YourTable
from playground.suites.toy_plane import ToyPlane

RNG = np.random.default_rng(0)
NUMBERS = RNG.normal(size=400)


def column(values: np.ndarray, known: np.ndarray | None = None) -> TargetSummary:
    return TargetSummary(values, np.ones(len(values), bool) if known is None else known)


def part(kind: str, target: np.ndarray, **more: object) -> tuple[Task, Part]:
    """A task of one kind with its targets."""
    task = Task("a", "A", kind, **more)  # type: ignore[arg-type]
    return task, Part(np.zeros((len(target), 1), np.float32), {"a": target}, {"a": np.ones(len(target), bool)})


def test_only_examples_that_both_have_are_compared() -> None:
    known = np.arange(400) < 200
    values = np.where(known, NUMBERS, 1e9)
    assert tie(column(values, known), column(NUMBERS)).strength == pytest.approx(1)
    assert np.isnan(tie(column(NUMBERS, known), column(NUMBERS, ~known)).strength)
    assert np.isnan(tie(column(NUMBERS), column(np.ones(400))).strength)


def test_long_columns_are_compared_in_part() -> None:
    rows = np.arange(10 * COMPARED)
    one, other = rows % 7 + 0.0, rows % 7 + 0.0
    other[np.setdiff1d(rows, np.linspace(0, len(rows) - 1, COMPARED).astype(int))] = 3.0
    assert tie(column(one), column(other)).strength == pytest.approx(1)


def test_classes_objects_pixels_and_words_are_counted() -> None:
    task, examples = part("classes", np.array([0, 2, 2]), classes=("a", "b", "c"))
    assert labels_of(task, examples).counts.tolist() == [1, 0, 2]  # type: ignore[union-attr]
    boxes = np.full((2, 3, 5), -1.0, np.float32)
    boxes[0, :2, 0] = [1, 0]
    boxes[1, 0, 0] = 1
    task, examples = part("boxes", boxes, classes=("a", "b"))
    assert labels_of(task, examples).counts.tolist() == [1, 2]  # type: ignore[union-attr]
    task, examples = part("mask", np.array([[[0, 0], [1, 0]]]), classes=("ground", "b"))
    assert labels_of(task, examples).counts.tolist() == [3, 1]  # type: ignore[union-attr]
    task, examples = part("tags", np.array([[0, 1, 2, -1], [0, 0, -1, -1]]), classes=("O", "B", "I"))
    assert labels_of(task, examples).counts.tolist() == [3, 1, 1]  # type: ignore[union-attr]
    task, examples = part("translation", np.array([[5, 6, 1, 0], [7, 1, 0, 0]]))
    found = labels_of(task, examples)
    assert found is not None
    assert found.edges is not None
    assert dict(zip((found.edges[:-1] + found.edges[1:]) / 2, found.counts, strict=True)) == {2.0: 1, 3.0: 1}


def test_a_kind_that_is_new_is_counted_and_compared_by_the_form_of_its_targets() -> None:
    task, examples = part("new_to_all", np.array([0, 2, 2]), classes=("a", "b", "c"))
    assert labels_of(task, examples).counts.tolist() == [1, 0, 2]  # type: ignore[union-attr]
    assert column_of(task, examples).classes  # type: ignore[union-attr]
    task, examples = part("new_to_all", np.array([0.5, 2, 2], np.float32))
    assert labels_of(task, examples).edges is not None  # type: ignore[union-attr]
    assert not column_of(task, examples).classes  # type: ignore[union-attr]
    task, examples = part("new_to_all", np.zeros((3, 4)))
    assert labels_of(task, examples) is None
    assert column_of(task, examples) is None


def test_numbers_fall_into_bars_that_hold_them_all() -> None:
    for values in (NUMBERS, np.array([1e6, *NUMBERS]), np.full(30, 2.5), np.arange(5.0), np.empty(0)):
        found = labels_of(*part("regression", values.astype(np.float32)))
        assert found is not None
        assert found.edges is not None
        assert found.counts.sum() == len(values)
        assert len(found.edges) == len(found.counts) + 1
        assert (np.diff(found.edges) > 0).all()


def test_what_follows_from_the_digit_goes_with_it_wholly() -> None:
    suite = Digits()
    found = survey(suite, suite.load(0))
    names = list(found.names)
    assert names == ["digit", "parity", "large", "loops"]
    assert found.ties[0] == pytest.approx(1, abs=0.01)
    for table in (found.ties, found.chance, found.linear):
        assert table == pytest.approx(table.T, nan_ok=True)
    assert np.isnan(found.chance.diagonal()).all()
    assert (found.chance[0, 1:] < 0.15).all()
    data = suite.load(0)
    assert found.labels["digit"].counts.tolist() == np.bincount(data.train.targets["digit"]).tolist()
    assert found.sizes == {"train": len(data.train), "validation": len(data.validation), "test": len(data.test)}


def test_missing_labels_are_counted() -> None:
    suite = YourTable()
    data = suite.load(0)
    found = survey(suite, data)
    assert found.known["sold_out"]["train"] == data.train.known["sold_out"].sum() < len(data.train)
    assert found.labels["sold_out"].counts.sum() == found.known["sold_out"]["train"]


def test_a_large_suite_is_looked_at_in_part() -> None:
    suite = ToyPlane()
    task = suite.tasks()[0]
    rows = 3 * MOST
    large = Part(np.zeros((rows, 2), np.float32), {task.name: np.arange(rows) % 2}, {task.name: np.ones(rows, bool)})

    class Large(Suite):
        def tasks(self) -> tuple[Task, ...]:
            return (task,)

        def load(self, seed: int) -> Data:
            return Data(large, large, large, Probe(large.inputs, "rows"))

    found = survey(Large(), Large().load(0))
    assert found.labels[task.name].counts.sum() == MOST
    assert found.sizes["train"] == rows


def test_kinds_that_are_counted_exist() -> None:
    from playground import catalog

    assert {"classes", "binary", "regression"} <= set(COUNTED)
    assert set(COUNTED) - set(catalog.kinds()) <= {"boxes", "mask", "depth", "tags", "translation"}
