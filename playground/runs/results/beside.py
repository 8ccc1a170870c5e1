"""Networks beside guessing, a linear model and gradient boosting, on the same examples: what each comes to, and who loses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from playground import metrics
from playground.basics.words import _
from playground.references.models import MODELS, References
from playground.runs.results.comparison import Comparison, Spread, gain, higher_is_better
from playground.statistics.differences import LOSES, Difference, paired, together
from playground.statistics.verdicts import percent
from playground.suites.base import Task

RUN, SINGLE = "run", "single"
"""The network that is looked at, and the networks of one task each."""


@dataclass
class Beside:
    """A comparison beside ordinary models. known: what they come to, by seed; seeds that are not known yet may be missing."""

    comparison: Comparison
    known: Mapping[int, References]

    def value(self, model: str, task: Task, seed: int) -> float:
        """The main metric of a model for a task with one seed, on the split of the comparison."""
        return self.known[seed][self.comparison.split][model][task.name][metrics.chosen(task)]

    def spread(self, model: str, task: Task) -> Spread:
        """A model's main metric over the seeds that are known."""
        return Spread.of([self.value(model, task, seed) for seed in self.comparison.seeds if seed in self.known])

    @cached_property
    def differences(self) -> dict[tuple[str, str, str], Difference]:
        """For run or single-task network, each model and task the gain of the network over the model, corrected together."""
        found = {}
        resampling = self.comparison.experiment.the_suite.resampling
        for task in self.comparison.experiment.the_tasks:
            table = self.comparison.table[self.comparison.table["task"] == task.name]
            for who, column in ((RUN, "score"), (SINGLE, "baseline")):
                scores = dict(zip(table["seed"].tolist(), table[column].tolist(), strict=True))
                for model in MODELS:
                    gains = {
                        seed: gain(score, self.value(model, task, seed), higher_is_better(task))
                        for seed, score in scores.items()
                        if seed in self.known
                    }
                    found[who, model, task.name] = paired(gains, resampling)
        return together(found)

    def losses(self) -> list[str]:
        """A sentence for each network and task that loses to a model: to guessing before all, else to the best of them."""
        said, names = [], {RUN: _("The network"), SINGLE: _("The single-task network")}
        for task in self.comparison.experiment.the_tasks:
            for who, name in names.items():
                lost = {model: one for model in MODELS if (one := self.differences[who, model, task.name]).verdict == LOSES}
                if not lost:
                    continue
                model = "constant" if "constant" in lost else min(lost, key=lambda one: lost[one].mean)
                words = _("{network} loses to {model} on “{task}”: {gain}.")
                said.append(words.format(network=name, model=_(MODELS[model]), task=_(task.title), gain=percent(lost[model])))
        return said

    def to_dict(self) -> dict[str, dict[str, dict[str, float | None]]]:
        """For each model and task mean and standard deviation of the main metric over seeds."""
        tasks = self.comparison.experiment.the_tasks
        found = {model: {task.name: self.spread(model, task) for task in tasks} for model in MODELS if self.known}
        return {
            model: {name: {"mean": _number(one.mean), "sd": _number(one.deviation)} for name, one in by_task.items()}
            for model, by_task in found.items()
        }


def _number(value: float) -> float | None:
    """None for NaN, which JSON does not know."""
    return None if value != value else value
