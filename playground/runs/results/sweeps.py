"""One thing turned through several values, all else alike: what sharing brings by depth, by relatedness, by number of labels.

A sweep is a list of points, and each point is an ordinary experiment: its runs and baselines are trained, stored and found
again like all others, and runs that differ in nothing but data train as one fleet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.knobs import knobs_of
from playground.basics.words import _
from playground.experiment import Experiment, Run
from playground.experiment.choice_text import changes_of
from playground.presets import ready
from playground.runs.results.comparison import compare, differences_of
from playground.runs.results.headless import Progress, plain, train_all
from playground.runs.results.history import History
from playground.statistics.differences import GAINS, MEAN, Difference, leaders, together
from playground.statistics.differences import crossings as differing

OVER = ("depth", "relatedness", "size")
"""What can be turned: shared blocks, likeness of the tasks, and the number of labels of one task."""

LIKENESS = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0)
"""Where a relatedness between 0 and 1 is looked at: closer together near 1, where most of the change is."""

PARTS = (16, 8, 4, 2, 1)
"""By what the number of labels is divided."""

FIRST, FIRST_STRATEGIES, FIRST_SEEDS = "functions_same", ("hard", "soft_l2,strength=1.6", "cross_stitch"), 5
"""The preset, the strategies and the number of seeds of the Sharing page's first sight."""

MOST_TOLD = 6
"""So many things are told of a sweep in one sentence; the others are counted."""

Place = tuple[int, float, str]
"""Where in a sweep: number of the strategy, value of what is turned, and task."""

COLUMNS = ("strategy", "value", "task", "seed", "score", "baseline", "gain")


@dataclass(frozen=True)
class SweepPoint:
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


def points(over: str, experiments: Sequence[Experiment], task: str = "") -> list[SweepPoint]:
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


def sweep_obstacle(over: str, experiments: Sequence[Experiment]) -> str | None:
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
    return beside(ready(FIRST).experiment.set(measure=True), FIRST_STRATEGIES)


def scarcest(experiment: Experiment) -> str:
    """The task whose labels become fewer unless another one is chosen: the one that has the fewest."""
    return min(experiment.tasks, key=lambda name: experiment.labels.get(name, 10**9))


def beside(base: Experiment, strategies: Sequence[str]) -> list[Experiment]:
    """`base` under several strategies, each written as on the command line: "hard" or "soft_l2,strength=0.1"."""
    return [base.set(**changes_of("sharing", text)) for text in strategies]


def _depths(experiments: Sequence[Experiment]) -> list[SweepPoint]:
    """From no shared block to all of them. A strategy without that knob stands at every depth as it is."""
    if not any("depth" in one.sharing.knobs for one in experiments):
        names = ", ".join(one.sharing.name for one in experiments)
        raise Invalid([Problem("sharing", _("should have a number of shared blocks to turn, as hard sharing has"), names)])
    return [
        SweepPoint(number, depth, one.set(**{"sharing.depth": depth}) if "depth" in one.sharing.knobs else one)
        for number, one in enumerate(experiments)
        for depth in range(one.the_backbone.length + 1)
    ]


def likeness(experiment: Experiment) -> str | None:
    """Name of the knob of the suite that makes its tasks more alike; None where it has none."""
    return next((name for name, knob in knobs_of(experiment.the_suite).items() if knob.relates), None)


def _likenesses(experiments: Sequence[Experiment]) -> list[SweepPoint]:
    """From unrelated tasks to equal ones."""
    name = likeness(experiments[0])
    if name is None:
        raise Invalid([Problem("suite", _("should have tasks whose likeness can be turned"), experiments[0].suite.name)])
    return [
        SweepPoint(number, value, one.set(**{f"suite.{name}": value}))
        for number, one in enumerate(experiments)
        for value in LIKENESS
    ]


