"""What presets claim is true: each is trained over seeds that nobody tuned it on, and its table ``[claim]`` is checked.

A claim about a task (or about ``delta_m``, the mean over tasks) is a word about the gain over single-task baselines in
percent, on test, by its paired 95 % interval (`playground.statistics.differences`): "helps" and "hurts" stand for an interval
on that side of zero, "even" for one that lies within ``within`` on both sides, so that the gain is shown to be small. ``check``
names one of the functions below, for what a preset says beyond gains.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from statistics import fmean, median

import pytest

from playground.experiment import Experiment, Run
from playground.presets import Preset, presets
from playground.runs.results import history
from playground.runs.results.comparison import Comparison, compare, differences_of
from playground.runs.results.headless import train_all
from playground.runs.results.history import History
from playground.statistics.differences import GAINS, LOSES, MEAN, Difference, paired

FRESH = range(1000, 1020)
"""Seeds of these tests. Pages start from seed 0, and presets were tuned on 100 and the seeds after it."""

FEW = {"sentences": 4, "scenes": 3}
"""Suites whose runs take seconds each, not milliseconds: with so many of the seeds their claims must show; 20 elsewhere."""

WORDS = ("helps", "hurts", "even")

PRESETS = list(presets().values())

SAMPLE = {one.experiment.suite.name: one.key for one in reversed(PRESETS) if one.experiment.suite.name not in FEW}
"""One preset a suite whose claim is trained anew with the slow tests; all of them with the exhaustive ones, and by
`tests.claims`, whose stored gains `tests/test_claims.py` holds to every claim and to the code of today."""


# --- training ------------------------------------------------------------------------------------------------------


def fresh(experiment: Experiment) -> range:
    """The fresh seeds that an experiment is trained with."""
    return FRESH[: FEW.get(experiment.suite.name, len(FRESH))]


@cache
def trained(experiment: Experiment) -> tuple[History, ...]:
    """The experiment as trained with each fresh seed. Presets that differ only in their method share baselines."""
    runs = [Run(experiment, seed) for seed in fresh(experiment)]
    found = train_all(runs)
    return tuple(found[run] for run in runs)


def compared(experiment: Experiment) -> Comparison:
    """The experiment beside its baselines, on test."""
    runs, baselines = (list(chain(*map(trained, some))) for some in (experiment.trainings(), experiment.baselines()))
    return compare(runs, baselines)


def above(experiment: Experiment, numbers: Sequence[float], bound: float = 0.0) -> bool:
    """Whether the mean of numbers, one a fresh seed, lies above a bound, by its 95 % interval."""
    one = paired([number - bound for number in numbers], experiment.the_suite.resampling)
    return one.verdict == GAINS and not one.failed


def beyond(first: Experiment, second: Experiment) -> list[float]:
    """For each seed, by how much Δm of the first experiment exceeds that of the second, in percent."""
    left, right = (compared(one).delta_m_by_seed() for one in (first, second))
    return [left[seed] - right[seed] for seed in fresh(first)]


def gains(experiment: Experiment, task: str) -> list[float]:
    """For each seed the gain of a task in percent."""
    table = compared(experiment).table
    return table.loc[table["task"] == task].sort_values("seed")["gain"].tolist()


def late(experiment: Experiment, name: str, task: str) -> list[float]:
    """For each seed the mean of a column of curves for a task, over the last fifth of the steps."""
    table = history.curves(trained(experiment))
    rows = table[(table["task"] == task) & (table["step"] > 0.8 * experiment.steps)]
    return rows.groupby("seed")[name].mean().tolist()


def relative_losses(experiment: Experiment) -> list[float]:
    """For each seed Σ_t L_t(end, test) / L_t(start, validation): what is left of the losses, in their own units."""
    sums = []
    for run in trained(experiment):
        scored = run.of_kind("scored")
        sums.append(sum(end / start for end, start in zip(scored[-1]["losses"], scored[0]["losses"], strict=True)))
    return sums


# --- what presets say beyond gains ---------------------------------------------------------------------------------


def reads_digits(preset: Preset) -> None:
    """Which digit is read in 95 % of the cases or more, so that its small helpers do not cost it its own use."""
    assert compared(preset.experiment).column("score", "digit").mean >= 95


def one_helper_helps_less(preset: Preset) -> None:
    """With odd or even alone, which digit gains less than half as much."""
    fewer = {"tasks": ["digit", "parity"], "labels": {"digit": 60, "parity": 1000}}
    alone = Experiment.from_dict(preset.experiment.to_dict() | fewer)
    assert fmean(gains(alone, "digit")) < fmean(gains(preset.experiment, "digit")) / 2


def keeps_its_own(preset: Preset) -> None:
    """After every block a task weighs its own features at least twice as much as any other task's, on average."""
    mixes = [run.last("learned") for run in trained(preset.experiment)]
    matrices = [matrix for mix in mixes if mix for matrix in mix["values"]["mix"]]
    assert len(matrices) == 2 * len(FRESH)
    count = len(preset.experiment.tasks)
    means = [[fmean(abs(matrix[i][j]) for matrix in matrices) for j in range(count)] for i in range(count)]
    assert all(means[i][i] > 2 * means[i][j] for i in range(count) for j in range(count) if i != j)


