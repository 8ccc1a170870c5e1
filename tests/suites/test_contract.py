"""The helpers of `playground/suites/base.py`: splits, missing labels, labels that are kept."""

from __future__ import annotations

import numpy as np
import pytest

from playground.basics.random_streams import stream
from playground.suites.base import Part, keep_labels, split_rows, whole
from playground.suites.digits import Digits


def part(count: int = 50) -> Part:
    """Two tasks on the same examples; the second one has no label on the first ten."""
    b = np.arange(count, dtype=np.float32)
    b[:10] = np.nan
    return whole(np.arange(count, dtype=np.float32)[:, None], {"a": np.arange(count) % 3, "b": b})


@pytest.mark.parametrize("count", [5, 10, 178, 1797])
def test_split_rows_are_disjoint_and_cover_everything(count: int) -> None:
    parts = split_rows(count, stream(0, "split"))
    assert sorted(np.concatenate(parts)) == list(range(count))
    assert [len(rows) / count for rows in parts] == pytest.approx([0.6, 0.2, 0.2], abs=1 / count)


def test_numbers_that_are_missing_are_not_known_and_not_nan() -> None:
    given = part()
    assert given.known["a"].all()
    assert given.known["b"].tolist() == [False] * 10 + [True] * 40
    assert np.isfinite(given.targets["b"]).all()
    assert np.array_equal(given.targets["b"][10:], np.arange(10, 50))


def test_take_keeps_inputs_targets_and_known_together() -> None:
    taken = part().take(np.array([12, 3]))
    assert len(taken) == 2
    assert taken.inputs[:, 0].tolist() == [12, 3]
    assert taken.targets["a"].tolist() == [0, 0]
    assert taken.known["b"].tolist() == [True, False]


def test_kept_labels_grow_with_their_number() -> None:
    before: set[int] = set()
    for count in (1, 2, 5, 20, 40):
        kept = set(np.flatnonzero(keep_labels(part(), {"b": count}, seed=0).known["b"]).tolist())
        assert len(kept) == count
        assert before < kept
        before = kept


def test_labels_that_were_missing_stay_missing() -> None:
    kept = keep_labels(part(), {"b": 1000}, seed=0)
    assert np.array_equal(kept.known["b"], part().known["b"])


def test_each_task_and_each_seed_draws_its_own_labels() -> None:
    full = Digits().load(0).train
    both = keep_labels(full, {"digit": 500, "parity": 500}, seed=0)
    assert not np.array_equal(both.known["digit"], both.known["parity"])
    # Dropping examples would hide the difference between seeds: the other tasks keep them all here.
    again, other = keep_labels(full, {"digit": 500}, seed=0), keep_labels(full, {"digit": 500}, seed=1)
    assert np.array_equal(again.known["digit"], keep_labels(full, {"digit": 500}, seed=0).known["digit"])
    assert not np.array_equal(again.known["digit"], other.known["digit"])


def test_what_a_task_is_called_does_not_change_its_labels() -> None:
    full = Digits().load(0).train
    names = {name: f"x{name}" for name in full.known}
    other = Part(
        full.inputs,
        {names[name]: values for name, values in full.targets.items()},
        {names[name]: values for name, values in full.known.items()},
    )
    kept, renamed = keep_labels(full, {"digit": 50, "loops": 70}, 0), keep_labels(other, {"xloops": 70, "xdigit": 50}, 0)
    for name in names:
        assert np.array_equal(kept.known[name], renamed.known[names[name]])


def test_the_part_that_is_given_stays_as_it_is() -> None:
    given = part()
    keep_labels(given, {"a": 1, "b": 1}, seed=0)
    assert given.known["a"].all()
    assert given.known["b"].sum() == 40


def test_tasks_come_in_the_suites_order_whatever_is_asked() -> None:
    suite = Digits()
    assert [task.name for task in suite.tasks_named(["loops", "digit"])] == ["digit", "loops"]
    assert suite.tasks_named([]) == suite.tasks()
