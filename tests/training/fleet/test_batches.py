"""Which rows a step looks at, and which tasks learn from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from playground.experiment import Experiment
from playground.suites.base import Part
from playground.training.fleet.batches import BLOCK, Batch, FleetData, RowSource, Split
from playground.training.loop import Training
from tests.experiments import runs, small


def part(count: int, known: Mapping[str, np.ndarray]) -> Part:
    """Examples whose input is their own number, with these labels known."""
    inputs = np.arange(count, dtype=np.float32)[:, None]
    return Part(inputs, {name: np.arange(count) for name in known}, known)


def all_known(count: int, *names: str) -> dict[str, np.ndarray]:
    return {name: np.ones(count, bool) for name in names}


def first(count: int, length: int) -> np.ndarray:
    return np.arange(length) < count


def test_an_epoch_shows_every_row_once() -> None:
    source = RowSource(part(50, all_known(50, "a", "b")), ["a", "b"], 8, seed=0)
    rows, masks = source.draw(100)[0][:2]
    assert rows.shape == (100, 8)
    assert masks.shape == (100, 8, 2)
    assert masks.all()
    epochs = rows.flatten()[:800].reshape(16, 50)
    for epoch in epochs:
        assert sorted(epoch) == list(range(50))
    assert not np.array_equal(epochs[0], epochs[1])


def test_blocks_of_steps_join_without_a_seam() -> None:
    whole, pieces = (RowSource(part(50, all_known(50, "a")), ["a"], 8, seed=3) for _time in range(2))
    joined = np.concatenate([pieces.draw(steps)[0].rows for steps in (1, 5, 20, 14)])
    assert np.array_equal(whole.draw(40)[0].rows, joined)


def test_tasks_with_most_labels_learn_from_common_rows() -> None:
    known = {"a": np.ones(40, bool), "b": first(20, 40)}
    rows, masks = RowSource(part(40, known), ["a", "b"], 10, seed=0).draw(40)[0][:2]
    assert set(rows.flatten()) == set(range(40))
    assert masks[..., 0].all()
    assert np.array_equal(masks[..., 1], rows < 20)


def test_with_few_labels_every_group_draws_a_batch_of_its_own() -> None:
    known = {"a": np.ones(100, bool), "b": first(7, 100), "c": np.arange(100) >= 90}
    rows, masks = RowSource(part(100, known), ["a", "b", "c"], 11, seed=0).draw(50)[0][:2]
    assert rows.shape == (50, 33)
    assert (masks.sum(2) == 1).all()
    assert (masks.sum(1) == 11).all()
    for number, pool in enumerate((range(100), range(7), range(90, 100))):
        assert set(rows[masks[..., number]]) == set(pool)
    # Every pool has epochs of its own.
    own = rows[masks[..., 1]]
    for start in range(0, len(own) - 6, 7):
        assert sorted(own[start : start + 7]) == list(range(7))


def test_tasks_labelled_on_the_same_examples_form_one_group() -> None:
    known = {"a": np.ones(100, bool), "b": first(7, 100), "c": first(7, 100)}
    _rows, masks = RowSource(part(100, known), ["a", "b", "c"], 10, seed=0).draw(20)[0][:2]
    assert (masks[..., 1] == masks[..., 2]).all()
    assert masks[0].sum(0).tolist() == [10, 10, 10]


@pytest.mark.parametrize(
    ("groups", "batch", "each"),
    [(2, 512, 512), (3, 512, 341), (8, 64, 64), (9, 64, 56), (24, 64, 21), (8, 256, 128), (5, 4, 4), (60, 4, 1)],
)
def test_many_groups_divide_what_a_step_has_room_for(groups: int, batch: int, each: int) -> None:
    """At most eight batches and 1,024 rows, or one batch where that is more; every group has a row."""
    names = [f"t{number}" for number in range(groups)]
    known = {name: np.arange(1200) % (groups + 1) == number for number, name in enumerate(names)}
    masks = RowSource(part(1200, known), names, batch, seed=0).draw(3)[0].known
    assert (masks.sum(1) == each).all()


def test_few_is_said_of_all_training_examples_and_not_of_those_that_have_a_label() -> None:
    """Two tasks with fifty labels each among a thousand: without the examples that nobody has a label for, each has half."""
    known = {"a": first(50, 100), "b": ~first(50, 100)}
    common, few = (RowSource(part(100, known), ["a", "b"], 8, seed=0, size=size).draw(5)[0] for size in (100, 1000))
    assert common.rows.shape == (5, 8)
    assert (few.known.sum(1) == 8).all()


def test_a_task_learns_from_the_same_rows_whoever_learns_beside_it() -> None:
    """Rows of a group are those it would draw with other groups beside it, and as many."""
    known = {"a": np.ones(100, bool), "b": first(7, 100), "c": np.arange(100) >= 90}
    every = RowSource(part(100, known), ["a", "b", "c"], 8, seed=0).draw(20)[0]
    pair = RowSource(part(100, known), ["b", "c"], 8, seed=0, places=(1, 2)).draw(20)[0]
    for number, name in enumerate("bc"):
        assert np.array_equal(every.rows[every.known[..., number + 1]], pair.rows[pair.known[..., number]]), name


def test_fine_tuning_sees_one_batch_and_a_step_of_all_tasks_one_for_each_group() -> None:
    known = {"a": np.ones(100, bool), "b": first(7, 100)}
    active = np.array([[True, True]] * 3 + [[False, True]] * 5)
    drawn, spans = RowSource(part(100, known), ["a", "b"], 8, 0, active).draw(8)
    assert spans.tolist() == [[[0, 8], [8, 16]]] * 3 + [[[0, 8], [0, 8]]] * 5
    assert drawn.known.sum(1).tolist() == [[8, 8]] * 3 + [[0, 8]] * 5
    assert drawn.rows.shape == (8, 16)


def test_the_seed_alone_chooses_the_rows() -> None:
    draws = [RowSource(part(50, all_known(50, "a")), ["a"], 8, seed=seed).draw(5)[0].rows for seed in (1, 1, 2)]
    assert np.array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[0], draws[2])


def test_what_stands_at_an_unknown_label_is_hidden() -> None:
    inputs, known = np.zeros((3, 1), np.float32), np.array([True, False, True])
    one = Part(inputs, {"a": np.array([1.0, np.nan, 3.0], np.float32), "b": np.array([1, -7, 0])}, {"a": known, "b": known})
    pair = Part(inputs, {"a": np.full((3, 2), np.nan, np.float32)}, {"a": known})
    split = Split([one], ["a", "b"], "cpu")
    assert split.targets[0].tolist() == [[1, 0, 3]]
    assert split.targets[1].tolist() == [[1, 0, 0]]
    assert Split([pair], ["a"], "cpu").targets[0][0, 1].tolist() == [0, 0]


def test_shorter_parts_are_filled_up_with_unlabelled_rows() -> None:
    split = Split([part(3, all_known(3, "a")), part(5, all_known(5, "a"))], ["a"], "cpu")
    assert split.inputs.shape == (2, 5, 1)
    assert split.known[..., 0].tolist() == [[True] * 3 + [False] * 2, [True] * 5]


def test_runs_of_one_seed_see_the_same_and_share_one_copy() -> None:
    fleet = runs(small(), small(weighting="dwa"), small(labels__parity=40), seeds=2)
    data = FleetData(fleet, "cpu")
    assert data.sources.tolist() == [0, 1, 0, 1, 2, 3]
    for _step in range(BLOCK + 2):
        batch = data.next()
    assert torch.equal(batch.inputs[0], batch.inputs[2])
    assert not torch.equal(batch.inputs[0], batch.inputs[1])
    # Parity has few labels in two of the runs, and so a batch of its own.
    assert batch.inputs.shape == (6, 32, *data.train.inputs.shape[2:])
    assert batch.known.shape == (6, 32, 3)
    assert (batch.known.sum(1) == 16).all()
    assert batch.there is not None
    assert batch.there.sum(1).tolist() == [16, 16, 16, 16, 32, 32]
    assert not (batch.known & ~batch.there[..., None]).any()


def test_rows_and_targets_belong_together() -> None:
    data = FleetData(runs(small(), seeds=2), "cpu")
    for _step in range(3):
        batch = data.next()
        digit, parity, large = batch.targets
        assert torch.equal(parity, digit % 2)
        assert torch.equal(large, (digit >= 5).long())


def test_each_batch_equals_that_of_the_run_alone() -> None:
    fleet = runs(small(), small(labels__parity=40), seeds=2)
    together, alone = FleetData(fleet, "cpu"), [FleetData([run], "cpu") for run in fleet]
    for _step in range(BLOCK + 5):
        batch = together.next()
        for place, single in enumerate(one.next() for one in alone):
            size = single.inputs.shape[1]
            assert torch.equal(batch.inputs[place, :size], single.inputs[0])
            assert torch.equal(batch.known[place, :size], single.known[0])
            assert not batch.known[place, size:].any()
            assert all(torch.equal(a[place, :size], b[0]) for a, b in zip(batch.targets, single.targets, strict=True))


def learned(experiment: Experiment, everything: bool = False) -> np.ndarray:
    """[10, R, T] losses of ten steps. everything: let towers see rows that their tasks do not learn from as well."""
    training = Training(runs(experiment, seeds=2), device="cpu")
    draw = training.data.next
    own: list[bool] = []

    def drawn() -> Batch:
        batch = draw()
        own.append(batch.own is not None)
        return replace(batch, own=None) if everything else batch

    training.data.next = drawn  # type: ignore[method-assign]  # the same batches, without saying whose rows are whose
    told = [training._take_step(True, step % 3 == 0) for step in range(10)]
    assert all(own)
    return np.array([one.losses for one in told if one is not None])


FEW = {"labels__parity": 60, "labels__large": 40}
ALONE: list[dict[str, Any]] = [
    {"sharing": "separate"},
    {"sharing": "hard", "sharing__depth": 0},
    {"sharing": "soft_l2", "sharing__strength": 0.0},
]


@pytest.mark.parametrize("knobs", [*ALONE, {"sharing": "hard", "sharing__depth": 1}, {"sharing": "soft_trace"}])
def test_rows_that_a_task_does_not_learn_from_make_no_difference_to_it(knobs: dict[str, Any]) -> None:
    experiment = small(**knobs, **FEW)
    np.testing.assert_allclose(learned(experiment), learned(experiment, everything=True), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("knobs", ALONE[1:])
def test_with_few_labels_what_shares_nothing_is_separate_networks_step_for_step(knobs: dict[str, Any]) -> None:
    np.testing.assert_allclose(learned(small(**knobs, **FEW)), learned(small(**ALONE[0], **FEW)), rtol=1e-5, atol=1e-6)
