"""Training without a page: an experiment with its baselines, in this very process, to a result that can be written down."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from playground import catalog
from playground.experiment import Experiment, Run
from playground.runs import history
from playground.runs.comparison import Comparison, compare, higher_is_better
from playground.runs.history import History
from playground.runs.summary import sentence
from playground.training.events import Stepped, record_of
from playground.training.loop import Training, use_one_thread
from playground.words import _

MOST = 40
"""Runs that train together in one fleet, at most."""

Progress = Callable[[int, int], None]
"""Called after every step with the steps of runs done so far and those to do in all."""


@dataclass
class Result:
    """A trained experiment: the runs of every rate that was tried, their baselines, and the comparison on test."""

    experiment: Experiment
    runs: list[History]
    baselines: list[History]

    @property
    def comparison(self) -> Comparison:
        """Gains over the baselines, on test."""
        return compare(self.runs, self.baselines)

    def chosen(self) -> list[History]:
        """The runs at the rate that was chosen, one a seed."""
        rate = self.comparison.rate
        return [run for run in self.runs if run.experiment.rate == rate]

    def to_dict(self) -> dict[str, Any]:
        """Plain values: experiment, runs, history, baseline, delta_m, and the metric of each task."""
        comparison = self.comparison
        against = [one for one in self.baselines if one.run.seed in comparison.seeds]
        return {
            "experiment": self.experiment.to_dict(),
            "rate": comparison.rate,
            "metrics": {
                task.name: {"metric": catalog.kinds()[task.kind].metric, "higher_is_better": higher_is_better(task)}
                for task in self.experiment.the_tasks
            },
            "runs": [_scores(run) for run in self.chosen()],
            "history": plain(history.curves(self.chosen())[["seed", "step", "task", "loss", "weight", "share"]]),
            "baseline": {
                "rates": comparison.baseline_rates,
                "runs": [_scores(one) | {"rate": one.experiment.rate} for one in against],
            },
            "gains": plain(comparison.table),
            "delta_m": {
                "mean": _number(comparison.delta_m().mean),
                "deviation": _number(comparison.delta_m().deviation),
                "by_seed": {str(seed): _number(value) for seed, value in comparison.delta_m_by_seed().items()},
            },
            "missing": comparison.missing,
        }

    def metrics_csv(self) -> str:
        """The history as CSV: one row a seed, recorded step and task."""
        return history.curves(self.chosen()).to_csv(index=False)

    def summary(self) -> str:
        """The table that a person reads on a terminal."""
        comparison, tasks = self.comparison, self.experiment.the_tasks
        lines = [
            _("{count} seeds, learning rate {rate}; mean ± standard deviation on the test split").format(
                count=len(comparison.seeds), rate=f"{comparison.rate:g}"
            ),
            "",
        ]
        rows = []
        for task in tasks:
            kind = catalog.kinds()[task.kind]
            way = _("higher is better") if kind.higher_is_better else _("lower is better")
            metric = f"{_(kind.metric)} ({kind.metric_unit or task.unit or '1'}, {way})"
            rows.append(
                {
                    _("task"): _(task.title),
                    _("metric"): metric,
                    _("run"): comparison.column("score", task.name).text(3),
                    _("single task"): comparison.column("baseline", task.name).text(3),
                    _("its rate"): f"{comparison.baseline_rates.get(task.name, math.nan):g}",
                    _("gain, %"): comparison.column("gain", task.name).text(2, sign=True),
                }
            )
        lines += [pd.DataFrame(rows).to_string(index=False), ""]
        lines.append(
            _("Δm {value} % (mean gain over tasks, higher is better)").format(value=comparison.delta_m().text(2, sign=True))
        )
        lines += [
            _("{task} is left out: {reason}").format(task=name, reason=reason) for name, reason in comparison.missing.items()
        ]
        lines.append(sentence(comparison, history.cosines(self.chosen())))
        return "\n".join(lines)


def train_with_baselines(experiment: Experiment, seeds: Sequence[int], progress: Progress | None = None) -> Result:
    """Train an experiment and what it is measured against, with the same seeds; raises Invalid if it cannot be trained."""
    own = [Run(one, seed) for one in experiment.trainings() for seed in seeds]
    against = [Run(one, seed) for one in experiment.baselines() for seed in seeds]
    # A run that is its own baseline is trained once.
    histories = train_all(list(dict.fromkeys([*own, *against])), progress)
    return Result(experiment, [histories[run] for run in own], [histories[run] for run in against])


def train_all(runs: Sequence[Run], progress: Progress | None = None) -> dict[Run, History]:
    """Train runs of any shapes: those of one shape together, one fleet after the other."""
    use_one_thread()
    fleets: dict[str, list[Run]] = {}
    for run in runs:
        fleets.setdefault(run.experiment.fleet(), []).append(run)
    histories = {run: History(run) for run in runs}
    total, done = sum(run.experiment.steps for run in runs), 0
    for members in fleets.values():
        for start in range(0, len(members), MOST):
            fleet = members[start : start + MOST]
            told = [histories[run] for run in fleet]
            for event in Training(fleet).events():
                for place, one in enumerate(told):
                    if (record := record_of(event, place, len(fleet))) is not None:
                        one.records.append(record)
                if isinstance(event, Stepped) and progress is not None:
                    done += len(fleet)
                    progress(done, total)
    for one in histories.values():
        if one.last("failed"):
            one.status = "failed"
    return histories


def _scores(one: History) -> dict[str, Any]:
    """Scores of one run on test and validation."""
    return {
        "seed": one.run.seed,
        "status": one.status,
        "test": {task: _number(score) for task, score in one.scores("test").items()},
        "validation": {task: _number(score) for task, score in one.scores("validation").items()},
    }


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values, with None for what is not a number."""
    return [{str(name): _number(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _number(value: Any) -> Any:
    """None for NaN and infinities, which JSON does not know."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
