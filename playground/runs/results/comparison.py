"""How much a run gains over its single-task baselines: paired by seed, chosen on validation, reported on test.

The gain of a task is the relative change of its metric in percent, with the sign that makes more better. Δm is its mean
over the tasks (Maninis, Radosavovic & Kokkinos, CVPR 2019), of each seed in which every task that is compared has a gain. What
may be said of gains is the business of `playground.statistics.differences`.

Not every quotient is a gain. A seed gives none where a score is missing or not finite, or where its baseline is zero or fell
apart: an error more than twice (`FELL_APART`) that of the same network before it learned. A task has none at all where its
baseline is near zero (`NEAR_ZERO` of a score in percent, or of the untrained network's error), or where a score in percent is
at chance: above that of its own untrained network neither in every seed nor by two standard errors. (An error at chance is a
unit like another: to take a third of it away is a gain.) Then both scores are said. While a training goes on, no baseline
counts before it is past its untrained network, and nothing is told before a quarter of the steps.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import fmean, stdev

import pandas as pd

from playground.basics.words import _
from playground.experiment import Experiment, Setting
from playground.measures import measure
from playground.runs.results.history import History
from playground.statistics.differences import MEAN, ROUNDING, Difference, is_early, paired, together
from playground.suites.base import Task

FELL_APART = 2.0
"""A baseline whose error is so many times that of its untrained network gives no gain."""

NEAR_ZERO = 0.01
"""A baseline below this part of its scale is near zero, and a part of it says nothing."""

CHANCE = 2.0
"""By how many standard errors a baseline has to be better than its untrained network, unless it is in every seed."""

BROKEN = ("failed", "lost")
"""Statuses of runs that will give no score any more."""


def gain(score: float, baseline: float, higher_is_better: bool) -> float:
    """Relative change in percent, positive for better; NaN where the baseline is zero or a number is missing."""
    if not (math.isfinite(score) and math.isfinite(baseline)) or baseline == 0:
        return math.nan
    return 100 * (score - baseline) / abs(baseline) * (1 if higher_is_better else -1)


@dataclass(frozen=True)
class Spread:
    """Mean and sample standard deviation over seeds; the deviation of one number is NaN."""

    mean: float
    deviation: float
    count: int

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Spread:
        """The spread of all finite numbers."""
        finite = [number for number in numbers if math.isfinite(number)]
        if not finite:
            return cls(math.nan, math.nan, 0)
        return cls(fmean(finite), stdev(finite) if len(finite) > 1 else math.nan, len(finite))

    def text(self, digits: int = 1, sign: bool = False) -> str:
        """ "3.1 ± 0.8", or the mean alone where there is no spread."""
        if self.count == 0:
            return "–"
        head = f"{self.mean:{'+' if sign else ''}.{digits}f}"
        return head if math.isnan(self.deviation) else f"{head} ± {self.deviation:.{digits}f}"


@dataclass
class Comparison:
    """A run beside its baselines.

    table: one row a seed and task: seed, task, score, baseline, gain (percent; NaN where there is none).
    setting: learning rate and weight decay of the run; baseline_settings: for each task those of its baseline.
    step: after how many steps they are compared; None for what they ended with.
    missing: tasks whose gain cannot be said, each with the reason. waiting: seeds that have no score yet.
    """

    experiment: Experiment
    split: str
    table: pd.DataFrame
    setting: Setting
    baseline_settings: dict[str, Setting] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    step: int | None = None
    waiting: frozenset[int] = frozenset()

    @property
    def rate(self) -> float:
        """The learning rate of the run."""
        return self.setting.rate

    @property
    def baseline_rates(self) -> dict[str, float]:
        """For each task the learning rate of its baseline."""
        return {task: setting.rate for task, setting in self.baseline_settings.items()}

    @property
    def seeds(self) -> list[int]:
        """Seeds that were compared."""
        return sorted(self.table["seed"].unique().tolist())

    @property
    def early(self) -> bool:
        """Whether it is too early to tell a gain; see `playground.statistics.differences.is_early`."""
        return self.step is not None and is_early(self.step, self.experiment.steps)

    @property
    def compared(self) -> list[str]:
        """Tasks that have a gain, in order."""
        return [] if self.early else [task for task in self.experiment.tasks if task not in self.missing]

    def column(self, name: str, task: str) -> Spread:
        """Spread over seeds of a column for one task."""
        return Spread.of(self.table.loc[self.table["task"] == task, name].tolist())

    @cached_property
    def differences(self) -> dict[str, Difference]:
        """What may be said of each task that is compared and, of two or more, of Δm (`MEAN`), corrected together."""
        found = differences_of(self.table, self.compared, self.experiment.the_suite.resampling, self.waiting)
        return together(found)

    def delta_m_by_seed(self) -> dict[int, float]:
        """For each seed the mean gain over the tasks that are compared, in percent; NaN where one of them has none."""
        return delta_m(self.table, self.compared)

    def delta_m(self) -> Difference:
        """What may be said of Δm, corrected together with the tasks."""
        if MEAN in self.differences:
            return self.differences[MEAN]
        return next(iter(self.differences.values()), paired({}))


def differences_of(
    table: pd.DataFrame, tasks: Sequence[str], resampling: float, waiting: Iterable[int] = ()
) -> dict[str, Difference]:
    """For each of some tasks what its gains show and, for two or more, Δm; not yet corrected.

    table: columns task, seed, gain, and score and baseline where they are known. waiting: seeds that have not failed but
    have no score yet, and are passed over where they have no gain.
    """
    waiting, there = set(waiting), "score" in table
    gains: dict[str, dict[int, float]] = defaultdict(dict)
    steps: dict[str, list[tuple[float, float]]] = defaultdict(list)
    names = ["task", "seed", "gain", *(["score", "baseline"] if there else [])]
    for task, seed, number, *scores in zip(*(table[name].tolist() for name in names), strict=True):
        if math.isfinite(number) or seed not in waiting:
            gains[task][seed] = number
        if scores and math.isfinite(number):
            steps[task].append((scores[0] - scores[1], abs(scores[1])))
    found = {task: paired(gains[task], resampling, ROUNDING, _tied(steps[task])) for task in tasks}
    if len(found) > 1:
        overall = {
            seed: number for seed, number in delta_m(table, tasks).items() if math.isfinite(number) or seed not in waiting
        }
        found[MEAN] = paired(overall, resampling, ROUNDING)
    return found


def delta_m(table: pd.DataFrame, tasks: Sequence[str]) -> dict[int, float]:
    """For each seed the mean gain over some tasks; NaN where one of them has none."""
    numbers: dict[int, dict[str, float]] = defaultdict(dict)
    for task, seed, number in zip(*(table[name].tolist() for name in ("task", "seed", "gain")), strict=True):
        numbers[int(seed)][task] = number
    nothing = math.nan
    return {seed: fmean(numbers[seed].get(task, nothing) for task in tasks) if tasks else nothing for seed in sorted(numbers)}


def _tied(steps: Sequence[tuple[float, float]]) -> bool:
    """Whether all seeds differ from their baselines by the very same score, as scores that count few examples can.

    steps: a seed's difference of scores, and the size of its baseline.
    """
    if len(steps) < 2:
        return False
    found, sizes = zip(*steps, strict=True)
    return bool(max(found) - min(found) <= 1e-6 * max(sizes))


def higher_is_better(task: Task) -> bool:
    """Whether more of the task's metric is better."""
    return measure(task).higher_is_better


