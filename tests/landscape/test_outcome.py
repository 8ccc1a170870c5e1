"""What an outcome is called, on tracks made by hand."""

from __future__ import annotations

import numpy as np

from playground.landscape import outcome
from playground.landscape.outcome import LOST, MOVING, REACHED, STUCK
from playground.landscape.plan import Plan
from playground.landscape.race import Track
from playground.landscape.report import cell, point, table


def made(*paths: list[tuple[float, float]]) -> list[outcome.Outcome]:
    """The outcomes of runs from (0, 2), (0, 3), … of two bowls with a point every 10 steps, all by one method."""
    points = np.array(paths).transpose(1, 0, 2)[:, None]
    plan = Plan("bowls", ("equal",), tuple((0.0, 2.0 + i) for i in range(len(paths))), steps=10 * (points.shape[0] - 1))
    return outcome.outcomes(plan, Track(10 * np.arange(points.shape[0]), points))


def test_every_status() -> None:
    count = 21
    there = [(0.0, 2.0)] * 5 + [(0.5, 0.01)] * (count - 5)
    stays = [(0.0, 2.0)] * count
    moves = [(0.0, 2.0 - 0.05 * i) for i in range(count)]
    gone = [(0.0, 2.0)] * 10 + [(np.nan, np.nan)] * (count - 10)
    reached, stuck, moving, lost = made(there, stays, moves, gone)
    assert [one.status for one in (reached, stuck, moving, lost)] == [REACHED, STUCK, MOVING, LOST]
    assert reached.since == 50
    assert stuck.since is moving.since is lost.since is None
    assert reached.losses == (0.25 + 0.0001, 2.25 + 0.0001)
    assert moving.distance == 1.0


def test_who_comes_and_goes_counts_from_the_last_time() -> None:
    near, far = (0.0, 0.0), (0.0, 1.0)
    (one,) = made([far, near, far, near, near])
    assert one.since == 30
    (at_once,) = made([near, near, near])
    assert at_once.since == 0


def test_the_table_has_a_line_a_method_and_says_what_happened() -> None:
    plan = Plan("bowls", ("equal", "mgda"), ((0.0, 2.0), (0.0, -1.0)), steps=10)
    points = np.zeros((2, 2, 2, 2))
    points[:, 0, 0] = [0, 2]
    points[1, 1, 1] = [0, -0.5]
    points[0, 1, 1] = [0, -1]
    text = table(plan, Track(np.array([0, 10]), points)).splitlines()
    assert text[0] == "| Method | from (0, 2) | from (0, −1) | Reached |"
    assert text[2] == "| Equal weights | **stuck** at (0, 2), 2.00 away | front at (0, 0), step 0 | 1 / 2 |"
    assert text[3] == "| MGDA | front at (0, 0), step 0 | *moving* at (0, −0.5), 0.50 away | 1 / 2 |"


def test_a_point_for_the_eye() -> None:
    assert point((-0.0001, 3.14159)) == "(0, 3.14)"
    assert point((-8.5, 7.0)) == "(−8.5, 7)"


def test_a_cell_names_what_is_lost() -> None:
    (one,) = made([(np.nan, np.nan)] * 3)
    assert "lost" in cell(one)
