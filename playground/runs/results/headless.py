"""Training without a page: an experiment with its baselines, in this very process, to a result that can be written down."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from playground import metrics
from playground.basics.errors import sentence_of
from playground.basics.words import _
from playground.experiment import Choice, Experiment, Run
from playground.measures import measure
from playground.references.models import MODELS, applies, references
from playground.runs.results import history
from playground.runs.results.beside import Beside
from playground.runs.results.comparison import Comparison, compare
from playground.runs.results.history import History
from playground.runs.results.summary import sentence
from playground.statistics.differences import MEAN, paired
from playground.statistics.verdicts import hint, percent, verdict_word, without
from playground.training.fleet.threads import use_one_thread
from playground.training.loop import Training
from playground.training.observing.events import Finished, Stepped, record_of

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
        """The runs at the setting that was chosen, one a seed."""
        setting = self.comparison.setting
        return [run for run in self.runs if run.experiment.setting == setting]

    @cached_property
    def beside(self) -> Beside:
        """The same beside ordinary models, fitted when first asked for; without any where they do not apply."""
        seeds = self.comparison.seeds if applies(self.experiment) else []
        return Beside(self.comparison, {seed: references(self.experiment, seed) for seed in seeds})

    def to_dict(self) -> dict[str, Any]:
        """Plain values: experiment, runs, history, baseline, gains, what may be said of them and of Δm, and each metric."""
        comparison = self.comparison
        overall = comparison.delta_m()
        against = [one for one in self.baselines if one.run.seed in comparison.seeds]
        return {
            "experiment": self.experiment.to_dict(),
            "rate": comparison.rate,
            "setting": comparison.setting._asdict(),
            "metrics": {
                task.name: {
                    "key": metrics.chosen(task),
                    **dict(zip(("metric", "unit", "higher_is_better"), measure(task), strict=True)),
                }
                for task in self.experiment.the_tasks
            },
            "runs": [_scores(run) for run in self.chosen()],
            "history": plain(history.curves(self.chosen())[["seed", "step", "task", "loss", "weight", "share"]]),
            "baseline": {
                "rates": comparison.baseline_rates,
                "runs": [_scores(one) | one.experiment.setting._asdict() for one in against],
            },
            "references": self.beside.to_dict(),
            "gains": plain(comparison.table),
            "differences": {name: one.to_dict() for name, one in comparison.differences.items() if name != MEAN},
            "delta_m": {
                **overall.to_dict(),
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
            _("[…] is a 95 % interval, paired by seed and corrected for all that stand here together"),
            "",
        ]
        rows, none = [], paired({})
        for task in tasks:
            found = measure(task)
            told = comparison.differences.get(task.name, none)
            way = _("higher is better") if found.higher_is_better else _("lower is better")
            metric = f"{_(found.title)} ({found.unit or '1'}, {way})"
            rows.append(
                {
                    _("task"): _(task.title),
                    _("metric"): metric,
                    _("run"): comparison.column("score", task.name).text(3),
                    _("single task"): comparison.column("baseline", task.name).text(3),
                    _("its rate"): f"{comparison.baseline_rates.get(task.name, math.nan):g}",
                    **{_(MODELS[model]): self.beside.spread(model, task).text(3) for model in MODELS if self.beside.known},
                    _("gain, %"): told.text(2),
                    _("verdict"): "" if told is none else verdict_word(told),
                }
            )
        lines += [pd.DataFrame(rows).to_string(index=False), ""]
        lines += [*self.beside.losses(), ""] if self.beside.known else []
        overall = comparison.delta_m()
        words = _("Δm {value} (mean gain over tasks, higher is better): {verdict}")
        lines.append(words.format(value=percent(overall, 2), verdict=verdict_word(overall)) + hint(overall) + without(overall))
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


def train_all(
    runs: Sequence[Run], progress: Progress | None = None, kinds: Container[str] | None = None, apart: bool = False
) -> dict[Run, History]:
    """Train runs of any shapes: those of one shape together, one fleet after the other.

    kinds: of the records that histories hold, all where left out. What a model draws of its predictions is most of a history:
    some megabytes a run, too much for hundreds of them. apart: a weighting method that cannot train costs its own runs only,
    as among workers; they have failed, with its sentence as their message.

    Raises Invalid, or whatever a training raises, where a run cannot be trained, unless it is one of those.
    """
    use_one_thread()
    fleets: dict[str, list[Run]] = {}
    for run in runs:
        fleets.setdefault(run.experiment.fleet(), []).append(run)
    histories = {run: History(run) for run in runs}
    left = [members[start : start + MOST] for members in fleets.values() for start in range(0, len(members), MOST)]
    counted = _Count(sum(run.experiment.steps for run in runs), progress)
    while left:
        fleet = left.pop(0)
        told, before = [histories[run] for run in fleet], counted.done
        try:
            _train(fleet, told, kinds, counted)
        except Exception as error:  # whatever a method of one's own does
            if not apart:
                raise
            methods: dict[Choice, list[Run]] = {}
            for run in fleet:
                methods.setdefault(run.experiment.weighting, []).append(run)
            counted.done = before
            for one in told:
                one.records.clear()
            if len(methods) > 1:
                left[:0] = methods.values()
                continue
            counted.total -= fleet[0].experiment.steps * len(fleet)
            for one in told:
                one.status, one.message = "failed", sentence_of(error)
    for one in histories.values():
        if one.last("failed"):
            one.status = "failed"
    return histories


@dataclass
class _Count:
    """Steps of all runs: how many there are, and how many are done."""

    total: int
    progress: Progress | None
    done: int = 0

    def step(self, runs: int) -> None:
        self.done += runs
        if self.progress is not None:
            self.progress(self.done, self.total)


def _train(fleet: Sequence[Run], told: Sequence[History], kinds: Container[str] | None, counted: _Count) -> None:
    """Train one fleet, and write into the histories of its runs what is recorded of them."""
    for event in Training(fleet).events():
        for place, one in enumerate(told):
            record = record_of(event, place, len(fleet))
            if record is not None and (kinds is None or record["kind"] in kinds):
                one.records.append(record)
        if isinstance(event, Stepped):
            counted.step(len(fleet))
        # A fleet that ran out of patience leaves some of its steps.
        counted.total -= (fleet[0].experiment.steps - event.step) * len(fleet) if isinstance(event, Finished) else 0


def _scores(one: History) -> dict[str, Any]:
    """Scores of one run on test and validation, and for each task the step at which it stood so."""
    return {
        "seed": one.run.seed,
        "status": one.status,
        "kept": one.kept,
        "test": {task: _number(score) for task, score in one.scores("test").items()},
        "metrics": {task: {key: _number(value) for key, value in found.items()} for task, found in one.metrics().items()},
        "validation": {task: _number(score) for task, score in one.scores("validation").items()},
    }


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values, with None for what is not a number."""
    return [{str(name): _number(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _number(value: Any) -> Any:
    """None for NaN and infinities, which JSON does not know."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
