"""Gains over baselines: signs, pairing, choice of rates, and what cannot be said."""

from __future__ import annotations

import math
from statistics import stdev

import pytest

from playground.experiment import Experiment, Run
from playground.runs.results.comparison import Spread, compare, differences_of, gain, same_step
from playground.runs.results.history import History
from playground.statistics.differences import GAINS, MEAN, UNTOLD, together
from tests.experiments import small

DIGITS = small(tasks="digit,parity")
ONE = small(tasks="digit")
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
    assert found.compared == ["digit"]
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


# --- one definition of Δm ----------------------------------------------------------------------------------------------


def test_delta_m_is_of_seeds_in_which_every_task_that_is_compared_has_a_gain() -> None:
    """The mean over seeds of what tasks happen to have would be another number, and over more seeds."""
    runs = [history(DIGITS, 0, [88, 55]), history(DIGITS, 1, [84, math.nan]), history(DIGITS, 2, [84, 60])]
    baselines = [history(DIGITS.baseline(), seed, [80, 50]) for seed in range(3)]
    found = compare(runs, baselines)
    by_seed = found.delta_m_by_seed()
    assert (by_seed[0], by_seed[2]) == pytest.approx((10, 12.5))
    assert math.isnan(by_seed[1])
    assert dict(found.delta_m().by_seed) == pytest.approx({0: 10, 2: 12.5})
    assert found.delta_m().failed == found.differences["parity"].failed == (1,)
    assert found.differences["digit"].count == 3


def test_tasks_and_delta_m_are_corrected_together_and_as_the_suite_makes_its_data() -> None:
    runs = [history(DIGITS, seed, [88 + seed, 55 - seed]) for seed in range(4)]
    found = compare(runs, [history(DIGITS.baseline(), seed, [80, 50]) for seed in range(4)])
    assert list(found.differences) == ["digit", "parity", MEAN]
    assert found.differences == together(differences_of(found.table, ["digit", "parity"], 0.2 / 0.6))
    alone = compare([history(ONE, 0, [88])], [history(ONE.baseline(), 0, [80])])
    assert list(alone.differences) == ["digit"]
    assert alone.delta_m().mean == pytest.approx(10)


# --- failed runs -------------------------------------------------------------------------------------------------------


def test_a_rate_with_a_failed_run_is_not_chosen_however_well_the_others_do() -> None:
    """Four of five seeds are NaN at the fastest rate and the fifth is a little better."""
    slow, middle, fast = DIGITS.set(sweep=True).trainings()
    runs, baselines = [], []
    for seed in range(5):
        runs += [history(slow, seed, [70, 70]), history(middle, seed, [80 + seed, 80])]
        runs.append(history(fast, seed, [83, 83] if seed == 4 else [math.nan] * 2))
        baselines += [history(slow.baseline(), seed, [60, 60]), history(middle.baseline(), seed, [75, 75])]
        baselines.append(history(fast.baseline(), seed, [99, 99] if seed else [math.nan] * 2))
    found = compare(runs, baselines)
    assert found.rate == middle.rate
    assert set(found.baseline_rates.values()) == {middle.rate}
    assert found.delta_m().count == 5
    assert not found.delta_m().failed


@pytest.mark.parametrize("how", ["status", "record"])
def test_a_run_that_failed_is_no_choice_even_where_it_had_a_score_before(how: str) -> None:
    slow, middle, fast = DIGITS.set(sweep=True).trainings()
    best = history(fast, 0, [99, 99])
    if how == "status":
        best.status = "failed"
    else:
        best.records.insert(0, {"kind": "failed", "step": 3, "reason": "NaN"})
    runs = [history(slow, 0, [70, 70]), history(middle, 0, [80, 80]), best]
    assert compare(runs, [history(middle.baseline(), 0, [75, 75])]).rate == middle.rate


def test_a_failed_seed_is_named_and_one_that_waits_is_not() -> None:
    runs = [history(DIGITS, 0, [88, 55]), history(DIGITS, 1, [math.nan, math.nan]), History(Run(DIGITS, 2), "running")]
    found = compare(runs, [history(DIGITS.baseline(), seed, [80, 50]) for seed in range(3)])
    assert found.differences["digit"].failed == (1,)
    lost = [*runs[:2], History(Run(DIGITS, 2), "lost")]
    assert compare(lost, [history(DIGITS.baseline(), s, [80, 50]) for s in range(3)]).differences["digit"].failed == (1, 2)


# --- what is not a number ----------------------------------------------------------------------------------------------


