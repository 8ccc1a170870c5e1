"""How much a run gains over its single-task baselines: paired by seed, chosen on validation, reported on test.

The gain of a task is the relative change of its metric in percent, with the sign that makes more better. Δm is its mean
over the tasks (Maninis, Radosavovic & Kokkinos, CVPR 2019).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, stdev

import pandas as pd

from playground import catalog
from playground.experiment import Experiment
from playground.runs.history import History
from playground.tasks.base import Task
from playground.words import _

FEW = 3
"""With fewer seeds than this, a spread says nothing and the page says so."""


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

    @property
    def error(self) -> float:
        """Standard error of the mean; infinite where there is no spread."""
        return self.deviation / math.sqrt(self.count) if self.count > 1 else math.inf

    def text(self, digits: int = 1, sign: bool = False) -> str:
        """ "3.1 ± 0.8", or the mean alone where there is no spread."""
        if self.count == 0:
            return "–"
        head = f"{self.mean:{'+' if sign else ''}.{digits}f}"
        return head if math.isnan(self.deviation) else f"{head} ± {self.deviation:.{digits}f}"


@dataclass
class Comparison:
    """A run beside its baselines.

    table: one row a seed and task: seed, task, score, baseline, gain (percent). Seeds without a baseline have NaN there.
    rate: the learning rate of the run; baseline_rates: for each task that of its baseline.
    missing: tasks whose gain cannot be said, each with the reason.
    """

    experiment: Experiment
    split: str
    table: pd.DataFrame
    rate: float
    baseline_rates: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def seeds(self) -> list[int]:
        """Seeds that were compared."""
        return sorted(self.table["seed"].unique().tolist())

    def column(self, name: str, task: str) -> Spread:
        """Spread over seeds of a column for one task."""
        return Spread.of(self.table.loc[self.table["task"] == task, name].tolist())

    def delta_m_by_seed(self) -> dict[int, float]:
        """For each seed the mean gain over tasks in percent; tasks named in `missing` are left out."""
        rows = self.table[~self.table["task"].isin(list(self.missing))]
        return {int(seed): float(gains.mean()) for seed, gains in rows.groupby("seed")["gain"]} if len(rows) else {}

    def delta_m(self) -> Spread:
        """Spread of Δm over seeds."""
        return Spread.of(list(self.delta_m_by_seed().values()))


def higher_is_better(task: Task) -> bool:
    """Whether more of the task's metric is better."""
    return catalog.kinds()[task.kind].higher_is_better


def compare(runs: Sequence[History], baselines: Sequence[History], split: str = "test", step: int | None = None) -> Comparison:
    """Measure `runs` against `baselines` on a split, by seed; as it stood after `step` steps, if given.

    Where there are several learning rates among them, each task's baseline takes the rate that is best on validation, and
    the run takes the rate whose mean gain over those baselines is best on validation.
    """
    experiment = runs[0].experiment
    tasks = experiment.the_tasks
    chosen = {task.name: _best_rate(baselines, task) for task in tasks}
    by_rate: dict[float, list[History]] = defaultdict(list)
    for run in runs:
        by_rate[run.experiment.rate].append(run)
    rate = experiment.rate
    if len(by_rate) > 1:
        means = {one: _table(group, baselines, chosen, "validation")["gain"].mean() for one, group in by_rate.items()}
        rate = max(means, key=lambda one: -math.inf if math.isnan(means[one]) else means[one])
    table = _table(by_rate[rate], baselines, chosen, split, step)
    missing = {task.name: reason for task in tasks if (reason := _why_missing(table[table["task"] == task.name]))}
    return Comparison(experiment, split, table, rate, {name: one for name, one in chosen.items() if one is not None}, missing)


def _best_rate(baselines: Sequence[History], task: Task) -> float | None:
    """The learning rate at which the task's baseline is best on validation, on average over seeds; None without any."""
    scores: dict[float, list[float]] = defaultdict(list)
    for baseline in baselines:
        if task.name in (found := baseline.scores("validation")):
            scores[baseline.experiment.rate].append(found[task.name])
    if not scores:
        return None
    sign = 1 if higher_is_better(task) else -1
    # A rate at which training broke down (NaN) is never the best one.
    return max(scores, key=lambda rate: -math.inf if math.isnan(fmean(scores[rate])) else sign * fmean(scores[rate]))


def _table(
    runs: Sequence[History],
    baselines: Sequence[History],
    rates: Mapping[str, float | None],
    split: str,
    step: int | None = None,
) -> pd.DataFrame:
    """One row a seed and task: the run's score, its baseline's at the chosen rate, and the gain."""
    found = {(one.run.seed, one.experiment.rate): one.scores(split, step) for one in baselines}
    rows = []
    for run in runs:
        scores = run.scores(split, step)
        for task in run.experiment.the_tasks:
            rate = rates[task.name]
            score = scores.get(task.name, math.nan)
            against = math.nan if rate is None else found.get((run.run.seed, rate), {}).get(task.name, math.nan)
            rows.append((run.run.seed, task.name, score, against, gain(score, against, higher_is_better(task))))
    return pd.DataFrame(rows, columns=["seed", "task", "score", "baseline", "gain"])


def _why_missing(rows: pd.DataFrame) -> str:
    """Why no gain can be said for a task, in words; "" where it can."""
    if rows["gain"].notna().any():
        return ""
    if rows["score"].isna().all():
        return _("it has no score yet")
    if rows["baseline"].isna().all():
        return _("its baseline has no score yet")
    return _("its baseline is zero, and a part of zero cannot be said")
