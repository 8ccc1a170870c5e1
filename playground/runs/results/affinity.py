"""What tasks have in common, without a page: likeness of their features, and the effect of their steps on each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from playground.basics.words import _
from playground.experiment import Experiment, Run
from playground.runs.results import history
from playground.runs.results.comparison import Spread
from playground.runs.results.headless import Progress, plain, train_all
from playground.runs.results.history import History


@dataclass(frozen=True)
class Transfer:
    """What was measured of one experiment, see `playground.training.observing.affinity`.

    cka: [R, L, T, T] of what R runs kept, one a seed. untrained: the same before the first step. twins: [R, L', T] of the
    baselines: how alike two networks of one task are, which differ in their first weights alone. affinity: [R, T, T], mean
    over the whole training; empty where nothing is shared.
    """

    experiment: Experiment
    cka: np.ndarray
    untrained: np.ndarray
    twins: np.ndarray
    affinity: np.ndarray

    @classmethod
    def of(cls, experiment: Experiment, runs: Sequence[History], baselines: Sequence[History]) -> Transfer:
        """What runs of an experiment recorded, and their baselines."""
        likeness, effect = (history.learned(runs, name)[1] for name in ("cka", "affinity"))
        twins = history.learned(baselines, "twins")[1]
        mean = np.array([history.mean(one) for one in effect]) if effect.size else np.empty(0)
        untrained = likeness[:, 0] if likeness.size else np.empty(0)
        kept = history.kept_values(runs, "cka")
        return cls(experiment, kept, untrained, twins[:, -1] if twins.size else np.empty(0), mean)

    def table(self) -> pd.DataFrame:
        """One row a pair of tasks, block and measure: sharing, measure, level, first, second, mean, deviation, count.

        measure: "cka", "untrained", "twins" (of one task, so first and second are the same) or "affinity", for which the first
        task is the one that steps, and the second the one whose loss is looked at; its level is 0.
        """
        names, rows = self.experiment.tasks, []
        tables = {
            "cka": self.cka,
            "untrained": self.untrained,
            "twins": self.twins,
            "affinity": self.affinity[:, None] if self.affinity.size else self.affinity,
        }
        for measure, values in tables.items():
            for level, *pair in np.ndindex(values.shape[1:]) if values.size else ():
                spread = Spread.of(values[(slice(None), level, *pair)].tolist())
                place = 0 if measure == "affinity" else level + 1
                ends = names[pair[0]], names[pair[-1]]
                rows.append((self.experiment.sharing.name, measure, place, *ends, *vars(spread).values()))
        columns = ["sharing", "measure", "level", "first", "second", "mean", "deviation", "count"]
        return pd.DataFrame(rows, columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """Plain values: the experiment and the rows of the table, with None for what is not a number."""
        return {"experiment": self.experiment.to_dict(), "rows": plain(self.table())}

    def summary(self) -> str:
        """The tables that a person reads on a terminal."""
        table = self.table()
        spreads = zip(table["mean"], table["deviation"], table["count"], strict=True)
        table["value"] = [Spread(*one).text(3) for one in spreads]
        order = {name: place for place, name in enumerate(self.experiment.tasks)}
        said = {
            "cka": _("likeness of features after each block (debiased linear CKA; 1 is the same, about 0 nothing in common)"),
            "untrained": _("to compare with: the same networks before the first step"),
            "twins": _("to compare with: two networks of one task, each alone, that differ in their first weights"),
        }
        lines = [self.experiment.sharing.name, ""]
        for measure, words in said.items():
            rows = table[table["measure"] == measure]
            if measure != "twins":
                rows = rows[rows["first"].map(order) < rows["second"].map(order)]
            if not rows.empty:
                columns = ["first"] if measure == "twins" else ["first", "second"]
                lines += [words, rows.pivot(index="level", columns=columns, values="value").to_string(), ""]
        effect = table[table["measure"] == "affinity"]
        if effect.empty:
            return "\n".join([*lines, _("Nothing is shared, so no step on one task changes another.")])
        lines.append(_("effect of a step on the first task on the second (part of its loss; below zero: harm)"))
        return "\n".join([*lines, effect.pivot(index="first", columns="second", values="value").to_string()])


def measure(experiments: Sequence[Experiment], seeds: Sequence[int], progress: Progress | None = None) -> list[Transfer]:
    """Train experiments in this process, each with all seeds, and say what was measured of each."""
    watched = [one.set(measure=True) for one in experiments]
    needed = dict.fromkeys([*watched, *(one.baseline() for one in watched)])
    found = train_all([Run(one, seed) for one in needed for seed in seeds], progress)
    of = {one: [found[Run(one, seed)] for seed in seeds] for one in needed}
    return [Transfer.of(one, of[one], of[one.baseline()]) for one in watched]
