from __future__ import annotations

import numpy as np
import pytest

from playground.suites.linnerud import Linnerud, table


def test_inputs_and_targets_are_columns_of_the_source() -> None:
    inputs, targets = table()
    assert inputs.shape == (20, 3)
    # The first and the last man of the published table.
    assert inputs[[0, -1]].tolist() == [[5, 162, 60], [2, 110, 43]]
    assert [values[0] for values in targets.values()] == [191, 36, 50]
    assert [values[-1] for values in targets.values()] == [138, 33, 68]
    assert list(targets) == ["weight", "waist", "pulse"]
    # Weight and waist go together: their correlation in the published table is 0.87.
    assert np.corrcoef(targets["weight"], targets["waist"])[0, 1] == pytest.approx(0.87, abs=0.005)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_half_of_the_men_are_kept_apart(seed: int) -> None:
    data = Linnerud().load(seed)
    assert [len(data.train), len(data.validation), len(data.test)] == [10, 4, 6]
    assert data.train.inputs.std(0) == pytest.approx(np.ones(3), abs=1e-5)
    for target in data.train.targets.values():
        assert target.mean() == pytest.approx(0, abs=1e-5)
        assert target.std() == pytest.approx(1, abs=1e-5)
