from __future__ import annotations

import numpy as np
import pytest

from playground.suites.wine import MEASURED, Wine, table


def test_targets_are_not_among_the_inputs() -> None:
    inputs, measured, cultivar = table()
    assert inputs.shape == (178, 10)
    assert list(measured) == list(MEASURED)
    for values in measured.values():
        assert not any(np.array_equal(values, column) for column in inputs.T)
    assert np.bincount(cultivar).tolist() == [59, 71, 48]


@pytest.mark.parametrize("seed", [0, 1])
def test_training_rows_have_mean_zero_and_deviation_one(seed: int) -> None:
    train = Wine().load(seed).train
    assert train.inputs.mean(0) == pytest.approx(np.zeros(10), abs=1e-5)
    assert train.inputs.std(0) == pytest.approx(np.ones(10), abs=1e-5)
    for task in MEASURED:
        assert train.targets[task].mean() == pytest.approx(0, abs=1e-5)
        assert train.targets[task].std() == pytest.approx(1, abs=1e-5)


def test_the_parts_are_all_wines_once() -> None:
    data = Wine().load(0)
    assert [len(data.train), len(data.validation), len(data.test)] == [107, 35, 36]
    cultivars = np.concatenate([part.targets["cultivar"] for part in (data.train, data.validation, data.test)])
    assert np.bincount(cultivars).tolist() == [59, 71, 48]


def test_the_table_is_as_it_was_after_loading() -> None:
    before = table()[0].copy()
    Wine().load(0)
    assert np.array_equal(table()[0], before)


def test_the_probe_is_the_test_part() -> None:
    data = Wine().load(0)
    assert data.probe.view == "rows"
    assert np.array_equal(data.probe.inputs, data.test.inputs)
    assert np.array_equal(data.probe.targets["alcohol"], data.test.targets["alcohol"])
