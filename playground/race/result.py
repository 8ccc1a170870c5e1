"""What came out of a race: for every entrant what it chose on validation, what it gained on test, and who is best.

Gains are against one network a task with the same seed, whose rates are chosen alike; see `playground.runs.results.comparison`.
What may be said of them is the business of `playground.statistics.contest`: the Δm of all entrants are one family, and so are
the gains of each task.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean

import numpy as np

from playground.experiment import Experiment, Run
from playground.race.plan import FIXED, SINGLE, TUNED, Entrant, Race
from playground.runs.results.comparison import Comparison, broke, compare
from playground.runs.results.history import History
from playground.statistics import contest
from playground.statistics.contest import Best, Moderated, Ranks
from playground.statistics.differences import ALPHA, ROUNDING, paired

Family = Mapping[str, Moderated]
"""What may be said of each entrant, by key, told together."""


@dataclass(frozen=True)
class Cost:
    """What a step takes: backward passes, milliseconds a run, and parameters; NaN where it is not known."""

    passes: float
    milliseconds: float
    parameters: float


@dataclass(frozen=True)
class Standing:
    """One entrant.

    chosen: the configuration that was best on validation. scores: by task and seed, on test. gains: by task and seed, in
    percent; delta: Δm by seed. rates: the rate of each task where each has its own. steps: by task the steps that counted.
    broken: runs of any of its configurations that broke; why: the first of them, in one sentence. tried: its configurations.
    """

    entrant: Entrant
    chosen: Experiment
    scores: Mapping[str, Mapping[int, float]]
    gains: Mapping[str, Mapping[int, float]]
    delta: Mapping[int, float]
    rates: Mapping[str, float]
    steps: Mapping[str, float]
    broken: int
    cost: Cost
    why: str = ""

    @property
    def tried(self) -> int:
        """How many configurations were tried of it."""
        return len(self.entrant.configurations)

    @property
    def worst(self) -> tuple[str, float]:
        """The task with the lowest mean gain, and that gain; ("", NaN) where there is none."""
        means = {task: paired(numbers).mean for task, numbers in self.gains.items()}
        known = {task: mean for task, mean in means.items() if math.isfinite(mean)}
        return min(known.items(), key=lambda item: item[1]) if known else ("", math.nan)

    def point(self) -> dict[str, float]:
        """For each task the mean score over seeds."""
        return {task: fmean(by_seed.values()) for task, by_seed in self.scores.items() if by_seed}


@dataclass(frozen=True)
class Result:
    """Where a race stands: the entrants that have come to their end, by key.

    seeds: those that count, the same for all. missing: tasks that give no gain, with the reason.
    """

    race: Race
    standings: Mapping[str, Standing]
    seeds: tuple[int, ...]
    missing: Mapping[str, str]

    @property
    def complete(self) -> bool:
        """Whether all entrants have come to their end in all seeds."""
        return len(self.standings) == len(self.race.entrants) and len(self.seeds) == self.race.seeds

    @property
    def resampling(self) -> float:
        """How much test data of different seeds overlap."""
        return self.race.experiment.the_suite.resampling

    @property
    def tasks(self) -> list[str]:
        """Tasks that give a gain."""
        return [task for task in self.race.experiment.tasks if task not in self.missing]

    @property
    def against(self) -> dict[str, Standing]:
        """All but the networks of one task."""
        return {key: one for key, one in self.standings.items() if one.entrant.kind != SINGLE}

    @property
    def contenders(self) -> dict[str, Standing]:
        """Those among which the best are looked for."""
        return {key: one for key, one in self.standings.items() if one.entrant.contends}

    @cached_property
    def delta_m(self) -> Family:
        """Δm of every entrant against one network a task, told together."""
        return _family({key: one.delta for key, one in self.against.items()}, self.resampling)

    @cached_property
    def by_task(self) -> dict[str, Family]:
        """For each task the gain of every entrant, told together."""
        return {
            task: _family({key: one.gains.get(task, {}) for key, one in self.against.items()}, self.resampling)
            for task in self.tasks
        }

    @cached_property
    def best(self) -> Best[str] | None:
        """The set of the best contenders."""
        return contest.best_set({key: one.delta for key, one in self.contenders.items()}, self.resampling)

    @cached_property
    def members(self) -> frozenset[str]:
        """All entrants that cannot be told from the best: contenders, points of the sweep, and one network a task."""
        if self.best is None:
            return frozenset()
        found = set(self.best.members)
        points = {key: one.delta for key, one in self.standings.items() if one.entrant.kind == FIXED}
        leader = {self.best.leader: self.contenders[self.best.leader].delta}
        with_points = contest.best_set(leader | points, self.resampling) if points else None
        if with_points is not None:
            found |= {key for key in with_points.members if key in points}
        lead = self.delta_m[self.best.leader]
        if SINGLE in self.standings and not (lead.known and lead.low > ROUNDING):
            found.add(SINGLE)
        return frozenset(found)

    @cached_property
    def ranks(self) -> Ranks[str] | None:
        """Mean ranks of the contenders."""
        return contest.mean_ranks({key: one.delta for key, one in self.contenders.items()}, self.resampling)

    @cached_property
    def chances(self) -> dict[str, float]:
        """For each contender the probability of being best."""
        return contest.chances({key: one.delta for key, one in self.contenders.items()}, self.resampling)

    @cached_property
    def order(self) -> list[str]:
        """Entrants from the highest mean Δm to the lowest; those without a number last."""
        means = {key: 0.0 if key == SINGLE else self.delta_m[key].mean for key in self.standings}
        return sorted(
            self.standings, key=lambda key: (not math.isfinite(means[key]), -means[key] if math.isfinite(means[key]) else 0)
        )

    @cached_property
    def beyond(self) -> dict[str, float]:
        """The contenders that lie beyond the front of fixed weights, each with by how many percent of a gain; see `beyond`."""
        return beyond(self)


# --- from histories ----------------------------------------------------------------------------------------------------


def result_of(race: Race, found: Iterable[History]) -> Result:
    """Where a race stands.

    found: the histories of its runs, as many as there are. A seed counts once all configurations of all entrants have come to
    their end in it, so that all are measured by the same seeds; before there is one, entrants are shown that have their
    first.
    """
    over = {one.run: one for one in found if one.status in ("finished", "failed")}
    seeds = [seed for seed in range(race.seeds) if all(Run(one, seed) in over for one in race.configurations)]
    entrants: Sequence[Entrant] = race.entrants
    if not seeds and _whole(entrants[0], 0, over):
        seeds, entrants = [0], [one for one in entrants if _whole(one, 0, over)]
    standings, missing = {}, dict[str, str]()
    baselines = _of(race.entrants[0], seeds, over)
    for entrant in entrants if seeds else ():
        runs = _of(entrant, seeds, over)
        compared = compare(runs, baselines)
        if all(map(broke, runs)):  # who never trained says nothing of the tasks
            compared = replace(compared, missing={})
        missing |= compared.missing
        standings[entrant.key] = _standing(entrant, compared, runs)
    return Result(race, standings, tuple(seeds), missing)


def _whole(entrant: Entrant, seed: int, over: Mapping[Run, History]) -> bool:
    return all(Run(one, seed) in over for one in entrant.configurations)


def _of(entrant: Entrant, seeds: Iterable[int], over: Mapping[Run, History]) -> list[History]:
    return [over[Run(one, seed)] for one in entrant.configurations for seed in seeds]


def _standing(entrant: Entrant, compared: Comparison, runs: Sequence[History]) -> Standing:
    """One entrant, from its comparison with the networks of one task; those themselves gain nothing by definition."""
    own = [one for one in runs if one.experiment == compared.experiment]
    table, single = compared.table, entrant.kind == SINGLE
    columns: dict[str, dict[str, dict[int, float]]] = {"score": {}, "gain": {}}
    for seed, task, score, baseline, number in table.itertuples(index=False):
        if math.isfinite(value := baseline if single else score):
            columns["score"].setdefault(task, {})[int(seed)] = value
        columns["gain"].setdefault(task, {})[int(seed)] = 0.0 if single else number
    kept = [one.kept for one in own]
    steps = {task: fmean(found[task] for found in kept if found) for task in compared.experiment.tasks if any(kept)}
    return Standing(
        entrant,
        compared.experiment,
        columns["score"],
        {task: columns["gain"].get(task, {}) for task in compared.experiment.tasks if task not in compared.missing},
        {seed: 0.0 if single else number for seed, number in compared.delta_m_by_seed().items()},
        compared.baseline_rates if single else {},
        steps,
        sum(map(broke, runs)),
        _cost(own),
        next(filter(None, map(_why, filter(broke, runs))), ""),
    )


def _why(run: History) -> str:
    record = run.last("failed")
    return run.message or (record["reason"] if record else "")


def _cost(runs: Sequence[History]) -> Cost:
    ended = [record for one in runs if (record := one.last("finished")) is not None]
    begun = [started for one in runs if (started := one.last("started")) is not None]
    if not ended:
        return Cost(math.nan, math.nan, math.nan)
    return Cost(
        fmean(record["passes"] for record in ended),
        fmean(1000 * record["seconds"] / max(1, record["step"]) for record in ended),
        float(begun[0]["total"]) if begun else math.nan,
    )


def _family(numbers: Mapping[str, Mapping[int, float]], resampling: float) -> dict[str, Moderated]:
    """What may be said of numbers that are told together, with moderated spreads."""
    plain = {key: paired(by_seed, resampling, ROUNDING) for key, by_seed in numbers.items()}
    return contest.holm(dict(zip(plain, contest.moderated(list(plain.values()), len(plain) + 1), strict=True)))


BETWEEN = 4
"""Points of the curve of two tasks between two neighbouring weightings, where it is drawn straight."""


def curve(result: Result) -> np.ndarray:
    """[points, T, seeds] gains along the sweep of fixed weights; between neighbours of two tasks it goes straight."""
    points = [one for one in result.standings.values() if one.entrant.kind == FIXED]
    table = np.array(
        [[[one.gains[task].get(seed, math.nan) for seed in result.seeds] for task in result.tasks] for one in points]
    )
    if len(points) < 2 or len(result.race.experiment.tasks) != 2:
        return table
    places = np.linspace(0, len(points) - 1, (len(points) - 1) * BETWEEN + 1)
    low = np.minimum(places.astype(int), len(points) - 2)
    part = (places - low)[:, None, None]
    return np.asarray((1 - part) * table[low] + part * table[low + 1])


def beyond(result: Result) -> dict[str, float]:
    """Contenders beyond the front of fixed weights, with the distance in percent of a gain.

    One lies beyond the front if for every point of it there is a task in which it is better (the additive ε-indicator of
    Zitzler et al., IEEE Transactions on Evolutionary Computation 2003), and that can be told: the difference in that task,
    paired by seed, has an interval above zero at α / (contenders · tasks), since the task is chosen by the numbers. All
    points have to be passed, so their number needs no correction.
    """
    front = curve(result)
    keys = [key for key, one in result.contenders.items() if one.entrant.kind != TUNED]
    if not front.size or len(result.seeds) < 2 or not keys or len(result.tasks) < 2:
        return {}
    level, found = ALPHA / (len(keys) * len(result.tasks)), {}
    for key in keys:
        one = result.standings[key]
        own = np.array([[one.gains[task].get(seed, math.nan) for seed in result.seeds] for task in result.tasks])
        apart = own - front
        best = apart.mean(2).argmax(1)
        pairs = contest.moderated(
            [paired(apart[place, task].tolist(), result.resampling, ROUNDING) for place, task in enumerate(best)], 2
        )
        least = [replace(pair, level=level) for pair in pairs]
        if np.isfinite(apart).all() and all(pair.known and pair.low > ROUNDING for pair in least):
            found[key] = min(pair.mean for pair in least)
    return found