def compare(runs: Sequence[History], baselines: Sequence[History], split: str = "test", step: int | None = None) -> Comparison:
    """Measure `runs` against `baselines` on a split, by seed; as it stood after `step` steps, if given.

    Where there are several learning rates or strengths of weight decay among them, each task's baseline takes the setting that
    is best on validation, and the run takes the configuration (a setting, or a setting and knobs) whose mean gain over those
    baselines is best on validation. One at which a run failed is never chosen as long as there is another one.
    """
    experiment = runs[0].experiment
    tasks = experiment.the_tasks
    chosen = {task.name: _best_setting(baselines, task) for task in tasks}
    by_one: dict[Experiment, list[History]] = defaultdict(list)
    for run in runs:
        by_one[run.experiment].append(run)
    if len(by_one) > 1:
        means = {
            one: -math.inf if any(map(broke, group)) else _table(group, baselines, chosen, "validation")["gain"].mean()
            for one, group in by_one.items()
        }
        experiment = max(means, key=lambda one: -math.inf if math.isnan(means[one]) else means[one])
    own = by_one[experiment]
    table = _table(own, baselines, chosen, split, step)
    found = defaultdict[str, list[tuple[float, float, float]]](list)
    for name, *numbers in zip(*(table[name].tolist() for name in ("task", "score", "baseline", "gain")), strict=True):
        found[name].append(tuple(numbers))
    against = {task.name: [one for one in baselines if one.experiment.setting == chosen[task.name]] for task in tasks}
    missing = {
        task.name: reason for task in tasks if (reason := _why_missing(task, found[task.name], against[task.name], step))
    }
    if missing:
        table.loc[table["task"].isin(list(missing)), "gain"] = math.nan
    waiting = {one.run.seed for one in own if _waits(one, split, step)}
    for task in tasks:
        there = {one.run.seed for one in against[task.name] if not _waits(one, split, step)}
        waiting |= set(table["seed"]) - there
    against_each = {name: one for name, one in chosen.items() if one is not None}
    return Comparison(experiment, split, table, experiment.setting, against_each, missing, step, frozenset(waiting))


