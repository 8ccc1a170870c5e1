"""Gains over baselines: signs, pairing, choice of rates, and what cannot be said."""

from __future__ import annotations

import math
from statistics import stdev

import pytest
from experiments import small

from playground.experiment import Experiment, Run
from playground.runs.comparison import Spread, compare, gain
from playground.runs.history import History

DIGITS = small(tasks="digit,parity")
WINE = Experiment.from_flat({"suite": "wine", "tasks": "cultivar,alcohol"})


def history(experiment: Experiment, seed: int, test: list[float], validation: list[float] | None = None) -> History:
    records = [
        {"kind": "scored", "step": 5, "split": split, "scores": values, "losses": [0.0] * len(values)}
        for split, values in (("validation", validation or test), ("test", test))
    ]
    return History(Run(experiment, seed), records=records)


@pytest.mark.parametrize(
    ("score", "baseline", "higher", "expected"),
    [(90, 80, True, 12.5), (80, 100, True, -20), (0.5, 1.0, False, 50), (2.0, 1.0, False, -100), (1, -2, True, 150)],
)
def test_a_gain_is_positive_for_better(score: float, baseline: float, higher: bool, expected: float) -> None:
    assert gain(score, baseline, higher) == pytest.approx(expected)


@pytest.mark.parametrize(("score", "baseline"), [(1, 0), (math.nan, 1), (1, math.nan), (math.inf, 1), (1, math.inf)])
def test_a_gain_that_cannot_be_said_is_no_number(score: float, baseline: float) -> None:
    assert math.isnan(gain(score, baseline, True))


def test_a_spread_is_mean_and_sample_deviation() -> None:
    spread = Spread.of([1.0, 2.0, 6.0, math.nan])
    assert (spread.mean, spread.count) == (3.0, 3)
    assert spread.deviation == pytest.approx(stdev([1, 2, 6]))
    assert spread.text() == "3.0 ± 2.6"
    assert spread.text(0, sign=True) == "+3 ± 3"
    assert Spread.of([2.0]).text() == "2.0"
    assert math.isnan(Spread.of([2.0]).deviation)
    assert Spread.of([]).text() == Spread.of([math.nan]).text() == "–"


def test_runs_are_compared_with_the_baseline_of_their_own_seed() -> None:
    runs = [history(DIGITS, 0, [90, 80]), history(DIGITS, 1, [60, 50])]
    baselines = [history(DIGITS.baseline(), 1, [50, 50]), history(DIGITS.baseline(), 0, [80, 100])]
    found = compare(runs, baselines)
    assert found.seeds == [0, 1]
    gains = {(row["seed"], row["task"]): row["gain"] for row in found.table.to_dict("records")}
    assert gains == pytest.approx({(0, "digit"): 12.5, (0, "parity"): -20, (1, "digit"): 20, (1, "parity"): 0})
    assert found.delta_m_by_seed() == pytest.approx({0: -3.75, 1: 10})
    assert found.delta_m().mean == pytest.approx(3.125)
    assert found.column("gain", "digit").mean == pytest.approx(16.25)
    assert not found.missing


def test_every_metric_keeps_its_direction() -> None:
    found = compare([history(WINE, 0, [90, 0.5])], [history(WINE.baseline(), 0, [80, 1.0])])
    assert found.table["gain"].tolist() == pytest.approx([12.5, 50])


def test_rates_are_chosen_on_validation_and_reported_on_test() -> None:
    swept = DIGITS.set(sweep=True)
    slow, middle, fast = swept.trainings()
    runs = [
        history(slow, 0, [99, 99], [50, 50]),
        history(middle, 0, [70, 70], [90, 90]),
        history(fast, 0, [99, 99], [60, 60]),
    ]
    one, two, three = swept.baselines()
    baselines = [
        history(one, 0, [10, 50], [90, 10]),
        history(two, 0, [99, 60], [10, 20]),
        history(three, 0, [99, 70], [20, 80]),
    ]
    found = compare(runs, baselines)
    assert found.rate == middle.rate
    # Each task's baseline has the rate that suits this task best.
    assert found.baseline_rates == {"digit": one.rate, "parity": three.rate}
    assert found.table["score"].tolist() == [70, 70]
    assert found.table["baseline"].tolist() == [10, 70]


def test_rates_at_which_training_broke_are_never_chosen() -> None:
    slow, middle, fast = DIGITS.set(sweep=True).trainings()
    nan = math.nan
    baselines = [history(one.baseline(), 0, [50, 50]) for one in (slow, middle, fast)]
    baselines[2] = history(fast.baseline(), 0, [nan, nan])
    runs = [history(slow, 0, [nan, nan]), history(middle, 0, [40, 40]), history(fast, 0, [nan, nan])]
    found = compare(runs, baselines)
    assert found.rate == middle.rate
    assert fast.rate not in found.baseline_rates.values()


def test_what_is_missing_is_named_and_left_out() -> None:
    found = compare([history(DIGITS, 0, [90, 80])], [history(DIGITS.baseline(), 0, [80, 0])])
    assert "zero" in found.missing["parity"]
    assert found.delta_m_by_seed() == pytest.approx({0: 12.5})
    unscored = compare([history(DIGITS, 0, [90, 80])], [])
    assert set(unscored.missing) == {"digit", "parity"}
    assert unscored.delta_m().count == 0
    assert "baseline" in unscored.missing["digit"]
    nothing = compare([History(Run(DIGITS, 0))], [history(DIGITS.baseline(), 0, [80, 80])])
    assert "score" in nothing.missing["digit"]


def test_a_seed_without_a_baseline_does_not_spoil_the_others() -> None:
    runs = [history(DIGITS, seed, [90, 80]) for seed in (0, 1)]
    found = compare(runs, [history(DIGITS.baseline(), 0, [80, 100])])
    assert found.column("gain", "digit").count == 1
    assert found.delta_m().mean == pytest.approx(-3.75)


def test_the_error_of_a_mean_shrinks_with_the_root_of_the_count() -> None:
    assert Spread.of([1.0, 3.0]).error == pytest.approx(1.0)
    assert Spread.of([1.0, 3.0] * 8).error == pytest.approx(Spread.of([1.0, 3.0] * 8).deviation / 4)
    assert Spread.of([1.0]).error == math.inf