def weight_goes_to_zero(preset: Preset) -> None:
    """The weight of which digit ends below a fiftieth, in every run; its gradient is the longest."""
    assert max(late(preset.experiment, "weight", "digit")) < 0.02
    lengths = {task: fmean(late(preset.experiment, "norm", task)) for task in preset.experiment.tasks}
    assert max(lengths, key=lambda task: lengths[task]) == "digit"


def same_as_equal_weights(preset: Preset) -> None:
    """Δm is shown to be that of equal weights, up to `within` percent."""
    assert paired(
        beyond(preset.experiment, preset.experiment.set(weighting="equal")), preset.experiment.the_suite.resampling
    ).within(preset.claim["within"])


def less_than_same(preset: Preset) -> None:
    """Opposite functions help A less than equal ones do."""
    same = preset.experiment.set(**{"suite.p": 1.0})
    assert above(same, [most - less for most, less in zip(gains(same, "a"), gains(preset.experiment, "a"), strict=True)])


def milder_than_hard(preset: Preset) -> None:
    """With unrelated tasks soft sharing loses less than hard sharing, with equal tasks A gains less, but gains."""
    assert above(preset.experiment, beyond(preset.experiment, preset.experiment.set(sharing="hard")))
    same = preset.experiment.set(**{"suite.p": 1.0})
    soft, hard = gains(same, "a"), gains(same.set(sharing="hard"), "a")
    assert above(same, soft)
    assert above(same, [most - less for most, less in zip(hard, soft, strict=True)])


def room_helps(preset: Preset) -> None:
    """With 64 units per layer less than half of the loss is left."""
    wide, narrow = (
        compared(one).delta_m().mean for one in (preset.experiment.set(**{"backbone.width": 64}), preset.experiment)
    )
    assert narrow / 2 < wide


def gradients_point_apart(preset: Preset) -> None:
    """The gradients point apart in more than half of the steps."""
    cosines = history.cosines(trained(preset.experiment))
    assert above(preset.experiment, (cosines["cosine"] < 0).groupby(cosines["seed"]).mean().tolist(), 0.5)


def noise_ratio(preset: Preset) -> None:
    """The root of the ratio of weights, which is the ratio of noise, is near ten: the weights themselves are near a hundred.

    The noise that is drawn for a hundred points differs by about a tenth between seeds, and so does the ratio.
    """
    weights = zip(*(late(preset.experiment, "weight", task) for task in ("b", "a")), strict=True)
    ratios = [math.sqrt(quiet / noisy) for quiet, noisy in weights]
    assert 9 < fmean(ratios) < 11
    assert 7 < min(ratios) <= max(ratios) < 14


def small_task_is_drowned(preset: Preset) -> None:
    """Of the update A gets less than a tenth, and its error is half as large again as alone, or more."""
    assert max(late(preset.experiment, "share", "a")) < 0.1
    assert fmean(gains(preset.experiment, "a")) < -50