def _sizes(experiments: Sequence[Experiment], task: str) -> list[SweepPoint]:
    """All labels that one task could have, a half of them, … a sixteenth; the others keep theirs.

    Smaller sets are parts of larger ones, see `playground.suites.base.keep_labels`, so the curve is paired.
    """
    first = experiments[0]
    if task not in first.tasks:
        raise Invalid([unknown("task", task, first.tasks)])
    whole = int(first.the_suite.load(0).train.known[task].sum())
    counts = sorted({max(1, whole // part) for part in PARTS})
    # Zero stands for all labels.
    kept = {count: count if count < whole else 0 for count in counts}
    return [
        SweepPoint(number, count, one.set(**{f"labels.{task}": kept[count]}))
        for number, one in enumerate(experiments)
        for count in counts
    ]


def runs(where: Iterable[SweepPoint], seeds: Sequence[int]) -> list[Run]:
    """Every run of a sweep once."""
    return list(dict.fromkeys(run for point in where for run in point.runs(seeds)))


def baselines(where: Iterable[SweepPoint], seeds: Sequence[int]) -> list[Run]:
    """Every baseline of a sweep once."""
    return list(dict.fromkeys(run for point in where for run in point.baselines(seeds)))


def gains(
    where: Iterable[SweepPoint], seeds: Sequence[int], found: Iterable[History], split: str = "test", step: int | None = None
) -> pd.DataFrame:
    """One row a point, task and seed: strategy, value, task, seed, score, baseline, gain (percent, positive for better).

    found: the histories of runs and baselines, as many as there are yet; a seed is left out until both have a score, and has
    NaN as its gain where it will never have one. step: as it stood after so many steps, if given; nothing as long as it
    is too early to tell a gain.
    """
    by_key = {history.run.key: history for history in found}
    frames = []
    for point in where:
        own = [by_key[run.key] for run in point.runs(seeds) if run.key in by_key]
        against = [by_key[run.key] for run in point.baselines(seeds) if run.key in by_key]
        if own and against:
            comparison = compare(own, against, split, step)
            table = comparison.table
            late = table["gain"].notna() | ~table["seed"].isin(comparison.waiting)
            if not comparison.early:
                frames.append(table[late].assign(strategy=point.strategy, value=float(point.value)))
    full = [frame for frame in frames if len(frame)]
    return pd.concat(full, ignore_index=True)[list(COLUMNS)] if full else pd.DataFrame(columns=COLUMNS)


def differences(table: pd.DataFrame, resampling: float, overall: bool = False) -> dict[Place, Difference]:
    """What may be said at every place of a table of gains, corrected for all of them together; see `gains`.

    resampling: that of the suite. overall: with Δm beside the tasks wherever there are two or more.
    """
    found: dict[Place, Difference] = {}
    for (number, value), rows in table.groupby(["strategy", "value"]):
        tasks = [str(task) for task, gains in rows.groupby("task", sort=False)["gain"] if gains.notna().any()]
        here = differences_of(rows, tasks, resampling)
        found |= {(int(number), float(value), task): one for task, one in here.items() if overall or task != MEAN}
    return together(found)


def best(found: Mapping[Place, Difference], resampling: float) -> dict[str, tuple[int, list[int]]]:
    """For each task the strategy with the highest mean and all that cannot be told from it; `leaders` says how."""
    numbers: dict[str, dict[int, dict[int, float]]] = {}
    for (number, _value, task), one in found.items():
        if task != MEAN:
            numbers.setdefault(task, {})[number] = dict(one.by_seed)
    return leaders(numbers, resampling)


def crossings(found: Mapping[Place, Difference]) -> list[tuple[int, str, float, float]]:
    """Where a loss becomes a gain or a gain a loss: strategy, task, and the two values between which it does.

    Both are told, with the correction for the whole sweep: near zero a line crosses by luck.
    """
    return [
        (number, task, low, high)
        for number, task in dict.fromkeys((number, task) for number, _value, task in found)
        for low, high in differing({value: one for (n, value, of), one in found.items() if (n, of) == (number, task)}.items())
    ]


def told(found: Mapping[Place, Difference], titles: Mapping[str, str], names: Sequence[str]) -> str:
    """A sweep in a sentence: where gains and losses are told, and between which values the one becomes the other.

    titles: of the tasks. names: of the strategies.
    """
    parts = []
    for number, task, low, high in crossings(found):
        words = _("“{task}” under {strategy} changes its sign between {low} and {high}")
        parts.append(words.format(task=titles[task], strategy=names[number], low=f"{low:g}", high=f"{high:g}"))
    for (number, task), verdict in dict.fromkeys(((n, task), one.verdict) for (n, _v, task), one in found.items() if one.told):
        at = [value for (n, value, of), one in found.items() if (n, of) == (number, task) and one.verdict == verdict]
        words = (
            _("“{task}” under {strategy} gains at {values}")
            if verdict == GAINS
            else _("“{task}” under {strategy} loses at {values}")
        )
        values = _(", ").join(f"{value:g}" for value in sorted(at))
        parts.append(words.format(task=titles[task], strategy=names[number], values=values))
    if len(parts) > MOST_TOLD:
        parts = [*parts[:MOST_TOLD], _("and {count} more").format(count=len(parts) - MOST_TOLD)]
    if not parts:
        needed = [one.seeds_needed for one in found.values() if one.seeds_needed is not None]
        text = _("no effect beyond the spread")
        parts = [text + _(" (about {count} seeds would tell the clearest)").format(count=min(needed)) if needed else text]
    said = _("; ").join(parts)
    return _("{sentence}.").format(sentence=said[0].upper() + said[1:])


# --- without a page ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Swept:
    """A trained sweep: what was turned, which strategies, and the table of gains on test; see `gains`."""

    over: str
    experiments: tuple[Experiment, ...]
    table: pd.DataFrame

    @cached_property
    def differences(self) -> dict[Place, Difference]:
        """What may be said of the gain at each value, for each strategy and task, corrected for all of them."""
        return differences(self.table, self.experiments[0].the_suite.resampling)

    def spreads(self) -> list[dict[str, Any]]:
        """For each value, strategy and task what may be said of the gain over seeds."""
        return [
            {
                self.over: value,
                "sharing": self.experiments[number].sharing.name,
                "strategy": number,
                "task": task,
                **one.to_dict(),
            }
            for (number, value, task), one in sorted(self.differences.items(), key=lambda item: (item[0][1], item[0][0]))
        ]

    def to_dict(self) -> dict[str, Any]:
        """Plain values: what was turned, the experiments, a row for each seed, and the spreads."""
        return {
            "over": self.over,
            "experiments": [one.to_dict() for one in self.experiments],
            "rows": plain(self.table),
            "spreads": self.spreads(),
        }

    def summary(self) -> str:
        """The table that a person reads on a terminal: the gain of each task, one column a strategy."""
        names = {number: f"{number + 1} {one.sharing.name}" for number, one in enumerate(self.experiments)}
        cells: dict[tuple[float, str], dict[str, str]] = {}
        for (number, value, task), one in sorted(self.differences.items(), key=lambda item: item[0][1]):
            cells.setdefault((value, task), {})[names[number]] = one.text()
        rows = [{self.over: f"{value:g}", _("task"): task, **found} for (value, task), found in cells.items()]
        count = int(self.table["seed"].nunique())
        head = _(
            "Gain over single-task networks in percent on test; 95 % intervals of {count} seeds, corrected for all of them"
        )
        lines = [head.format(count=count), "", pd.DataFrame(rows).to_string(index=False), ""]
        failed = sorted({seed for one in self.differences.values() for seed in one.failed})
        if failed:
            lines.append(_("Not every place has a gain of seeds {seeds}.").format(seeds=", ".join(map(str, failed))))
        titles = {task.name: _(task.title) for task in self.experiments[0].the_tasks}
        return "\n".join([*lines, told(self.differences, titles, list(names.values()))])


def sweep(
    over: str, experiments: Sequence[Experiment], seeds: Sequence[int], task: str = "", progress: Progress | None = None
) -> Swept:
    """Train a whole sweep in this process; see `points` for what can be turned."""
    where = points(over, experiments, task)
    wanted = list(dict.fromkeys([*runs(where, seeds), *baselines(where, seeds)]))
    return Swept(over, tuple(experiments), gains(where, seeds, train_all(wanted, progress).values()))