def learned(experiment: Experiment, seed: int, before: list[float], after: list[float]) -> History:
    """A training that began and ended with these scores."""
    found = history(experiment, seed, after)
    start = {"kind": "scored", "step": 0, "split": "validation", "scores": before, "losses": [0.0] * len(before)}
    found.records.insert(0, start)
    return found


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ([10.0, 50.0], [11.0, 49.0], "no better than an untrained network"),
        ([0.1, 0.2], [0.9, 0.8], "near zero"),
        ([10.0, 50.0], [90.0, 90.0], ""),
    ],
)
def test_a_baseline_at_chance_or_near_zero_gives_no_gain(before: list[float], after: list[float], words: str) -> None:
    wobble = (0.0, 0.3, -0.3)
    runs = [learned(DIGITS, seed, before, [95 + seed, 93 + seed]) for seed in range(3)]
    baselines = [
        learned(DIGITS.baseline(), seed, before, [value + wobble[seed] * (value > 1) for value in after]) for seed in range(3)
    ]
    baselines[0] = learned(DIGITS.baseline(), 0, [value * 1.1 for value in before], after)
    found = compare(runs, baselines)
    assert set(found.missing) == ({"digit", "parity"} if words else set())
    assert all(words in reason for reason in found.missing.values())
    assert bool(found.differences) == (not words)
    assert found.table["gain"].isna().all() == bool(words)


def test_an_error_at_chance_is_a_unit_but_one_that_exploded_is_none() -> None:
    regression = WINE.set(tasks="alcohol,color")
    errors = {0: [1.02, 1.0], 1: [0.98, 889_846.0], 2: [1.01, 1.1]}
    runs = [learned(regression, seed, [1.0, 1.0], [0.5 + seed / 100, 0.5]) for seed in errors]
    found = compare(runs, [learned(regression.baseline(), seed, [1.0, 1.0], values) for seed, values in errors.items()])
    assert found.differences["alcohol"].verdict == GAINS
    assert found.differences["color"].failed == (1,)
    assert found.differences["color"].mean < 60


def test_two_seeds_that_differ_by_one_example_tell_nothing() -> None:
    """One more of 114 was right in both; relative to baselines that differ, the gains do not quite agree."""
    runs = [history(DIGITS, 0, [90 + 100 / 114, 50]), history(DIGITS, 1, [92 + 100 / 114, 50])]
    found = compare(runs, [history(DIGITS.baseline(), 0, [90, 50]), history(DIGITS.baseline(), 1, [92, 50])])
    assert found.differences["digit"].verdict == UNTOLD


# --- while it goes on, and what was stopped ----------------------------------------------------------------------------

LONG = DIGITS.set(steps=400)


def course(experiment: Experiment, seed: int, until: int, rise: float, status: str = "running") -> History:
    """A training that is validated every 20 steps, up to some step."""
    records = [
        {"kind": "scored", "step": s, "split": "validation", "scores": [10 + rise * s, 50 + rise * s / 2], "losses": [0, 0]}
        for s in range(0, until + 1, 20)
    ]
    if status in ("finished", "stopped"):
        records.append({**records[-1], "split": "test"})
    return History(Run(experiment, seed), status, records)


def test_nothing_is_told_before_a_quarter_of_the_steps_and_before_the_baseline_learned() -> None:
    runs = [course(LONG, seed, 400, 0.2 + seed / 1000) for seed in range(3)]
    baselines = [course(LONG.baseline(), seed, 400, 0.1) for seed in range(3)]
    assert compare(runs, baselines, "validation", 99).early
    assert not compare(runs, baselines, "validation", 99).differences
    assert compare(runs, baselines, "validation", 99).delta_m().verdict == UNTOLD
    assert compare(runs, baselines, "validation", 100).differences["digit"].told
    still = [course(LONG.baseline(), seed, 400, 0.0) for seed in range(3)]
    assert set(compare(runs, still, "validation", 200).missing) == {"digit", "parity"}


def test_a_stopped_run_is_compared_at_the_step_that_all_have_reached() -> None:
    ended = [course(LONG.baseline(), seed, 400, 0.1, "finished") for seed in range(2)]
    whole = [course(LONG, seed, 400, 0.1, "finished") for seed in range(2)]
    stopped = [course(LONG, 0, 160, 0.1, "stopped"), course(LONG, 1, 160, 0.1, "stopped")]
    assert same_step([*whole, *ended], 4) is None
    assert same_step([*stopped, *ended], 4) == 160
    assert same_step([*whole, *ended], 5) == 400, "one of them is still awaited"
    found = compare(stopped, ended, "validation", same_step([*stopped, *ended], 4))
    assert found.table["gain"].abs().max() == 0, "both had learned equally much by then"
