from __future__ import annotations

import numpy as np
import pytest

from playground.suites.digits import SHOWN, Digits, labels_of, scans


def test_scans_are_scaled_and_cannot_be_changed_by_mistake() -> None:
    inputs, digits = scans()
    assert inputs.shape == (1797, 64)
    assert inputs.dtype == np.float32
    assert (inputs.min(), inputs.max()) == (0, 1)
    assert set(digits) == set(range(10))
    with pytest.raises(ValueError, match="read-only"):
        inputs[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        digits[0] = 1


def test_what_is_asked_of_each_digit() -> None:
    given = labels_of(np.arange(10))
    assert given["digit"].tolist() == list(range(10))
    assert given["parity"].tolist() == [0, 1] * 5
    assert given["large"].tolist() == [0] * 5 + [1] * 5
    assert given["loops"].tolist() == [1, 0, 0, 0, 0, 0, 1, 0, 2, 1]


def test_the_parts_are_all_scans_once() -> None:
    data = Digits().load(0)
    assert [len(data.train), len(data.validation), len(data.test)] == [1078, 360, 359]
    together = np.concatenate([data.train.inputs, data.validation.inputs, data.test.inputs])
    assert sorted(map(bytes, together)) == sorted(map(bytes, scans()[0]))


def test_labels_belong_to_their_scans() -> None:
    inputs, digits = scans()
    truth = {bytes(scan): digit for scan, digit in zip(inputs, digits, strict=True)}
    test = Digits().load(1).test
    assert [truth[bytes(scan)] for scan in test.inputs] == test.targets["digit"].tolist()


def test_the_probe_is_the_first_test_scans() -> None:
    data = Digits().load(0)
    assert data.probe.view == "pictures"
    assert data.probe.shape == (8, 8)
    assert len(data.probe.inputs) == SHOWN == 24
    assert np.array_equal(data.probe.inputs, data.test.inputs[:SHOWN])
    assert np.array_equal(data.probe.targets["loops"], data.test.targets["loops"][:SHOWN])
