"""What tasks have in common, without a page: likeness of their features, and the effect of their steps on each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from playground.experiment import Experiment, Run
from playground.runs import history
from playground.runs.comparison import Spread
from playground.runs.headless import Progress, plain, train_all
from playground.runs.history import History
from playground.words import _


@dataclass(frozen=True)
class Transfer:
    """What was measured of one experiment, see `playground.training.transfer`.

    cka: [R, L, T, T] at the end of R runs, one a seed. affinity: [R, T, T], mean over the whole training; empty where
    nothing is shared.
    """

    experiment: Experiment
    cka: np.ndarray
    affinity: np.ndarray

    @classmethod
    def of(cls, experiment: Experiment, runs: Sequence[History]) -> Transfer:
        """What runs of an experiment recorded."""
        likeness, effect = (history.learned(runs, name)[1] for name in ("cka", "affinity"))
        mean = np.array([history.mean(one) for one in effect]) if effect.size else np.empty(0)
        return cls(experiment, likeness[:, -1] if likeness.size else np.empty(0), mean)

    def table(self) -> pd.DataFrame:
        """One row a pair of tasks, block and measure: sharing, measure, level, first, second, mean, deviation, count.

        For affinity the first task is the one that steps, and the second the one whose loss is looked at; its level is 0.
        """
        names, rows = self.experiment.tasks, []
        tables = [("cka", self.cka)] if self.cka.size else []
        if self.affinity.size:
            tables.append(("affinity", self.affinity[:, None]))
        for measure, values in tables:
            for level, i, j in np.ndindex(values.shape[1:]):
                spread = Spread.of(values[:, level, i, j].tolist())
                place = level + 1 if measure == "cka" else 0
                rows.append((self.experiment.sharing.name, measure, place, names[i], names[j], *vars(spread).values()))
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
        likeness, effect = (table[table["measure"] == name] for name in ("cka", "affinity"))
        lines = [self.experiment.sharing.name, "", _("likeness of features after each block (linear CKA; 1 is the same)")]
        order = {name: place for place, name in enumerate(self.experiment.tasks)}
        pairs = likeness[likeness["first"].map(order) < likeness["second"].map(order)]
        lines += [pairs.pivot(index="level", columns=["first", "second"], values="value").to_string(), ""]
        if effect.empty:
            return "\n".join([*lines, _("Nothing is shared, so no step on one task changes another.")])
        lines.append(_("effect of a step on the first task on the second (part of its loss; below zero: harm)"))
        return "\n".join([*lines, effect.pivot(index="first", columns="second", values="value").to_string()])


def measure(experiments: Sequence[Experiment], seeds: Sequence[int], progress: Progress | None = None) -> list[Transfer]:
    """Train experiments in this process, each with all seeds, and say what was measured of each."""
    watched = [one.set(measure=True) for one in experiments]
    found = train_all([Run(one, seed) for one in dict.fromkeys(watched) for seed in seeds], progress)
    return [Transfer.of(one, [found[Run(one, seed)] for seed in seeds]) for one in watched]
