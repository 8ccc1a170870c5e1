"""The plane: places, round numbers, and lines of equal height."""

from __future__ import annotations

import numpy as np
import pytest

from playground.figures import plane
from playground.figures.plane import Plane


def test_corners_are_the_corners_of_the_field() -> None:
    field = Plane(-2, 6, 1, 5)
    np.testing.assert_allclose(field.place(np.array([-2, 1])), [plane.LEFT, plane.HEIGHT - plane.BOTTOM])
    np.testing.assert_allclose(field.place(np.array([6, 5])), [plane.WIDTH - plane.RIGHT, plane.TOP])
    assert np.abs(field.place(np.array([1e30, -1e30]))).max() < 4 * plane.WIDTH


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(-11, 11, [-10, -5, 0, 5, 10]), (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (-2.1, 0.8, [-2, -1.5, -1, -0.5, 0, 0.5])],
)
def test_round_numbers(low: float, high: float, expected: list[float]) -> None:
    assert plane.round_numbers(low, high) == pytest.approx(expected)


def test_a_level_line_of_a_bowl_is_a_circle() -> None:
    axis = np.arange(61.0) - 30
    values = np.add.outer(axis**2, axis**2)
    segments = plane.level_line(values, 20.3**2)
    radii = np.linalg.norm(segments - 30, axis=-1)
    np.testing.assert_allclose(radii, 20.3, atol=0.02)
    length = np.linalg.norm(segments[:, 1] - segments[:, 0], axis=-1).sum()
    assert length == pytest.approx(2 * np.pi * 20.3, rel=1e-3)


def test_a_level_line_of_a_slope_is_straight() -> None:
    values = np.add.outer(2.0 * np.arange(5), np.arange(7.0))
    segments = plane.level_line(values, 4.5)
    np.testing.assert_allclose(2 * segments[..., 1] + segments[..., 0], 4.5)


def test_a_saddle_has_two_lines_in_its_cell() -> None:
    assert plane.level_line(np.array([[1.0, 0.0], [0.0, 1.0]]), 0.5).shape == (2, 2, 2)
    assert plane.level_line(np.zeros((3, 3)), 1.0).shape == (0, 2, 2)