def same_step(histories: Sequence[History], wanted: int) -> int | None:
    """After how many steps trainings can be compared: None for what they ended with, if all of those wanted came to their end.

    One that was stopped is compared with no other that learned for longer, so it holds all of them at its last score.
    """
    if len(histories) == wanted and all(one.scores("test") and one.status not in ("stopped", "lost") for one in histories):
        return None
    return min((scored[-1]["step"] for one in histories if (scored := one.of_kind("scored"))), default=0)


def broke(history: History) -> bool:
    """Whether a run failed, as its loss or its scores stopped being numbers, or as it was lost."""
    if history.status in BROKEN or history.last("failed") is not None:
        return True
    return not all(map(math.isfinite, history.scores("validation").values()))


def _waits(history: History, split: str, step: int | None) -> bool:
    """Whether a score is still to come."""
    return not history.scores(split, step) and not broke(history)


def _best_setting(baselines: Sequence[History], task: Task) -> Setting | None:
    """The setting at which the task's baseline is best on validation, on average over seeds; None without any."""
    scores: dict[Setting, list[float]] = defaultdict(list)
    for baseline in baselines:
        if task.name in (found := baseline.scores("validation")):
            fine = baseline.status not in BROKEN and math.isfinite(found[task.name])
            scores[baseline.experiment.setting].append(found[task.name] if fine else math.nan)
    if not scores:
        return None
    sign = 1 if higher_is_better(task) else -1
    # A setting at which training broke down (NaN) is never the best one.
    return max(scores, key=lambda one: -math.inf if math.isnan(fmean(scores[one])) else sign * fmean(scores[one]))


def _table(
    runs: Sequence[History],
    baselines: Sequence[History],
    settings: Mapping[str, Setting | None],
    split: str,
    step: int | None = None,
) -> pd.DataFrame:
    """One row a seed and task: the run's score, its baseline's at the chosen rate, and the gain."""
    found = {(one.run.seed, one.experiment.setting): one for one in baselines}
    rows = []
    for run in runs:
        scores = run.scores(split, step)
        for task in run.experiment.the_tasks:
            setting = settings[task.name]
            other = None if setting is None else found.get((run.run.seed, setting))
            score = scores.get(task.name, math.nan)
            against = math.nan if other is None else other.scores(split, step).get(task.name, math.nan)
            apart = other is not None and not higher_is_better(task) and against > FELL_APART * untrained(other, task.name)
            number = math.nan if apart else gain(score, against, higher_is_better(task))
            rows.append((run.run.seed, task.name, score, against, number))
    return pd.DataFrame(rows, columns=["seed", "task", "score", "baseline", "gain"])


def untrained(history: History, task: str) -> float:
    """The validation score of a task before the first step; NaN where it was not recorded."""
    return history.scores("validation", 0).get(task, math.nan)


def _why_missing(task: Task, rows: Sequence[tuple[float, float, float]], baselines: Sequence[History], step: int | None) -> str:
    """Why no gain can be said for a task, in words; "" where it can. rows: score, baseline and gain of each seed."""
    scores, against, gains = ([number for number in column if not math.isnan(number)] for column in zip(*rows, strict=True))
    if not scores:
        return _("it has no score yet")
    if not against:
        return _("its baseline has no score yet")
    higher = higher_is_better(task)
    start = [value for one in baselines if math.isfinite(value := untrained(one, task.name))]
    scale = 100.0 if higher else fmean(start) if start else math.nan
    if not any(against) or abs(fmean(against)) < NEAR_ZERO * scale:
        return _("its baseline is near zero, and a part of zero cannot be said")
    if (higher or step is not None) and not _past_chance(task, baselines, step):
        return _("its baseline is no better than an untrained network")
    if not gains:
        return _("its baseline fell apart, or it did itself")
    return ""


def _past_chance(task: Task, baselines: Sequence[History], step: int | None) -> bool:
    """Whether a task's baseline is better on validation than before its first step, beyond chance."""
    sign = 1 if higher_is_better(task) else -1
    pairs = [(one.scores("validation", step).get(task.name, math.nan), untrained(one, task.name)) for one in baselines]
    learned = paired([sign * (now - before) for now, before in pairs])
    # Where it was never recorded, nothing speaks against it.
    return not learned.count or learned.above(CHANCE)
