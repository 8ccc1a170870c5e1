"""Recorded races: what is in them, and that the document tells what they hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.landscape import outcome, recorded
from playground.landscape.findings import document
from playground.landscape.outcome import REACHED
from playground.landscape.plan import of_setting
from playground.landscape.race import race

ROOT = Path(__file__).parents[2]


def ended(setting: str, method: str) -> list[str]:
    """The statuses of a method's runs in a recorded race, one a start."""
    one = recorded.recordings()[setting]
    return [found.status for found in outcome.outcomes(one.plan, one.track) if found.method == method]


def test_the_document_is_what_the_command_writes() -> None:
    assert (ROOT / "docs" / "landscape.md").read_text(encoding="utf-8") == document()


def test_recorded_plans_are_those_of_the_papers() -> None:
    for setting, one in recorded.recordings().items():
        assert replace(of_setting(setting), methods=one.plan.methods) == one.plan
        assert one.track.steps[-1] == one.plan.steps


def test_the_plain_sum_gets_stuck_where_the_papers_say() -> None:
    assert ended("cagrad", "equal") == ["stuck", "reached", "stuck"]
    assert ended("paper", "equal") == ["reached", "reached", "stuck", "reached", "reached"]


@pytest.mark.parametrize("method", ["mgda", "nash", "famo", "imtl_g", "aligned"])
def test_these_reach_the_front_from_everywhere(method: str) -> None:
    assert set(ended("paper", method)) == {REACHED}


def test_cagrad_goes_on_to_the_least_sum() -> None:
    one = recorded.recordings()["cagrad"]
    row = one.plan.methods.index("cagrad")
    np.testing.assert_allclose(one.track.points[-1, row], [[0, -8.355]] * 3, atol=0.01)


def test_a_part_of_a_recorded_race_is_found_with_its_own_rows() -> None:
    whole = recorded.recordings()["paper"]
    plan = replace(whole.plan, methods=("nash", "equal"), starts=whole.plan.starts[2:0:-1])
    track = recorded.find(plan)
    assert track is not None
    for row, method in enumerate(plan.methods):
        for column, start in enumerate(plan.starts):
            there = whole.plan.methods.index(method), whole.plan.starts.index(start)
            np.testing.assert_array_equal(track.points[:, row, column], whole.track.points[:, there[0], there[1]])


def test_some_methods_are_recorded_anew_among_the_others() -> None:
    short = replace(of_setting("bowls", ("equal", "mgda")), steps=20)
    old = recorded.Recording(short, race(short), 3.0)
    moved = replace(old.track, points=old.track.points + 1)
    one = recorded.Recording(replace(short, methods=("mgda", "famo")), moved, 1.0)
    both = recorded.merged(old, one)
    assert both.plan.methods == ("equal", "famo", "mgda")
    assert both.seconds == 3.0
    np.testing.assert_array_equal(both.track.points[:, 0], old.track.points[:, 0])
    np.testing.assert_array_equal(both.track.points[:, [2, 1]], moved.points)
    # Races of other numbers, of all the methods, or the first of all: the new one alone.
    assert recorded.merged(replace(old, plan=replace(short, rate=0.01)), one) is one
    assert recorded.merged(old, replace(old, seconds=9.0)).seconds == 9.0
    assert recorded.merged(None, one) is one


def test_any_other_race_is_not_found() -> None:
    plan = of_setting("paper", ("nash",))
    assert recorded.find(plan) is not None
    assert recorded.find(replace(plan, steps=1000)) is None
    assert recorded.find(replace(plan, starts=((1.0, 1.0),))) is None
    assert recorded.find(replace(plan, rate=0.002)) is None


def test_a_race_begins_as_the_recorded_one() -> None:
    """The first recorded points of a new race, by the code as it is now, are those that were kept."""
    whole = recorded.recordings()["paper"]
    step = int(whole.track.steps[1])
    plan = replace(whole.plan, methods=("equal", "famo"), steps=step)
    now = race(plan).points[-1]
    rows = [whole.plan.methods.index(method) for method in plan.methods]
    np.testing.assert_allclose(now, whole.track.points[1][rows], atol=2e-3)
