"""What a change did: a run beside the run before it, by the rules for gains over baselines."""

from __future__ import annotations

import math

import pytest

from playground.experiment import Experiment, Run
from playground.runs.results.against import Before, against, sentence
from playground.runs.results.history import History
from tests.experiments import small

NOW = small(tasks="digit,parity")
THEN = NOW.set(**{"sharing.depth": 0})
WINE = Experiment.from_flat({"suite": "wine", "tasks": "cultivar,alcohol"})


def history(experiment: Experiment, seed: int, scores: dict[int, list[float]], status: str = "finished") -> History:
    """A run with its scores on validation by step; the last ones are those on test too, where it came to its end."""
    records = [_scored(step, "validation", values) for step, values in sorted(scores.items())]
    if status == "finished":
        records.append(_scored(max(scores), "test", scores[max(scores)]))
    return History(Run(experiment, seed), status, records)


def _scored(step: int, split: str, values: list[float]) -> dict[str, object]:
    return {"kind": "scored", "step": step, "split": split, "scores": values, "losses": [0.0] * len(values)}


def course(end: list[float]) -> dict[int, list[float]]:
    """From chance to an end."""
    return {0: [10.0, 10.0], 15: [value - 1 for value in end], 30: end}


def both(then: list[list[float]], now: list[list[float]]) -> tuple[list[History], Before]:
    runs = [history(NOW, seed, course(scores)) for seed, scores in enumerate(now)]
    return runs, Before([history(THEN, seed, course(scores)) for seed, scores in enumerate(then)])


def test_a_change_is_told_by_its_interval_and_paired_by_seed() -> None:
    # Seeds differ by far more than the change; only in pairs can it be told.
    runs, before = both([[80, 50], [60, 70], [40, 60]], [[88.1, 51], [66, 69], [43.9, 60.2]])
    said = sentence(against(runs, before))
    assert said.startswith("“Which digit” +10.0 % [+")
    assert "too close to tell: “Odd or even” +" in said
    assert "gains" not in said


def test_what_got_worse_has_a_minus_and_plus_is_better_for_errors_too() -> None:
    runs, before = both([[80, 50], [60, 70], [40, 60]], [[72, 50], [54.1, 70], [36, 60]])
    said = sentence(against(runs, before))
    assert "“Which digit” −" in said
    assert "“Odd or even” is exactly as before" in said
    wine = [history(WINE, seed, {0: [10.0, 2.0], 30: [80.0, 0.5 + seed / 1000]}) for seed in range(3)]
    then = [history(WINE.set(rate=0.01), seed, {0: [10.0, 2.0], 30: [80.0, 1.0]}) for seed in range(3)]
    assert "+49.9 %" in sentence(against(wine, Before(then)))


def test_a_run_beside_itself_is_exactly_as_before() -> None:
    runs, _before = both([[80, 50]], [[80, 50], [70, 60]])
    said = sentence(against(runs, Before(runs)))
    assert said == "“Which digit” is exactly as before, “Odd or even” is exactly as before"


def test_one_seed_cannot_be_told() -> None:
    runs, before = both([[80, 50]], [[90, 60]])
    assert "“Which digit” cannot be told: +12.5 % in one seed" in sentence(against(runs, before))


def test_only_seeds_of_both_are_compared() -> None:
    runs, before = both([[80, 50], [60, 70]], [[88, 51], [66, 69], [1, 1]])
    found = against(runs, before)
    assert found is not None
    assert found.seeds == [0, 1]
    others = [history(NOW, 7, course([80, 50]))]
    assert against(others, before) is None
    assert sentence(None) == "no seed in common, so nothing can be told"


def test_a_stopped_run_is_compared_at_the_step_that_both_have_reached() -> None:
    runs, _before = both([[80, 50]], [[88, 51], [66, 69]])
    stopped = [history(THEN, seed, {0: [10, 10], 15: [60, 50]}, "stopped") for seed in (0, 1)]
    found = against(runs, Before(stopped))
    assert found is not None
    assert (found.step, found.split) == (15, "validation")
    assert sentence(found).endswith("(on validation data after 15 steps)")
    early = [history(THEN, seed, {0: [10, 10], 5: [60, 50]}, "stopped") for seed in (0, 1)]
    assert sentence(against(runs, Before(early))) == "5 of 30 steps: nothing is compared before a quarter of them"
    # While the run goes on, both are looked at as they were then, and never at more steps than one of them has.
    later = against(runs, Before(early), 20)
    assert later is not None
    assert later.step == 5


def test_a_change_of_what_is_no_better_than_chance_is_two_scores() -> None:
    flat = {0: [10.0, 10.0], 15: [10.0, 59.0], 30: [10.0, 60.0]}
    then = Before([history(THEN, seed, flat) for seed in (0, 1)])
    runs = [history(NOW, seed, course([80, 60])) for seed in (0, 1)]
    assert "“Which digit” has 80.00 ± 0.00, before 10.00 ± 0.00" in sentence(against(runs, then))


def test_a_seed_that_failed_is_named() -> None:
    runs, before = both([[80, 50], [60, 70], [40, 60]], [[88, 51], [66.1, 69], [43, 60]])
    runs[2].records.append(_scored(31, "test", [math.nan, 60.0]))
    assert "(without seed 2, which gives no gain)" in sentence(against(runs, before))


def test_its_own_gains_are_those_over_its_baselines() -> None:
    alone = [history(THEN.baseline(), seed, course([50, 50])) for seed in (0, 1)]
    before = Before([history(THEN, seed, course([60 + seed, 50])) for seed in (0, 1)], alone)
    assert before.gains(None)["digit"].mean == pytest.approx(21)
    assert Before(before.runs).gains(None) == {}
    assert before.gains(15)["digit"].mean == pytest.approx(100 * 10.5 / 49)
