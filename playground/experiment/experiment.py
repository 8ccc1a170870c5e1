"""The value itself: its fields, its written forms, the objects that its choices name, and the experiments that follow from it.

It has three written forms, which all mean the same: a nested dict (as in a preset's TOML file), a flat dict with dotted
names (as in a link and in ``--set name=value``), and the value itself. A seed is not part of it: an experiment with a
seed is a run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from playground import catalog
from playground.basics.errors import Invalid, Problem
from playground.basics.knobs import knobs_of
from playground.experiment import changes as changing
from playground.experiment import compatibility, formats, keys, reading
from playground.experiment.choices import CHOICES, Choice
from playground.experiment.hyperparameters import Hyperparameters
from playground.experiment.tuning import Setting, settings

if TYPE_CHECKING:
    from playground.backbones.base import Backbone
    from playground.sharing.base import Strategy
    from playground.suites.base import Suite, Task
    from playground.task_sampling.base import Schedule
    from playground.weighting.base import Weighting


@dataclass(frozen=True, kw_only=True)
class Experiment(Hyperparameters):
    """One configuration, complete and checked: every knob has a value, every name exists.

    Made by `Experiment.from_dict` or `from_flat`, which raise `Invalid` with every problem; by files and links through
    `playground.public_names`.
    """

    suite: Choice
    tasks: tuple[str, ...]
    labels: Mapping[str, int]
    metrics: Mapping[str, str]
    backbone: Choice
    sharing: Choice
    weighting: Choice
    schedule: Choice

    def __hash__(self) -> int:
        return hash(self.canonical())

    # --- reading ---------------------------------------------------------------------------------------------------

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Experiment:
        """The experiment that a nested dict describes; what is left out takes its default.

        Raises Invalid with every problem: unknown names with the nearest valid one, and values out of bounds.
        """
        experiment = cls(**reading.read(values))
        if problems := experiment._problems():
            raise Invalid(problems)
        return experiment

    @classmethod
    def from_flat(cls, values: Mapping[str, Any]) -> Experiment:
        """The experiment that a flat dict with dotted names describes, e.g. ``{"sharing": "hard", "sharing.depth": 1}``."""
        return cls.from_dict(formats.unflatten(values))

    # --- writing ---------------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """A nested dict of plain values, with every knob written out."""
        result: dict[str, Any] = {}
        for name in CHOICES:
            choice = getattr(self, name)
            knobs = {key: list(value) if isinstance(value, tuple) else value for key, value in choice.knobs.items()}
            result[name] = {"name": choice.name, **knobs}
        result["tasks"] = list(self.tasks)
        result["labels"] = dict(self.labels)
        result["metrics"] = dict(self.metrics)
        return result | {name: getattr(self, name) for name in knobs_of(Experiment)}

    def to_flat(self) -> dict[str, Any]:
        """A flat dict with dotted names and plain values."""
        return formats.flatten(self.to_dict())

    def canonical(self) -> str:
        """One text for equal experiments, different for different ones."""
        return self._canonical

    @cached_property
    def _canonical(self) -> str:
        """Written once: every use as a key in a dict asks for it."""
        return json.dumps(self.to_dict(), sort_keys=True)

    # --- what its choices name -------------------------------------------------------------------------------------

    @cached_property
    def the_suite(self) -> Suite:
        """The suite with its knobs turned."""
        return catalog.suites()[self.suite.name](**self.suite.knobs)

    @cached_property
    def the_tasks(self) -> tuple[Task, ...]:
        """The tasks to learn, each with the metric that was chosen for it."""
        tasks = self.the_suite.tasks_named(self.tasks)
        return tuple(replace(task, metric=self.metrics.get(task.name, task.metric)) for task in tasks)

    @cached_property
    def places(self) -> tuple[int, ...]:
        """For each task to learn its place among all tasks of the suite."""
        return tuple(place for place, task in enumerate(self.the_suite.tasks()) if task.name in self.tasks)

    @cached_property
    def the_backbone(self) -> Backbone:
        """The backbone with its knobs turned, as it reads the suite."""
        return catalog.backbones()[self.backbone.name](**self.backbone.knobs).reading(self.the_suite)

    @cached_property
    def the_strategy(self) -> Strategy:
        """The sharing strategy with its knobs turned."""
        return catalog.strategies()[self.sharing.name](**self.sharing.knobs)

    @cached_property
    def the_schedule(self) -> Schedule:
        """The schedule with its knobs turned."""
        return catalog.schedules()[self.schedule.name](**self.schedule.knobs)

    def new_weighting(self) -> Weighting:
        """A fresh weighting method with its knobs turned; it will hold the state of one training."""
        return catalog.methods()[self.weighting.name](**self.weighting.knobs)

    # --- experiments that follow from it ---------------------------------------------------------------------------

    def set(self, **changes: Any) -> Experiment:
        """This experiment with changes under dotted names, checked: ``set(weighting="dwa", **{"sharing.depth": 1})``.

        A choice that changes its name drops the knobs of the old one. A new suite drops what was said about the old one, and
        a backbone that cannot read it or that came with the old one; a knob of the suite that gives it other tasks drops
        what was said about tasks.
        """
        dropped = {name for name in CHOICES if name in changes and changes[name] != getattr(self, name).name}
        fields = set[str]()
        if "suite" in dropped:
            fields.update(changing.OF_THE_SUITE)
            suite = catalog.suites().get(str(changes["suite"]))
            if suite is not None and not changing.keeps_backbone(self.the_backbone, self.the_suite, suite):
                fields.add("backbone")
        elif changing.gives_other_tasks(self.the_suite, self.suite.knobs, changes):
            fields.update(changing.OF_THE_TASKS)
        return Experiment.from_flat(changing.without(self.to_flat(), fields, dropped) | changes)

    def baseline(self) -> Experiment:
        """The single-task networks that this experiment is measured against: same data, steps and batches.

        Where transfer is measured it is measured of them too: how alike two networks of one task are says what a likeness
        of two tasks is worth.
        """
        return replace(
            self,
            sharing=Choice("separate"),
            weighting=Choice("equal"),
            schedule=Choice("joint"),
            rate=self.baseline_rate or self.rate,
            baseline_rate=0.0,
            sweep=False,
            strengths=False,
        )

    def at_rate(self, rate: float, weight_decay: float | None = None) -> Experiment:
        """The same, trained at one given rate, and one given weight decay where that is not its own."""
        decay = self.weight_decay if weight_decay is None else weight_decay
        return replace(self, rate=rate, weight_decay=decay, baseline_rate=0.0, sweep=False, strengths=False)

    @property
    def setting(self) -> Setting:
        """What a sweep tries out: learning rate and weight decay."""
        return Setting(self.rate, self.weight_decay)

    def trainings(self) -> list[Experiment]:
        """What has to be trained for the run itself: one experiment, or one for each setting of the sweeps."""
        return [self.at_rate(*setting) for setting in self._settings(self.rate)]

    def baselines(self) -> list[Experiment]:
        """What has to be trained to measure it: one baseline, or one for each setting of the sweeps."""
        return [self.baseline().at_rate(*setting) for setting in self._settings(self.baseline_rate or self.rate)]

    def _settings(self, rate: float) -> list[Setting]:
        return settings(rate, self.weight_decay, sweep=self.sweep, strengths=self.strengths)

    # --- keys ------------------------------------------------------------------------------------------------------

    def key(self, seed: int) -> str:
        """A content key: equal for runs that train the same thing, whatever their baselines are."""
        return keys.content_key(seed, self._trained)

    @cached_property
    def _trained(self) -> str:
        """What a run of it trains."""
        return keys.trained(self.to_dict())

    def shape(self) -> str:
        """A text that is equal for experiments whose runs fit into one fleet: what may differ is data, weighting and rate.

        Knobs of a strategy that may be mixed may differ too, unless transfer is measured, which asks what each run shares.
        """
        shaping = [name for name, knob in knobs_of(self.the_suite).items() if knob.shapes]
        return keys.shape(self.to_dict(), () if self.measure else self._mixing(), shaping)

    def fleet(self) -> str:
        """A text that is equal for experiments whose runs are best trained together.

        Any runs of one shape may train in one fleet; but one method that needs the tasks' gradients makes all of them pay
        for a backward pass a task, so those that need them go by themselves. And a fleet that mixes strategies' knobs computes
        what only some of its runs need, which pays for small networks alone.
        """
        apart = {} if self.the_backbone.light else self._mixing()
        return f"{catalog.methods()[self.weighting.name].signal}:{json.dumps(apart, sort_keys=True)}:{self.shape()}"

    def _mixing(self) -> dict[str, Any]:
        """The knobs of its strategy in which runs of one fleet may differ, with their values here."""
        return {name: self.sharing.knobs[name] for name, knob in knobs_of(self.the_strategy).items() if knob.mixes}

    # --- checks ----------------------------------------------------------------------------------------------------

    def obstacle(self, method: str | None = None) -> str | None:
        """Why a weighting method, its own if none is named, cannot work here; None when it can.

        The answer is the rest of a sentence that begins with the method.
        """
        parts = (self.the_strategy, self.the_backbone, self.the_schedule, self.the_tasks)
        return compatibility.weighting_obstacle(method or self.weighting.name, *parts)

    def _problems(self) -> list[Problem]:
        """What does not go together although each part is valid."""
        if sentence := compatibility.backbone_obstacle(type(self.the_suite), type(self.the_backbone)):
            return [Problem("backbone", sentence, self.backbone.name)]
        problems = compatibility.sharing_problems(self.the_strategy, self.the_backbone, self.the_tasks)
        problems += self.the_schedule.problems(self.tasks)
        if not problems and (sentence := self.obstacle()):
            problems.append(Problem("weighting", sentence, self.weighting.name))
        return problems + compatibility.wrong_lengths(self.weighting, self.the_tasks)
