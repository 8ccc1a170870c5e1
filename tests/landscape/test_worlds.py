"""The worlds: their formulas, their gradients, and that their Pareto sets are what they are said to be."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from playground.landscape.worlds import WORLDS, World, with_gradients

every_world = pytest.mark.parametrize("world", list(WORLDS.values()), ids=list(WORLDS))


def grid(world: World, count: int = 41) -> np.ndarray:
    """[count², 2] points all over the window, off its round numbers."""
    left, right, low, high = world.window
    points = np.stack(np.meshgrid(np.linspace(left, right, count), np.linspace(low, high, count)), -1).reshape(-1, 2)
    return points + 0.0137


def two_valleys(x1: float, x2: float, scale: float) -> tuple[float, float]:
    """The formula of the papers, one number at a time."""
    c1, c2 = max(math.tanh(0.5 * x2), 0.0), max(math.tanh(-0.5 * x2), 0.0)
    u1 = math.log(max(abs(0.5 * (-x1 - 7) - math.tanh(-x2)), 5e-6)) + 6
    u2 = math.log(max(abs(0.5 * (-x1 + 3) + math.tanh(-x2) + 2), 5e-6)) + 6
    q1 = ((-x1 + 7) ** 2 + 0.1 * (-x2 - 8) ** 2) / 10 - 20
    q2 = ((-x1 - 7) ** 2 + 0.1 * (-x2 - 8) ** 2) / 10 - 20
    return (u1 * c1 + q1 * c2) * scale, u2 * c1 + q2 * c2


@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_the_two_valleys_are_the_formula(scale: float) -> None:
    points = grid(WORLDS["valleys"])
    expected = np.array([two_valleys(x1, x2, scale) for x1, x2 in points])
    np.testing.assert_allclose(WORLDS["valleys"].values(points, scale), expected, rtol=1e-12, atol=1e-12)


def test_values_by_hand() -> None:
    # At x2 = −20 both hyperbolic tangents are one to nine digits: only the bowls are left.
    bowl = WORLDS["valleys"].values(np.array([7.0, -20.0]))
    np.testing.assert_allclose(bowl, [(0 + 14.4) / 10 - 20, (196 + 14.4) / 10 - 20], atol=1e-6)
    # At (−7, 20) the first ravine is log |0 + 1| + 6, the second log |5 − 1 + 2| + 6.
    np.testing.assert_allclose(WORLDS["valleys"].values(np.array([-7.0, 20.0])), [6, math.log(6) + 6], atol=1e-6)
    np.testing.assert_array_equal(WORLDS["bowls"].values(np.array([1.0, 2.0])), [4, 8])
    np.testing.assert_array_equal(WORLDS["squares"].values(np.array([3.0, -2.0])), [9, 4])
    np.testing.assert_array_equal(WORLDS["scales"].values(np.array([1.0, 2.0])), [5, 50])


def test_the_floor_of_a_ravine() -> None:
    # Exactly on the first ravine, 0.5 (−x1 − 7) = tanh(−x2); far up it is x1 = −5.
    (first, _second) = WORLDS["valleys"].values(np.array([-5.0, 40.0]))
    assert first == pytest.approx(math.log(5e-6) + 6)


@every_world
@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_gradients_are_finite_differences(world: World, scale: float) -> None:
    points, tiny = grid(world, 15), 1e-6
    losses, gradients = with_gradients(world, torch.tensor(points), scale)
    np.testing.assert_allclose(losses.numpy(), world.values(points, scale))
    for axis in range(2):
        away = np.eye(2)[axis] * tiny
        slope = (world.values(points + away, scale) - world.values(points - away, scale)) / (2 * tiny)
        np.testing.assert_allclose(gradients[..., axis].numpy(), slope, rtol=1e-4, atol=1e-4)


def test_on_the_ridge_both_sides_pass_their_gradients_on() -> None:
    _losses, gradients = with_gradients(WORLDS["valleys"], torch.zeros(1, 2, dtype=torch.float64), 1.0)
    # d/dx2 at 0: half the ravine, which comes in above, less half the bowl, which goes out below.
    ravine, bowl = math.log(3.5) + 6, (49 + 6.4) / 10 - 20
    assert gradients[0, :, 1].tolist() == pytest.approx([0.5 * (ravine - bowl)] * 2)


@every_world
@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_nothing_is_better_than_the_front(world: World, scale: float) -> None:
    front, everywhere = world.front(scale), world.values(grid(world, 121), scale)
    better = (everywhere[:, None] < front[None] - 1e-6).all(-1)
    assert not better.any()


@every_world
def test_gradients_are_opposed_or_zero_along_the_pareto_set(world: World) -> None:
    _losses, gradients = with_gradients(world, torch.tensor(world.pareto), 1.0)
    crossed = gradients[:, 0, 0] * gradients[:, 1, 1] - gradients[:, 0, 1] * gradients[:, 1, 0]
    assert crossed.abs().max() < 1e-6
    assert (gradients[:, 0] * gradients[:, 1]).sum(-1).max() < 1e-6


@every_world
def test_losses_stay_above_their_bounds(world: World) -> None:
    for scale in (1.0, 0.1):
        assert (world.values(grid(world, 121), scale) >= np.array(world.lower(scale))).all()


def test_distances() -> None:
    bowls, squares = WORLDS["bowls"], WORLDS["squares"]
    points = np.array([[0.0, 2.0], [3.0, 0.0], [-1.0, 0.0], [np.nan, 0.0]])
    np.testing.assert_allclose(bowls.distance(points), [2, 2, 0, np.nan])
    np.testing.assert_allclose(squares.distance(np.array([[3.0, 4.0]])), [5])
    assert WORLDS["valleys"].distance(np.array([0.0, -8.355])) < 1e-3


@every_world
def test_starts_are_in_the_window(world: World) -> None:
    left, right, low, high = world.window
    assert all(left <= x1 <= right and low <= x2 <= high for x1, x2 in world.starts)
