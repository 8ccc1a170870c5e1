"""Which rows a step looks at, and which tasks learn from them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from experiments import runs, small

from playground.errors import Invalid
from playground.tasks.base import Part
from playground.training.batches import BLOCK, FleetData, RowSource, Split


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
    rows, masks, _active = source.draw(100)
    assert rows.shape == (100, 8)
    assert masks.shape == (100, 8, 2)
    assert masks.all()
    epochs = rows.flatten()[:800].reshape(16, 50)
    for epoch in epochs:
        assert sorted(epoch) == list(range(50))
    assert not np.array_equal(epochs[0], epochs[1])


def test_blocks_of_steps_join_without_a_seam() -> None:
    whole, pieces = (RowSource(part(50, all_known(50, "a")), ["a"], 8, seed=3) for _time in range(2))
    joined = np.concatenate([pieces.draw(steps)[0] for steps in (1, 5, 20, 14)])
    assert np.array_equal(whole.draw(40)[0], joined)


def test_tasks_with_most_labels_learn_from_common_rows() -> None:
    known = {"a": np.ones(40, bool), "b": first(20, 40)}
    rows, masks = RowSource(part(40, known), ["a", "b"], 10, seed=0).draw(40)[:2]
    assert set(rows.flatten()) == set(range(40))
    assert masks[..., 0].all()
    assert np.array_equal(masks[..., 1], rows < 20)


def test_few_labels_divide_the_batch_evenly() -> None:
    known = {"a": np.ones(100, bool), "b": first(7, 100), "c": np.arange(100) >= 90}
    rows, masks = RowSource(part(100, known), ["a", "b", "c"], 11, seed=0).draw(50)[:2]
    assert (masks.sum(2) == 1).all()
    assert [int(size) for size in masks[0].sum(0)] == [4, 4, 3]
    for number, pool in enumerate((range(100), range(7), range(90, 100))):
        assert set(rows[masks[..., number]]) == set(pool)
    # Every pool has epochs of its own.
    own = rows[masks[..., 1]]
    for start in range(0, len(own) - 6, 7):
        assert sorted(own[start : start + 7]) == list(range(7))


def test_tasks_labelled_on_the_same_examples_form_one_group() -> None:
    known = {"a": np.ones(100, bool), "b": first(7, 100), "c": first(7, 100)}
    _rows, masks = RowSource(part(100, known), ["a", "b", "c"], 10, seed=0).draw(20)[:2]
    assert (masks[..., 1] == masks[..., 2]).all()
    assert masks[0].sum(0).tolist() == [5, 5, 5]


def test_a_batch_with_fewer_rows_than_groups_is_refused() -> None:
    known = {name: np.arange(100) % 5 == number for number, name in enumerate("abcde")}
    with pytest.raises(Invalid) as caught:
        RowSource(part(100, known), list("abcde"), 4, seed=0)
    assert caught.value.problems[0].where == "batch"


def test_the_seed_alone_chooses_the_rows() -> None:
    draws = [RowSource(part(50, all_known(50, "a")), ["a"], 8, seed=seed).draw(5)[0] for seed in (1, 1, 2)]
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
    assert batch.inputs.shape == (6, 16, *data.train.inputs.shape[2:])
    assert batch.known.shape == (6, 16, 3)
    assert batch.known[:4].all()
    assert not batch.known[4:].all()


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
            assert torch.equal(batch.inputs[place], single.inputs[0])
            assert torch.equal(batch.known[place], single.known[0])
            assert all(torch.equal(a[place], b[0]) for a, b in zip(batch.targets, single.targets, strict=True))
