from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.suites.california_housing import COLUMNS, CaliforniaHousing
from tests import frames


def test_the_fetcher_is_asked_for_the_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: dict[str, Any] = {}

    def fetch(**given: Any) -> tuple[np.ndarray, np.ndarray]:
        asked.update(given)
        return np.arange(24.0).reshape(3, 8), np.array([4.526, 3.585, 3.521])

    monkeypatch.setattr("sklearn.datasets.fetch_california_housing", fetch)
    arrays = CaliforniaHousing().download(tmp_path)
    assert asked["data_home"] == str(tmp_path)
    assert arrays["data"].shape == (3, len(COLUMNS))
    assert arrays["value"].tolist() == [4.526, 3.585, 3.521]


def test_columns_are_those_that_scikit_learn_names() -> None:
    from sklearn.datasets import _california_housing

    text = Path(_california_housing.__file__).read_text(encoding="utf-8")
    places = [text.index(f'"{name}"') for name in COLUMNS]
    assert places == sorted(places)


def test_targets_are_columns_and_no_inputs() -> None:
    data = CaliforniaHousing(examples=200).load(0)
    table = frames.housing()
    assert [len(part) for part in (data.train, data.validation, data.test)] == [200, 80, 80]
    assert data.train.inputs.shape == (200, 6)
    # Whatever the scale, a standardised target is a straight line of the column that it comes from.
    columns = {"value": table["value"], "income": table["data"][:, 0], "age": table["data"][:, 1]}
    for task, column in columns.items():
        all_of_it = np.concatenate([part.targets[task] for part in (data.train, data.validation, data.test)])
        assert data.train.targets[task].std() == pytest.approx(1, abs=1e-4)
        for input_column in data.train.inputs.T:
            assert abs(np.corrcoef(input_column, data.train.targets[task])[0, 1]) < 0.5
        assert len(set(all_of_it)) == 360
        assert len(set(column)) == 400


def test_more_examples_are_the_same_ones_and_some_further_ones() -> None:
    few, more = (CaliforniaHousing(examples=count).load(1).train for count in (60, 200))
    order = np.argsort(few.inputs[:, 0])
    assert np.array_equal(np.argsort(more.inputs[:60, 0]), order)
