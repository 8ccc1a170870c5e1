"""Sweeps: one thing is turned and nothing else, baselines see the same data, and what is told is what runs gave."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from playground.basics.errors import Invalid
from playground.experiment import Experiment
from playground.runs.results import sweeps
from playground.runs.results.headless import train_with_baselines
from tests.experiments import small

FUNCTIONS = Experiment.from_flat(
    {"suite": "related_functions", "suite.examples": 60, "labels.a": 32, "backbone.width": 4, "steps": 10, "batch": 8}
)
PAIR = sweeps.beside(FUNCTIONS, ["hard", "soft_l2,strength=0.5"])


def test_strategies_are_read_as_they_are_written() -> None:
    assert PAIR[0] == FUNCTIONS.set(sharing="hard")
    assert PAIR[1] == FUNCTIONS.set(sharing="soft_l2", **{"sharing.strength": 0.5})


@pytest.mark.parametrize(("text", "words"), [("hrad", "hard"), ("hard,depth", "name,knob=value"), ("hard,depth=9", "depth")])
def test_a_bad_strategy_is_a_sentence(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        sweeps.beside(FUNCTIONS, [text])


def test_depth_goes_from_nothing_to_everything_and_leaves_the_others_as_they_are() -> None:
    found = sweeps.points("depth", PAIR)
    assert [(point.strategy, point.value) for point in found] == [(k, depth) for k in (0, 1) for depth in (0, 1, 2)]
    assert [point.experiment.sharing.knobs["depth"] for point in found[:3]] == [0, 1, 2]
    assert {point.experiment for point in found[3:]} == {PAIR[1]}
    assert len(sweeps.runs(found, [0, 1])) == 2 * (3 + 1)
    assert len(sweeps.baselines(found, [0, 1])) == 2, "all depths have one baseline"
    assert len({point.experiment.fleet() for point in found}) == 2, "all depths of one strategy train together"


def test_relatedness_turns_the_data_of_baselines_too_and_one_strategy_is_one_fleet() -> None:
    found = sweeps.points("relatedness", PAIR)
    assert [point.experiment.suite.knobs["p"] for point in found] == [*sweeps.LIKENESS] * 2
    assert len(sweeps.baselines(found, [0])) == len(sweeps.LIKENESS)
    assert len({point.experiment.fleet() for point in found}) == len(PAIR)


def test_sizes_are_parts_of_what_is_there_and_the_other_task_keeps_its_labels() -> None:
    found = sweeps.points("size", PAIR[:1], "a")
    assert [point.value for point in found] == [3, 7, 15, 30, 60]
    assert [point.experiment.labels.get("a") for point in found] == [3, 7, 15, 30, None], "the last stands for all"
    assert all("b" not in point.experiment.labels for point in found)
    other = sweeps.points("size", PAIR[:1], "b")
    assert all(point.experiment.labels["a"] == 32 for point in other)
    assert len({point.experiment.fleet() for point in other}) == 1


@pytest.mark.parametrize(
    ("over", "experiments", "task", "words"),
    [
        ("depth", [small(sharing="separate")], "", "shared blocks"),
        ("relatedness", [small()], "", "likeness"),
        ("size", PAIR, "c", "one of a, b"),
        ("colour", PAIR, "", "one of depth"),
    ],
)
def test_what_cannot_be_turned_is_a_sentence(over: str, experiments: list[Experiment], task: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        sweeps.points(over, experiments, task)
    if over != "size":
        assert words in (sweeps.sweep_obstacle(over, experiments) or "")


def test_a_sweep_tells_what_single_trainings_tell() -> None:
    found = sweeps.sweep("depth", PAIR, [0, 1])
    json.dumps(found.to_dict(), allow_nan=False)
    for point in sweeps.points("depth", PAIR):
        alone = train_with_baselines(point.experiment, [0, 1]).comparison.table
        rows = found.table[(found.table["strategy"] == point.strategy) & (found.table["value"] == point.value)]
        pd.testing.assert_frame_equal(rows[list(alone)].reset_index(drop=True), alone, check_dtype=False, rtol=1e-3, atol=1e-3)
    nothing = found.table[(found.table["strategy"] == 0) & (found.table["value"] == 0)]
    assert nothing["gain"].abs().max() < 1e-3, "without shared blocks nothing is gained and nothing lost"
    assert "2 soft_l2" in found.summary()


def test_points_without_results_are_left_out() -> None:
    found = sweeps.points("depth", PAIR)
    assert sweeps.gains(found, [0], []).empty
    assert list(sweeps.gains(found, [0], [])) == list(sweeps.COLUMNS)


def table_of(rows: list[tuple[int, float, str, int, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["strategy", "value", "task", "seed", "gain"])


CLEAR = [(0, value, "a", seed, gain + seed) for value, gain in ((0.0, -41.0), (0.5, -2.0), (1.0, 49.0)) for seed in (0, 1, 2)]
LOST = [(1, value, "a", seed, gain + 10 * seed) for value, gain in ((0.0, -9.0), (1.0, -13.0)) for seed in (0, 1, 2)]
SINGLE = [(2, value, "a", 0, gain) for value, gain in ((0.0, -9.0), (1.0, 9.0))]


def test_a_crossing_is_told_between_two_values_that_are_told() -> None:
    """The second strategy's means are lost in their spread, and a single seed has none."""
    found = sweeps.differences(table_of(CLEAR + LOST + SINGLE), 0.0)
    assert sweeps.crossings(found) == [(0, "a", 0.0, 1.0)]
    words = sweeps.told(found, {"a": "Task A"}, ["hard", "soft", "other"])
    assert "“Task A” under hard changes its sign between 0 and 1" in words
    assert "soft" not in words
    assert "other" not in words


def test_without_an_effect_that_is_what_is_said() -> None:
    words = sweeps.told(sweeps.differences(table_of(LOST), 0.0), {"a": "Task A"}, ["hard", "soft"])
    assert words.startswith("No effect beyond the spread")


def test_a_failed_seed_stays_in_the_table_and_is_named() -> None:
    found = sweeps.differences(table_of([*CLEAR, (0, 0.0, "a", 3, float("nan"))]), 0.0)
    assert found[0, 0.0, "a"].failed == (3,)
    swept = sweeps.Swept("relatedness", tuple(PAIR[:1]), table_of([*CLEAR, (0, 0.0, "a", 3, float("nan"))]))
    assert "seeds 3" in swept.summary()
    json.dumps(swept.to_dict(), allow_nan=False)


def test_what_does_not_change_along_a_sweep_counts_once_for_the_correction() -> None:
    """A strategy without a depth stands at every depth with the same numbers."""
    numbers = (1.0, 3.0, 2.0, 2.5)
    still = [(1, value, "a", seed, gain) for value in (0.0, 1.0, 2.0) for seed, gain in enumerate(numbers)]
    assert {one.level for one in sweeps.differences(table_of(still), 0.0).values()} == {0.05}


def test_side_by_side_a_winner_is_one_that_nobody_else_may_be() -> None:
    rng = np.random.default_rng(0)
    base = rng.normal(0, 20, 8)
    rows = [
        (place, 0.0, task, seed, base[seed] + gain + rng.normal())
        for place, gains in enumerate(({"a": 0, "b": 0}, {"a": 20, "b": 0.1}, {"a": 1, "b": 0.1}))
        for task, gain in gains.items()
        for seed in range(8)
    ]
    found = sweeps.best(sweeps.differences(table_of(rows), 0.0, overall=True), 0.0)
    assert found["a"] == (1, [1])
    assert len(found["b"][1]) == 3
    assert set(found) == {"a", "b"}
