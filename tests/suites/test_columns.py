"""The helper of suites whose examples are rows of a table."""

from __future__ import annotations

import numpy as np
import pytest

from playground.suites.columns import standardised, table_data


def test_other_rows_do_not_move_the_scale() -> None:
    values, train = np.arange(6.0), np.array([0, 1, 2, 3])
    before = standardised(values, train)
    values[5] = 1000
    after = standardised(values, train)
    assert np.array_equal(before[:5], after[:5])
    assert before[:4].mean() == pytest.approx(0, abs=1e-6)
    assert before[:4].std() == pytest.approx(1)


def test_a_column_without_spread_becomes_zero_and_missing_numbers_stay_missing() -> None:
    values = np.array([[3.0, 1.0], [3.0, np.nan], [3.0, 2.0]])
    scaled = standardised(values, np.array([0, 1, 2]))
    assert scaled[:, 0].tolist() == [0, 0, 0]
    assert scaled[:, 1].tolist() == pytest.approx([-1, np.nan, 1], nan_ok=True)


def test_every_row_of_the_table_is_in_one_part_with_its_own_labels() -> None:
    row = np.arange(40)
    targets = {"number": np.where(row < 5, np.nan, 2.0 * row), "parity": row % 2}
    data = table_data(row[:, None].astype(float), targets, seed=0, train=0.5, validation=0.25)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [20, 10, 10]
    mean, deviation = data.train.inputs.mean(), data.train.inputs.std()
    assert (mean, deviation) == (pytest.approx(0, abs=1e-6), pytest.approx(1))
    known = 0
    for part in (data.train, data.validation, data.test):
        # All numbers are multiples of the row, so after scaling inputs and targets lie on one line.
        some = part.known["number"]
        known += some.sum()
        slope, offset = np.polyfit(part.inputs[some, 0], part.targets["number"][some], 1)
        assert part.targets["number"][some] == pytest.approx(slope * part.inputs[some, 0] + offset, abs=1e-5)
        assert part.known["parity"].all()
    assert known == 35
    assert np.array_equal(data.probe.inputs, data.test.inputs)