def small_task_is_turned_up(preset: Preset) -> None:
    """A gets nearly all of the weight and a far larger share; less is left of the losses than with equal weights."""
    equal = preset.experiment.set(weighting="equal")
    assert min(late(preset.experiment, "weight", "a")) > 1.5
    assert min(late(preset.experiment, "share", "a")) > 3 * max(late(equal, "share", "a"))
    left, before = relative_losses(preset.experiment), relative_losses(equal)
    assert all(less < more for less, more in zip(left, before, strict=True))
    assert fmean(gains(preset.experiment, "a")) > fmean(gains(equal, "a")) / 2


def sees_scenes(preset: Preset) -> None:
    """The median over seeds on test: the class of nine pictures in ten, nine tenths of average precision, 0.7 of overlap."""
    scores = [run.scores("test") for run in trained(preset.experiment)]
    for task, least in {"kind": 90, "objects": 90, "segments": 70}.items():
        assert median(score[task] for score in scores) >= least, task


CHECKS: dict[str, Callable[[Preset], None]] = {
    check.__name__: check
    for check in (
        reads_digits,
        sees_scenes,
        one_helper_helps_less,
        keeps_its_own,
        weight_goes_to_zero,
        same_as_equal_weights,
        less_than_same,
        milder_than_hard,
        room_helps,
        gradients_point_apart,
        noise_ratio,
        small_task_is_drowned,
        small_task_is_turned_up,
    )
}


# --- tests ---------------------------------------------------------------------------------------------------------


def said(preset: Preset) -> dict[str, str]:
    """What a preset claims about gains: for each task named, and for delta_m, one of `WORDS`."""
    return {name: word for name, word in preset.claim.items() if name not in ("check", "within")}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_every_preset_claims_something_that_is_checked(preset: Preset) -> None:
    words = said(preset)
    assert words or "check" in preset.claim
    assert set(words) <= {*preset.experiment.tasks, "delta_m"}
    assert set(words.values()) <= set(WORDS)
    assert preset.claim.get("check", "noise_ratio") in CHECKS
    assert "even" not in words.values() or preset.claim["within"] > 0


def test_some_presets_show_help_and_some_show_harm() -> None:
    totals = [preset.claim.get("delta_m") for preset in PRESETS]
    assert len(PRESETS) >= 10
    assert min(totals.count("helps"), totals.count("hurts")) >= 3


def claimed(preset: Preset) -> dict[str, Difference]:
    """What fresh seeds say of everything that a preset claims, each claim by its own 95 % interval."""
    comparison = compared(preset.experiment)
    found = differences_of(comparison.table, comparison.compared, preset.experiment.the_suite.resampling)
    overall = found.get(MEAN, next(iter(found.values()), paired({})))
    return {name: overall if name == "delta_m" else found.get(name, paired({})) for name in said(preset)}


def by_seed(preset: Preset) -> dict[str, list[float]]:
    """The gains in percent from which each claim is told, one a fresh seed."""
    overall = compared(preset.experiment).delta_m_by_seed()
    return {
        name: [overall[seed] for seed in sorted(overall)] if name == "delta_m" else gains(preset.experiment, name)
        for name in said(preset)
    }


def as_claimed(preset: Preset, word: str, one: Difference) -> bool:
    """Whether a gain over fresh seeds is what the preset says of it."""
    if word == "even":
        return one.within(preset.claim["within"])
    return one.verdict == {"helps": GAINS, "hurts": LOSES}[word]


@pytest.mark.slow
@pytest.mark.parametrize(
    "preset",
    [pytest.param(one, marks=[] if one.key in SAMPLE.values() else pytest.mark.exhaustive, id=one.key) for one in PRESETS],
)
def test_it_is_as_the_preset_says(preset: Preset) -> None:
    """One test a preset, so that what it trains is trained once, wherever tests are shared out."""
    found, words = claimed(preset), said(preset)
    assert {name: one.count for name, one in found.items()} == dict.fromkeys(words, len(fresh(preset.experiment)))
    wrong = [f"{name} {words[name]}: {one.text(2)}" for name, one in found.items() if not as_claimed(preset, words[name], one)]
    assert not wrong, f"over {len(fresh(preset.experiment))} seeds"
    if "check" in preset.claim:
        CHECKS[preset.claim["check"]](preset)
