"""One thing turned through several values, all else alike: what sharing brings by depth, by relatedness, by number of labels.

A sweep is a list of points, and each point is an ordinary experiment: its runs and baselines are trained, stored and found
again like all others, and runs that differ in nothing but data train as one fleet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from playground.errors import Invalid, Problem, unknown
from playground.experiment import Experiment, Run
from playground.knobs import knobs_of
from playground.presets import presets
from playground.runs.comparison import Spread, compare
from playground.runs.headless import Progress, plain, train_all
from playground.runs.history import History
from playground.words import _

OVER = ("depth", "relatedness", "size")
"""What can be turned: shared blocks, likeness of the tasks, and the number of labels of one task."""

LIKENESS = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0)
"""Where a relatedness between 0 and 1 is looked at: closer together near 1, where most of the change is."""

PARTS = (16, 8, 4, 2, 1)
"""By what the number of labels is divided."""

FIRST, FIRST_STRATEGIES, FIRST_SEEDS = "functions_same", ("hard", "soft_l2,strength=0.1", "cross_stitch"), 5
"""The preset, the strategies and the number of seeds of the Sharing page's first sight."""

COLUMNS = ("strategy", "value", "task", "seed", "score", "baseline", "gain")


@dataclass(frozen=True)
class Point:
    """One place of a sweep.

    strategy: number of the strategy among those that are compared.
    value: where the thing that is turned stands.
    """

    strategy: int
    value: float
    experiment: Experiment

    def runs(self, seeds: Iterable[int]) -> list[Run]:
        """What is trained for the point itself."""
        return [Run(one, seed) for one in self.experiment.trainings() for seed in seeds]

    def baselines(self, seeds: Iterable[int]) -> list[Run]:
        """What it is measured against: on the same data, so every value has its own."""
        return [Run(one, seed) for one in self.experiment.baselines() for seed in seeds]


def points(over: str, experiments: Sequence[Experiment], task: str = "") -> list[Point]:
    """The sweep of experiments that differ in their strategy alone.

    over: one of `OVER`. task: for "size", the task whose labels become fewer.
    Raises Invalid where this thing cannot be turned.
    """
    if over == "depth":
        return _depths(experiments)
    if over == "relatedness":
        return _likenesses(experiments)
    if over == "size":
        return _sizes(experiments, task)
    raise Invalid([unknown("over", over, OVER)])


def why_not(over: str, experiments: Sequence[Experiment]) -> str | None:
    """Why a sweep cannot be made of these, as a sentence; None where it can. Labels can always become fewer."""
    if over == "size":
        return None
    try:
        points(over, experiments)
    except Invalid as invalid:
        return str(invalid)
    return None


def first() -> list[Experiment]:
    """What the Sharing page shows first: a preset under several strategies, with transfer measured."""
    return beside(presets()[FIRST].experiment.set(measure=True), FIRST_STRATEGIES)


def beside(base: Experiment, strategies: Sequence[str]) -> list[Experiment]:
    """`base` under several strategies, each written as on the command line: "hard" or "soft_l2,strength=0.1"."""
    found = []
    for text in strategies:
        name, *turned = text.split(",")
        pairs = [part.partition("=") for part in turned]
        if bad := [
            Problem("sharing", _("should look like name,knob=value"), text) for _knob, sign, _value in pairs if not sign
        ]:
            raise Invalid(bad)
        found.append(base.set(sharing=name, **{f"sharing.{knob}": value for knob, _sign, value in pairs}))
    return found


def _depths(experiments: Sequence[Experiment]) -> list[Point]:
    """From no shared block to all of them. A strategy without that knob stands at every depth as it is."""
    if not any("depth" in one.sharing.knobs for one in experiments):
        names = ", ".join(one.sharing.name for one in experiments)
        raise Invalid([Problem("sharing", _("should have a number of shared blocks to turn, as hard sharing has"), names)])
    return [
        Point(number, depth, one.set(**{"sharing.depth": depth}) if "depth" in one.sharing.knobs else one)
        for number, one in enumerate(experiments)
        for depth in range(one.the_backbone.length + 1)
    ]


def likeness(experiment: Experiment) -> str | None:
    """Name of the knob of the suite that makes its tasks more alike; None where it has none."""
    return next((name for name, knob in knobs_of(experiment.the_suite).items() if knob.relates), None)


def _likenesses(experiments: Sequence[Experiment]) -> list[Point]:
    """From unrelated tasks to equal ones."""
    name = likeness(experiments[0])
    if name is None:
        raise Invalid([Problem("suite", _("should have tasks whose likeness can be turned"), experiments[0].suite.name)])
    return [
        Point(number, value, one.set(**{f"suite.{name}": value}))
        for number, one in enumerate(experiments)
        for value in LIKENESS
    ]


