"""How often each task is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from playground.basics.random_streams import stream
from playground.task_sampling.alternate import Alternate

STEPS = 20_000
SIZES = (1600, 400, 100)


def shares(power: float) -> np.ndarray:
    return Alternate(power).active(STEPS, SIZES, stream(0, "schedule")).mean(0)


@pytest.mark.parametrize(
    ("power", "expected"),
    [(0.0, [1 / 3, 1 / 3, 1 / 3]), (1.0, [16 / 21, 4 / 21, 1 / 21]), (0.5, [4 / 7, 2 / 7, 1 / 7])],
)
def test_tasks_are_drawn_by_size_to_the_power(power: float, expected: list[float]) -> None:
    # Five standard deviations of a share, √(p (1−p) / n), at most.
    np.testing.assert_allclose(shares(power), expected, atol=5 * (0.25 / STEPS) ** 0.5)


def test_a_step_learns_from_one_task_alone() -> None:
    assert (Alternate().active(500, SIZES, stream(1, "schedule")).sum(1) == 1).all()


def test_seeds_draw_differently() -> None:
    one, other = (Alternate().active(500, SIZES, stream(seed, "schedule")) for seed in (0, 1))
    assert not np.array_equal(one, other)
