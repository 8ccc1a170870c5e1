from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from playground.suites.diabetes import Diabetes, table


def test_inputs_and_targets_are_columns_of_the_source() -> None:
    inputs, targets = table()
    patients = load_diabetes(scaled=False)
    assert inputs.shape == (442, 7)
    # The first patient of the published table: 59 years, sex 2, 32.1 kg/m², 101 mmHg, …, glucose 87, progression 151.
    assert inputs[0].tolist() == pytest.approx([59, 32.1, 157, 93.2, 38, 4, 4.8598], abs=1e-4)
    assert {name: float(values[0]) for name, values in targets.items()} == {
        "progression": 151,
        "pressure": 101,
        "sugar": 87,
        "sex": 1,
    }
    assert np.array_equal(targets["progression"], patients.target)
    assert np.array_equal(targets["pressure"], patients.data[:, 3])
    assert np.array_equal(targets["sugar"], patients.data[:, 9])
    assert np.bincount(targets["sex"]).tolist() == [235, 207]


def test_no_target_is_a_function_of_two_inputs() -> None:
    """s4 is the ratio s1 / s3 up to rounding to whole numbers; with two of them as inputs the third would be no question."""
    inputs, targets = table()
    assert (np.abs(inputs[:, 5] - inputs[:, 2] / inputs[:, 4]) <= 0.5).mean() > 0.95
    for name in ("progression", "pressure", "sugar"):
        assert not any(np.array_equal(targets[name], column) for column in inputs.T)


@pytest.mark.parametrize("seed", [0, 1])
def test_training_rows_have_mean_zero_and_deviation_one(seed: int) -> None:
    data = Diabetes().load(seed)
    assert [len(data.train), len(data.validation), len(data.test)] == [265, 89, 88]
    assert data.train.inputs.mean(0) == pytest.approx(np.zeros(7), abs=1e-5)
    assert data.train.inputs.std(0) == pytest.approx(np.ones(7), abs=1e-5)
    assert data.train.targets["progression"].std() == pytest.approx(1, abs=1e-5)
    assert data.probe.view == "rows"