def _sizes(experiments: Sequence[Experiment], task: str) -> list[Point]:
    """All labels that one task could have, a half of them, … a sixteenth; the others keep theirs.

    Smaller sets are parts of larger ones, see `playground.tasks.base.keep_labels`, so the curve is paired.
    """
    first = experiments[0]
    if task not in first.tasks:
        raise Invalid([unknown("task", task, first.tasks)])
    whole = int(first.the_suite.load(0).train.known[task].sum())
    counts = sorted({max(1, whole // part) for part in PARTS})
    # Zero stands for all labels.
    kept = {count: count if count < whole else 0 for count in counts}
    return [
        Point(number, count, one.set(**{f"labels.{task}": kept[count]}))
        for number, one in enumerate(experiments)
        for count in counts
    ]


def runs(where: Iterable[Point], seeds: Sequence[int]) -> list[Run]:
    """Every run of a sweep once."""
    return list(dict.fromkeys(run for point in where for run in point.runs(seeds)))


def baselines(where: Iterable[Point], seeds: Sequence[int]) -> list[Run]:
    """Every baseline of a sweep once."""
    return list(dict.fromkeys(run for point in where for run in point.baselines(seeds)))


def gains(
    where: Iterable[Point], seeds: Sequence[int], found: Iterable[History], split: str = "test", step: int | None = None
) -> pd.DataFrame:
    """One row a point, task and seed: strategy, value, task, seed, score, baseline, gain (percent, positive for better).

    found: the histories of runs and baselines, as many as there are yet; a seed is left out until both have a score.
    step: as it stood after so many steps, if given.
    """
    by_key = {history.run.key: history for history in found}
    frames = []
    for point in where:
        own = [by_key[run.key] for run in point.runs(seeds) if run.key in by_key]
        against = [by_key[run.key] for run in point.baselines(seeds) if run.key in by_key]
        if own and against:
            table = compare(own, against, split, step).table.dropna(subset=["score", "baseline"])
            frames.append(table.assign(strategy=point.strategy, value=float(point.value)))
    full = [frame for frame in frames if len(frame)]
    return pd.concat(full, ignore_index=True)[list(COLUMNS)] if full else pd.DataFrame(columns=COLUMNS)


def crossings(table: pd.DataFrame) -> list[tuple[int, str, float]]:
    """Where the mean gain goes through zero: strategy, task, and the value at which the line between two means crosses.

    Only means that are further from zero than their standard error count: near zero a line crosses by luck.
    """
    found = []
    for (number, task), rows in table.groupby(["strategy", "task"]):
        spreads = {value: Spread.of(gains.tolist()) for value, gains in rows.groupby("value")["gain"]}
        clear = [(float(value), one.mean) for value, one in spreads.items() if abs(one.mean) > one.error]
        for (low, below), (high, above) in pairwise(clear):
            if below * above < 0:
                found.append((int(number), str(task), low + (high - low) * below / (below - above)))
    return found


# --- without a page ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Swept:
    """A trained sweep: what was turned, which strategies, and the table of gains on test; see `gains`."""

    over: str
    experiments: tuple[Experiment, ...]
    table: pd.DataFrame

    def spreads(self) -> list[dict[str, Any]]:
        """For each value, strategy and task mean and standard deviation of the gain over seeds."""
        rows = []
        for (value, number, task), group in self.table.groupby(["value", "strategy", "task"]):
            spread = Spread.of(group["gain"].tolist())
            name = self.experiments[int(number)].sharing.name
            rows.append({self.over: value, "sharing": name, "strategy": number, "task": task, **vars(spread)})
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Plain values: what was turned, the experiments, a row for each seed, and the spreads."""
        return {
            "over": self.over,
            "experiments": [one.to_dict() for one in self.experiments],
            "rows": plain(self.table),
            "spreads": plain(pd.DataFrame(self.spreads())),
        }

    def summary(self) -> str:
        """The table that a person reads on a terminal: the gain of each task, one column a strategy."""
        names = {number: f"{number + 1} {one.sharing.name}" for number, one in enumerate(self.experiments)}
        cells: dict[tuple[float, str], dict[str, str]] = {}
        for row in self.spreads():
            spread = Spread(row["mean"], row["deviation"], row["count"])
            cells.setdefault((row[self.over], row["task"]), {})[names[row["strategy"]]] = spread.text(1, sign=True)
        rows = [{self.over: f"{value:g}", _("task"): task, **found} for (value, task), found in cells.items()]
        count = int(self.table["seed"].nunique())
        head = _("Gain over single-task networks in percent on test; mean ± standard deviation of {count} seeds")
        return head.format(count=count) + "\n\n" + pd.DataFrame(rows).to_string(index=False)


def sweep(
    over: str, experiments: Sequence[Experiment], seeds: Sequence[int], task: str = "", progress: Progress | None = None
) -> Swept:
    """Train a whole sweep in this process; see `points` for what can be turned."""
    where = points(over, experiments, task)
    wanted = list(dict.fromkeys([*runs(where, seeds), *baselines(where, seeds)]))
    return Swept(over, tuple(experiments), gains(where, seeds, train_all(wanted, progress).values()))
