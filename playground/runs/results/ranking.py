"""Which of several runs is best, where that can be told: each is compared with the first, seed by seed.

All have the same data, so a score of one is a score of the same test examples as that of another. For each task the scores
are told as relative changes from those of the first run, in percent; `playground.statistics.differences` says what follows from
them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from playground.basics.words import _, ngettext
from playground.runs.results.comparison import gain
from playground.statistics.differences import MEAN, Difference, leaders, paired, together

Scores = Mapping[str, Mapping[int, float]]
"""Of one run for each task its score on test by seed."""

Changes = dict[str, dict[int, dict[int, float]]]
"""For each task and run, by its place among those that are compared, the change from the first run in percent, by seed."""


@dataclass(frozen=True)
class Ranking:
    """What can be told of runs on the same data.

    seeds: those that all of them have a score of. changes: see `Changes`; with two or more tasks also of their mean.
    best: for each task (and `MEAN`) the place of the run with the highest mean, and all that cannot be told from it.
    """

    seeds: tuple[int, ...]
    changes: Changes
    best: Mapping[str, tuple[int, list[int]]]

    def differences(self, resampling: float) -> dict[tuple[int, str], Difference]:
        """What may be said of the change of each run but the first, by place and task, corrected together."""
        found = {
            (place, task): paired(numbers, resampling)
            for task, by_run in self.changes.items()
            for place, numbers in by_run.items()
            if place
        }
        return together(found)


def rank(scores: Sequence[Scores], higher: Mapping[str, bool], resampling: float) -> Ranking:
    """Rank runs by their scores.

    scores: of each run. higher: for each task that all of them learn, whether more of its metric is better.
    resampling: see `playground.statistics.differences`; of the data that all of them share.
    """
    common = [set(one[task]) for one in scores for task in higher if task in one]
    seeds = tuple(sorted(set.intersection(*common))) if common else ()
    changes: Changes = {
        task: {
            place: {seed: gain(one[task][seed], scores[0][task][seed], better) for seed in seeds}
            for place, one in enumerate(scores)
        }
        for task, better in higher.items()
    }
    if len(higher) > 1:
        changes[MEAN] = {
            place: {seed: fmean(changes[task][place][seed] for task in higher) for seed in seeds}
            for place in range(len(scores))
        }
    return Ranking(seeds, changes, leaders(changes, resampling) if len(seeds) > 1 else {})


def told(ranking: Ranking, titles: Mapping[str, str], names: Sequence[str]) -> str:
    """Which of the runs is best, for all tasks together first; too close to tell where it is."""
    if len(ranking.seeds) < 2:
        words = ngettext(
            "They have {count} seed in common; with two or more that are finished it can be told which is best.",
            "They have {count} seeds in common; with two or more that are finished it can be told which is best.",
            len(ranking.seeds),
        )
        return words.format(count=len(ranking.seeds))
    order = sorted(ranking.best, key=lambda task: task != MEAN)
    parts = [_one(_("over all tasks") if task == MEAN else _("“{task}”").format(task=titles[task]), task, ranking, names)
             for task in order]  # fmt: skip
    said = _("; ").join(parts)
    return _("{sentence}.").format(sentence=said[:1].upper() + said[1:])


def _one(where: str, task: str, ranking: Ranking, names: Sequence[str]) -> str:
    """Which run is best at one task."""
    place, tied = ranking.best[task]
    if len(tied) == 1:
        return _("{where}: {run} is best").format(where=where, run=names[place])
    if all(ranking.changes[task][other] == ranking.changes[task][place] for other in tied):
        return _("{where}: {runs} are exactly alike").format(where=where, runs=_(", ").join(names[one] for one in sorted(tied)))
    runs = _(", ").join(names[one] for one in sorted(tied))
    return _("{where}: too close to tell between {runs}").format(where=where, runs=runs)
