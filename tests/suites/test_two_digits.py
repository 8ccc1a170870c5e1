from __future__ import annotations

import itertools

import numpy as np
import pytest

from playground.suites.digits import scans
from playground.suites.two_digits import TwoDigits, compose, sources


def halves(pictures: np.ndarray) -> set[bytes]:
    """The scans that pictures without overlap are made of."""
    return {bytes(half) for picture in pictures.reshape(-1, 8, 16) for half in np.split(picture, 2, axis=1)}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_scan_serves_two_splits(seed: int) -> None:
    rows = sources(seed)
    assert sorted(np.concatenate(list(rows.values()))) == list(range(1797))
    data = TwoDigits(overlap=0, examples=5000).load(seed)
    parts = [halves(part.inputs) for part in (data.train, data.validation, data.test)]
    for first, second in itertools.combinations(parts, 2):
        assert not first & second


def test_without_overlap_the_scans_stand_beside_each_other() -> None:
    inputs, _digits = scans()
    picture = compose(inputs[:1], inputs[1:2], 0).reshape(8, 16)
    assert np.array_equal(picture[:, :8], inputs[0].reshape(8, 8))
    assert np.array_equal(picture[:, 8:], inputs[1].reshape(8, 8))


@pytest.mark.parametrize("overlap", range(7))
def test_overlapping_columns_hold_the_darker_ink(overlap: int) -> None:
    left, right = np.full((1, 64), 0.25, np.float32), np.full((1, 64), 0.75, np.float32)
    row = compose(left, right, overlap).reshape(8, 16)[0].tolist()
    start, end = row.index(0.25), 15 - row[::-1].index(0.75)
    assert row[start : end + 1] == [0.25] * (8 - overlap) + [0.75] * 8
    assert row.count(0) == overlap
    # It stays in the middle, up to the odd column.
    assert start == overlap // 2


def test_every_scan_is_seen_whole_where_the_other_one_is_empty() -> None:
    inputs, _digits = scans()
    blank = np.zeros((1, 64), np.float32)
    for overlap in (0, 3, 6):
        assert compose(inputs[:1], blank, overlap).sum() == pytest.approx(inputs[0].sum())
        assert compose(blank, inputs[:1], overlap).sum() == pytest.approx(inputs[0].sum())


def test_labels_belong_to_their_scans() -> None:
    inputs, digits = scans()
    truth = {bytes(scan): digit for scan, digit in zip(inputs, digits, strict=True)}
    test = TwoDigits(overlap=0).load(4).test
    for row in range(50):
        left, right = np.split(test.inputs[row].reshape(8, 16), 2, axis=1)
        assert test.targets["left"][row] == truth[bytes(left)]
        assert test.targets["right"][row] == truth[bytes(right)]
    assert np.array_equal(test.targets["sum"], test.targets["left"] + test.targets["right"])


def test_overlap_changes_pictures_but_not_pairs() -> None:
    apart, over = TwoDigits(overlap=0).load(0).train, TwoDigits(overlap=5).load(0).train
    assert apart.inputs.shape == over.inputs.shape
    for task in ("left", "right", "sum"):
        assert np.array_equal(apart.targets[task], over.targets[task])


def test_more_examples_keep_the_first_ones() -> None:
    few, many = TwoDigits(examples=100).load(0).train, TwoDigits(examples=300).load(0).train
    assert np.array_equal(few.inputs, many.inputs[:100])
    assert np.array_equal(few.targets["sum"], many.targets["sum"][:100])
