"""The race: one batch equals its runs alone, and what is known of some methods comes out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from playground.catalog import methods
from playground.landscape import outcome
from playground.landscape.plan import Plan, of_setting
from playground.landscape.race import race, recorded_steps, tell, track_of
from playground.landscape.worlds import WORLDS


@pytest.mark.parametrize("world", ["valleys", "bowls"])
def test_a_race_equals_its_runs_alone(world: str) -> None:
    every = tuple(methods())
    plan = Plan(world, every, WORLDS[world].starts[:3], scale=0.5, rate=0.05, steps=15)
    together = race(plan)
    assert together.points.shape == (16, len(every), 3, 2)
    for row, method in enumerate(every):
        alone = race(replace(plan, methods=(method,), starts=plan.starts[1:2]))
        np.testing.assert_allclose(together.points[:, row, 1], alone.points[:, 0, 0], rtol=1e-7, atol=1e-9, err_msg=method)


def test_the_plain_sum_is_adam_on_the_sum() -> None:
    plan = Plan("valleys", ("equal",), ((-8.5, 7.5), (9.0, -1.0)), scale=0.1, rate=0.02, steps=40, memory=0.99)
    x = torch.tensor(plan.starts, dtype=torch.float64, requires_grad=True)
    adam = torch.optim.Adam([x], lr=0.02, betas=(0.9, 0.99))
    for _step in range(40):
        adam.zero_grad()
        WORLDS["valleys"].losses(x, 0.1).sum().backward()
        adam.step()
    np.testing.assert_allclose(race(plan).points[-1, 0], x.detach().numpy(), rtol=1e-9)


def test_every_method_moves_and_stays_finite() -> None:
    for world in WORLDS:
        track = race(Plan(world, tuple(methods()), WORLDS[world].starts, rate=0.05, steps=25))
        assert np.isfinite(track.points).all()
        assert (np.abs(track.points[-1] - track.points[0]).max(-1) > 0.1).all()


def test_parts_in_a_row_are_the_race() -> None:
    plan = Plan("bowls", ("equal", "mgda"), WORLDS["bowls"].starts, steps=50)
    parts = list(tell(plan, every=0.0))
    assert len(parts) > 10
    told, whole = track_of(plan, [part.to_dict() for part in parts]), race(plan)
    np.testing.assert_array_equal(told.steps, whole.steps)
    np.testing.assert_allclose(told.points, whole.points, atol=6e-4)


def test_recorded_steps_are_bounded_and_hold_both_ends() -> None:
    for steps in (10, 900, 100_000):
        recorded = recorded_steps(steps)
        assert recorded[0] == 0
        assert recorded[-1] == steps
        assert len(recorded) <= 201


def test_the_quick_look_tells_the_story_of_the_paper() -> None:
    """From (9, 9) the plain sum stays in its ravine; FAMO and IMTL-G reach the front."""
    plan = replace(of_setting("live", ("equal", "famo", "imtl_g")), starts=((9.0, 9.0),))
    ended = {one.method: one for one in outcome.outcomes(plan, race(plan))}
    assert ended["equal"].status != outcome.REACHED
    assert ended["equal"].end[1] > 0
    assert ended["famo"].status == ended["imtl_g"].status == outcome.REACHED


def test_convex_worlds_are_solved_by_the_plain_sum() -> None:
    for world in ("bowls", "squares", "scales"):
        plan = of_setting(world, ("equal",))
        assert {one.status for one in outcome.outcomes(plan, race(plan))} == {outcome.REACHED}, world


@pytest.mark.slow
@pytest.mark.exhaustive
def test_the_paper_of_cagrad_for_the_plain_sum() -> None:
    """The whole way; `test_recorded` holds how it begins, and how the recorded one ends."""
    plan = replace(of_setting("cagrad", ("equal",)), steps=30_000)
    statuses = [one.status for one in outcome.outcomes(plan, race(plan))]
    assert statuses == [outcome.STUCK, outcome.REACHED, outcome.STUCK]
