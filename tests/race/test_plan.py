"""A race as one value: who races, with which configurations, and that two written forms are one race."""

from __future__ import annotations

import json

import numpy as np
import pytest

from playground import catalog
from playground.basics.errors import Invalid
from playground.basics.knobs import knobs_of
from playground.experiment import Experiment
from playground.race import design, tuning
from playground.race.plan import ASKED, EQUAL, FIXED, SINGLE, TUNED, Race

BASE = Experiment.from_dict({"suite": "toy_plane", "steps": 20})
PAIR = BASE.set(tasks=BASE.tasks[:2])


@pytest.mark.parametrize(("tasks", "points"), [(2, 1), (2, 10), (3, 2), (3, 10), (5, 20)])
def test_fixed_weights_lie_apart_on_the_simplex(tasks: int, points: int) -> None:
    found = np.array(design.weights(tasks, points))
    assert found.shape == (points, tasks)
    np.testing.assert_allclose(found.sum(1), tasks, atol=1e-3)
    assert (found >= tasks * design.LEAST - 1e-3).all()
    assert len({tuple(row) for row in found.tolist()}) == points


def test_the_sweep_of_two_tasks_is_a_line_from_one_to_the_other() -> None:
    found = design.weights(2, 10)
    assert found[0] == (0.1, 1.9)
    assert found[-1] == (1.9, 0.1)
    assert found == sorted(found)
    assert design.weights(1, 10) == design.weights(3, 0) == []


def test_all_get_the_same_rates_baselines_too() -> None:
    race = Race.of(PAIR, rates="0.01,0.001", weights=4, seeds=3)
    for entrant in race.entrants:
        if entrant.kind != TUNED:
            assert [one.rate for one in entrant.configurations] == [0.001, 0.01]
    kinds = [entrant.kind for entrant in race.entrants]
    assert kinds[0] == SINGLE
    assert kinds.count(EQUAL) == kinds.count(TUNED) == 1
    assert kinds.count(FIXED) == 4
    assert kinds.count(ASKED) == len([name for name in catalog.methods() if name not in ("equal", "static")])
    assert len(race.runs) == race.size == len(set(race.runs))
    assert {run.experiment for run in race.runs} == set(race.configurations)
    tuned = next(one for one in race.entrants if one.kind == TUNED)
    assert len(tuned.configurations) == 4 * 2


def test_equal_races_have_equal_keys_however_they_are_asked_for() -> None:
    race = Race.of(PAIR, "pcgrad,gradnorm,alpha=1.0", "hard,lora", (0.003, 0.001), 3, 2, True)
    assert Race.from_dict(json.loads(json.dumps(race.to_dict()))) == race
    assert Race.from_dict(race.to_dict()).key == race.key
    other = Race.of(
        PAIR.set(weighting="dwa", rate=0.1), "pcgrad,gradnorm,alpha=1.0", "hard,lora", "0.001,0.003", "3", "2", "true"
    )
    assert other.key == race.key, "what a race settles by itself is no part of it"
    assert race.smaller(1).key != race.key


def test_pairs_race_under_every_strategy_and_what_cannot_is_left_out() -> None:
    race = Race.of(PAIR, "pcgrad,dwa", "hard,soft_l2", weights=2)
    keys = {one.key for one in race.entrants}
    assert {"equal+hard", "equal+soft_l2", "dwa+hard", "dwa+soft_l2", "pcgrad+hard", "static+hard"} <= keys
    assert len(set(race.titles.values())) == len(race.entrants)


def test_knobs_are_tuned_on_request() -> None:
    plain, turned = (Race.of(PAIR, "gradnorm,pcgrad", knobs=knobs, weights=0) for knobs in (False, True))
    count = {one.key: len(one.configurations) for one in turned.entrants}
    assert count["gradnorm"] == 9
    assert count["pcgrad"] == 3
    assert all(len(one.configurations) == 3 for one in plain.entrants)


@pytest.mark.parametrize("table", [tuning.OF_METHODS, tuning.OF_STRATEGIES], ids=["methods", "strategies"])
def test_every_value_that_is_tried_is_one_that_the_knob_takes(table: dict) -> None:
    entries = catalog.methods() if table is tuning.OF_METHODS else catalog.strategies()
    for name, (knob, values) in table.items():
        for value in values:
            assert knobs_of(entries[name])[knob].read(knob, value) == value


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"methods": "pcgard"}, "pcgrad"),
        ({"rates": "0.001,ten"}, "number"),
        ({"rates": [str(0.001 * place) for place in range(1, 12)]}, "at most 9"),
        ({"weights": 1000}, "between 0 and 40"),
        ({"seeds": 0}, "between 1 and 50"),
        ({"strategies": ["hard,depth"]}, "name,knob=value"),
        ({"methods": 3}, "should be a list"),
        ({"method": "all"}, "methods"),
        ({"methods": ["pcgrad"] * 1000}, "at most 120"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(values: dict, named: str) -> None:
    with pytest.raises(Invalid) as caught:
        Race.from_dict({"experiment": PAIR.to_dict(), **values})
    assert named in str(caught.value)


def test_one_task_needs_no_race() -> None:
    with pytest.raises(Invalid, match="two or more"):
        Race.of(BASE.set(tasks=BASE.tasks[:1]))
