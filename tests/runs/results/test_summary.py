"""One sentence about a run."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest

from playground.experiment import Experiment, Run
from playground.runs.results import summary
from playground.runs.results.comparison import compare
from playground.runs.results.history import History
from playground.runs.results.summary import sentence, standing, too_early
from tests.experiments import small

DIGITS = small(tasks="digit,parity")

NONE = pd.DataFrame(columns=["seed", "step", "first", "second", "cosine"])


def scored(run: Run, *values: float) -> History:
    records = [
        {"kind": "scored", "step": 1, "split": split, "scores": list(values), "losses": []} for split in ("validation", "test")
    ]
    return History(run, records=records)


def said(cosines: pd.DataFrame, *gains: tuple[float, float]) -> str:
    runs = [scored(Run(DIGITS, seed), 100 + first, 100 + second) for seed, (first, second) in enumerate(gains)]
    baselines = [scored(Run(DIGITS.baseline(), seed), 100, 100) for seed in range(len(gains))]
    return sentence(compare(runs, baselines), cosines)


def angles(*values: float, second: str = "parity") -> pd.DataFrame:
    return pd.DataFrame({"first": "digit", "second": second, "cosine": list(values)})


def test_gains_and_losses_are_said_with_their_interval() -> None:
    clear = said(NONE, (4.0, -10.1), (4.1, -10.0), (3.9, -9.9))
    assert re.fullmatch(r"“Which digit” gains 4.0 % \[.*\], “Odd or even” loses 10.0 % \[.*\].", clear)
    assert "too close to tell" in said(NONE, (3, -10), (5, -10), (-4, -10))


def test_where_no_task_can_be_told_but_their_mean_can_it_is_the_news() -> None:
    text = said(NONE, (9.0, 1.1), (1.0, 9.0), (9.1, 1.0), (1.1, 9.2))
    assert re.match(r"“All tasks together” gains 5\.1 % \[.*\]; too close to tell: “Which digit” \+5\.0 % \[", text)
    assert text.count("too close to tell") == 1
    assert text.count("the test data are too few, not the seeds") == 1
    assert "together" not in said(NONE, (4.0, -10.1), (4.1, -10.0), (3.9, -9.9))


def test_one_seed_tells_nothing() -> None:
    alone = said(NONE, (3, -1))
    assert alone.count("cannot be told") == 2
    assert not re.search("gains|loses", alone)


def test_a_run_against_itself_says_neither() -> None:
    same = said(NONE, (0, 0), (0, 0), (0, 0))
    assert same == "“Which digit” is exactly as its baseline, “Odd or even” is exactly as its baseline."


def test_a_failed_seed_is_named() -> None:
    assert "(without seed 1, which gives no gain)" in said(NONE, (4.0, -1.0), (math.nan, -1.1), (4.1, -0.9), (3.9, -1.0))


def test_where_there_is_no_gain_both_scores_are_said() -> None:
    runs = [scored(Run(DIGITS, seed), 60 + seed, 20 + seed) for seed in range(3)]
    found = compare(runs, [scored(Run(DIGITS.baseline(), seed), 50, 0.2 + seed / 10) for seed in range(3)])
    assert "“Odd or even” has 21.00 ± 1.00 against 0.30 ± 0.10 alone, and no gain: its baseline is near zero" in sentence(
        found, NONE
    )


def test_many_tasks_are_counted_and_the_ends_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "MOST_NAMED", 3)
    experiment = small(tasks="digit,parity,large,loops")
    wobble, means = (-0.1, 0.0, 0.1), (9.0, -9.0, 0.0, 0.0)

    def near(seed: int) -> list[float]:
        return [50 + mean + (1 + place / 20) * wobble[(seed + place) % 3] for place, mean in enumerate(means)]

    runs = [scored(Run(experiment, seed), *near(seed)) for seed in range(3)]
    text = sentence(compare(runs, [scored(Run(experiment.baseline(), s), *[50.0] * 4) for s in range(3)]), NONE)
    assert text.startswith("Of 4 tasks 1 gains, 1 loses, 2 are too close to tell; the highest is “Which digit”: +18.0 % [")
    assert ", the lowest “Odd or even”: −18.0 % [" in text


def test_it_is_said_where_it_stands() -> None:
    long = DIGITS.set(steps=400)

    def begun(experiment: Experiment, seed: int) -> History:
        records = [
            {"kind": "scored", "step": step, "split": "validation", "scores": [10 + step, 50], "losses": []}
            for step in (0, 20, 200)
        ]
        return History(Run(experiment, seed), "running", records)

    early, later = (compare([begun(long, 0)], [begun(long.baseline(), 0)], "validation", step) for step in (20, 200))
    assert sentence(early, NONE) == "20 of 400 steps: nothing is compared before a quarter of them."
    assert too_early(early)
    assert not too_early(later)
    assert standing(later) == "(On validation data after 200 of 400 steps, as far as all have come.)"
    assert standing(compare([scored(Run(DIGITS, 0), 1, 1)], [])) == ""


def test_conflict_is_said_in_percent() -> None:
    assert "point apart in 25 % of the steps" in said(angles(-0.1, 0.2, 0.3, 0.0), (3, -1))
    both = pd.concat([angles(-0.1, 0.2), angles(0.1, 0.2, second="large")])
    assert "0 to 50 %" in said(both, (3, -1))


def test_without_numbers_there_is_no_result() -> None:
    assert sentence(compare([History(Run(DIGITS, 0))], []), NONE) == "No result yet."


@pytest.mark.parametrize("gains", [(3.0, -1.0), (0.0, 0.0), (-5.0, 2.0)])
def test_it_is_a_sentence(gains: tuple[float, float]) -> None:
    text = said(angles(0.1), gains)
    assert text[0] == "“"
    assert text.endswith(".")
    assert "\n" not in text
