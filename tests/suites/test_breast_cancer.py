from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer

from playground.suites.breast_cancer import BreastCancer, table


def test_inputs_and_targets_are_columns_of_the_source() -> None:
    inputs, targets = table()
    source = load_breast_cancer().data
    assert inputs.shape == (569, 20)
    assert np.array_equal(inputs, source[:, :20])
    # The third ten columns are the extremes, in the order of the first ten: radius, texture, …, smoothness is the fifth.
    assert np.array_equal(targets["radius"], source[:, 20])
    assert np.array_equal(targets["texture"], source[:, 21])
    assert np.array_equal(targets["smoothness"], source[:, 24])
    # 357 benign and 212 malignant growths, as published; the first one (radius 17.99) is malignant.
    assert np.bincount(targets["diagnosis"]).tolist() == [357, 212]
    assert (inputs[0, 0], targets["diagnosis"][0]) == (17.99, 1)


def test_an_extreme_is_no_smaller_than_the_mean() -> None:
    inputs, targets = table()
    assert (targets["radius"] >= inputs[:, 0]).all()


def test_classes_say_what_the_numbers_mean() -> None:
    diagnosis = BreastCancer().tasks()[0]
    inputs, targets = table()
    sizes = {name: inputs[targets["diagnosis"] == number, 0].mean() for number, name in enumerate(diagnosis.classes)}
    # Malignant nuclei are larger: 17.5 against 12.1 on average.
    assert sizes == {"benign": pytest.approx(12.15, abs=0.01), "malignant": pytest.approx(17.46, abs=0.01)}


def test_parts_have_their_sizes() -> None:
    data = BreastCancer().load(0)
    assert [len(data.train), len(data.validation), len(data.test)] == [341, 114, 114]
    assert data.train.inputs.std(0) == pytest.approx(np.ones(20), abs=1e-4)
