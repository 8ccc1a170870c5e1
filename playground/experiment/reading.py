"""Reads a nested dict field by field, and says everything that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from playground import catalog, metrics
from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.knobs import Knob, knobs_of, read_knobs
from playground.basics.words import _
from playground.experiment.choices import CHOICES, DEFAULTS, Choice
from playground.experiment.hyperparameters import MOST_LABELS, Hyperparameters
from playground.suites import contract

if TYPE_CHECKING:
    from playground.suites.base import Suite, Task

HYPERPARAMETERS = knobs_of(Hyperparameters)
FIELDS = ("suite", "tasks", "labels", "metrics", "backbone", "sharing", "weighting", "schedule", *HYPERPARAMETERS)
"""All fields of an experiment, as they are listed to somebody who misspelt one."""


def read(values: Mapping[str, Any]) -> dict[str, Any]:
    """Every field of the experiment that a nested dict describes, checked; what is left out takes its default.

    Raises Invalid with every problem: unknown names with the nearest valid one, and values out of bounds.
    """
    reader = _Reader(values)
    fields = reader.read()
    if reader.problems:
        raise Invalid(reader.problems)
    return fields


class _Reader:
    """Reads a nested dict field by field and collects what is wrong with it."""

    def __init__(self, values: Mapping[str, Any]):
        self.problems: list[Problem] = []
        if not isinstance(values, Mapping):
            self.problems.append(Problem("experiment", _("should be a table of names and values"), values))
            values = {}
        self.values = values

    def read(self) -> dict[str, Any]:
        """Every field with its value; empty as soon as a problem keeps the rest from being read."""
        self.problems += [unknown(str(name), name, FIELDS) for name in self.values if name not in FIELDS]
        choices: dict[str, Any] = {name: self._choice(name) for name in CHOICES}
        numbers: dict[str, Any] = {name: self._number(name, description) for name, description in HYPERPARAMETERS.items()}
        if self.problems:
            return {}
        suite = catalog.suites()[choices["suite"].name](**choices["suite"].knobs)
        if sentence := suite.obstacle():
            self.problems.append(Problem("suite", sentence, choices["suite"].name))
            return {}
        self.problems += contract.of_tasks(suite, catalog.kinds())
        if self.problems:
            return {}
        choices["sharing"] = self._deep(choices["sharing"], suite, choices["backbone"])
        choices["backbone"] = self._suited(choices["backbone"], suite)
        known = [task.name for task in suite.tasks()]
        tasks = self._tasks(known)
        labels, measures = self._labels(tasks), self._metrics(suite.tasks_named(tasks))
        return {"tasks": tasks, "labels": labels, "metrics": measures, **choices, **numbers}

    def _choice(self, name: str) -> Choice:
        value = self.values.get(name, {})
        if isinstance(value, str):
            value = {"name": value}
        if not isinstance(value, Mapping):
            self.problems.append(Problem(name, _("should be a name, or a table with a name and knobs"), value))
            return Choice(DEFAULTS[name])
        entries = CHOICES[name]()
        chosen = value.get("name", self._default(name))
        if not isinstance(chosen, str) or chosen not in entries:
            self.problems.append(unknown(name, chosen, list(entries)))
            return Choice(DEFAULTS[name])
        turned = {key: turned for key, turned in value.items() if key != "name"}
        knobs, problems = read_knobs(name, entries[chosen], turned)
        self.problems += problems
        return Choice(chosen, knobs)

    def _deep(self, sharing: Choice, suite: Suite, backbone: Choice) -> Choice:
        """The strategy, with as many shared blocks as suit the suite where nobody said how many; all of a shorter network."""
        said = self.values.get("sharing")
        if "depth" not in sharing.knobs or (isinstance(said, Mapping) and "depth" in said):
            return sharing
        length = catalog.backbones()[backbone.name](**backbone.knobs).length
        depth = min(suite.defaults.get("sharing.depth", sharing.knobs["depth"]), length)
        return Choice(sharing.name, {**sharing.knobs, "depth": depth})

    def _suited(self, backbone: Choice, suite: Suite) -> Choice:
        """The network, with dropout as it suits the suite where nobody said how much."""
        said = self.values.get("backbone")
        if "dropout" not in backbone.knobs or (isinstance(said, Mapping) and "dropout" in said):
            return backbone
        return Choice(backbone.name, {**backbone.knobs, "dropout": suite.defaults.get("backbone.dropout", 0.0)})

    def _default(self, name: str) -> str:
        suite = self._suite()
        return suite.backbone if name == "backbone" and suite is not None else DEFAULTS[name]

    def _suite(self) -> type[Suite] | None:
        """The suite that is asked for, as far as it can be read."""
        value = self.values.get("suite", DEFAULTS["suite"])
        name = value.get("name", DEFAULTS["suite"]) if isinstance(value, Mapping) else value
        return catalog.suites().get(name) if isinstance(name, str) else None

    def _number(self, name: str, description: Knob) -> Any:
        suite = self._suite()
        default = suite.defaults.get(name, description.default) if suite is not None else description.default
        try:
            return description.read(name, self.values.get(name, default))
        except Invalid as invalid:
            self.problems += invalid.problems
            return description.default

    def _tasks(self, known: list[str]) -> tuple[str, ...]:
        value = self.values.get("tasks", ())
        names = [part for part in value.split(",") if part] if isinstance(value, str) else value
        if not isinstance(names, (list, tuple)):
            self.problems.append(Problem("tasks", _("should be a list of names"), value))
            return ()
        self.problems += [unknown("tasks", name, known) for name in names if name not in known]
        # The suite's own order, each once: two links that name the same tasks are the same experiment.
        return tuple(name for name in known if name in names) or tuple(known)

    def _labels(self, tasks: Iterable[str]) -> Mapping[str, int]:
        value = self.values.get("labels", {})
        if not isinstance(value, Mapping):
            self.problems.append(Problem("labels", _("should be a table of tasks and numbers"), value))
            return {}
        number, labels, names = Knob(0, low=0, high=MOST_LABELS), {}, list(tasks)
        for name, count in value.items():
            if name not in names:
                self.problems.append(unknown(f"labels.{name}", name, names))
                continue
            try:
                labels[str(name)] = number.read(f"labels.{name}", count)
            except Invalid as invalid:
                self.problems += invalid.problems
        # Zero stands for all labels, and is the same experiment as saying nothing.
        return {name: labels[name] for name in names if labels.get(name)}

    def _metrics(self, tasks: Iterable[Task]) -> Mapping[str, str]:
        """For tasks that are scored by another metric than their suite's: its key."""
        value = self.values.get("metrics", {})
        if not isinstance(value, Mapping):
            self.problems.append(Problem("metrics", _("should be a table of tasks and metrics"), value))
            return {}
        by_name = {task.name: task for task in tasks}
        for name, key in value.items():
            where = f"metrics.{name}"
            if name not in by_name:
                self.problems.append(unknown(where, name, list(by_name)))
            elif key not in (offered := metrics.offered(by_name[name])):
                self.problems.append(unknown(where, key, list(offered)))
        # What the suite says anyway is the same experiment as saying nothing.
        return {
            name: str(value[name]) for name, task in by_name.items() if name in value and value[name] != metrics.chosen(task)
        }
