"""An experiment is one value: what is learned, who shares what, how tasks are weighed, when and for how long.

It has three written forms, which all mean the same: a nested dict (as in a preset's TOML file), a flat dict with dotted
names (as in a link and in ``--set name=value``), and the value itself. A seed is not part of it: an experiment with a
seed is a run.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from playground import catalog
from playground.errors import Invalid, Problem, nearest, unknown
from playground.knobs import Knob, knob, knobs_of, read_knobs
from playground.words import N_, _

if TYPE_CHECKING:
    from playground.backbones.base import Backbone
    from playground.schedules.base import Schedule
    from playground.sharing.base import Strategy
    from playground.tasks.base import Suite, Task
    from playground.weighting.base import Weighting

MOST_LABELS = 100_000
SWEEP = (1 / 3, 1.0, 3.0)
"""Factors on the learning rate that a sweep tries, for run and baseline alike."""


@dataclass(frozen=True)
class Choice:
    """One entry of the catalogue with its knobs turned: ``Choice("hard", {"depth": 2})``."""

    name: str
    knobs: Mapping[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.name, tuple(sorted(self.knobs.items()))))


CHOICES: Mapping[str, Any] = MappingProxyType(
    {
        "suite": catalog.suites,
        "backbone": catalog.backbones,
        "sharing": catalog.strategies,
        "weighting": catalog.methods,
        "schedule": catalog.schedules,
    }
)
"""The fields of an experiment that choose from the catalogue, and where they choose from."""

DEFAULTS = MappingProxyType(
    {"suite": "digits", "backbone": "mlp", "sharing": "hard", "weighting": "equal", "schedule": "joint"}
)

OF_THE_SUITE = ("tasks", "labels", "steps", "batch", "rate", "baseline_rate", "decay", "sharing.depth")
"""Fields that are said about a suite, and are dropped with it; where nothing is said, the suite's own defaults hold."""


@dataclass(frozen=True)
class Experiment:
    """One configuration, complete and checked: every knob has a value, every name exists.

    Made by `Experiment.from_dict`, `from_flat`, `from_link` or `from_toml`, which raise `Invalid` with every problem.
    """

    suite: Choice
    tasks: tuple[str, ...]
    labels: Mapping[str, int]
    backbone: Choice
    sharing: Choice
    weighting: Choice
    schedule: Choice
    steps: int = knob(500, low=10, high=20_000, log=True, label=N_("Steps"), help=N_("How many optimizer steps a run takes."))
    batch: int = knob(64, low=4, high=512, log=True, label=N_("Batch"), help=N_("How many examples one step looks at."))
    rate: float = knob(
        0.003, low=1e-5, high=1.0, log=True, label=N_("Learning rate"), help=N_("Learning rate of the Adam optimizer.")
    )
    decay: str = knob(
        "none",
        choices=("none", "cosine"),
        words=(N_("constant"), N_("cosine")),
        label=N_("Learning rate over time"),
        help=N_("Constant, or growing for a twentieth of the steps and then falling to zero along a cosine."),
    )
    baseline_rate: float = knob(
        0.0,
        low=0.0,
        high=1.0,
        log=True,
        label=N_("Baselines' learning rate"),
        help=N_("Learning rate of the single-task baselines; 0 gives them the same rate as the run."),
    )
    sweep: bool = knob(
        False,
        label=N_("Choose rates by a sweep"),
        help=N_("Train run and baselines at a third, one and three times their rates, and choose on validation."),
    )
    measure: bool = knob(
        False,
        label=N_("Measure transfer"),
        help=N_(
            "Compare the tasks' features and the effect of their steps on each other while they learn, for the Sharing page."
        ),
    )

    def __hash__(self) -> int:
        return hash(self.canonical())

    # --- reading ---------------------------------------------------------------------------------------------------

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Experiment:
        """The experiment that a nested dict describes; what is left out takes its default.

        Raises Invalid with every problem: unknown names with the nearest valid one, and values out of bounds.
        """
        reader = _Reader(values)
        experiment = reader.read()
        problems = reader.problems or (experiment._problems() if experiment else [])
        if problems or experiment is None:
            raise Invalid(problems)
        return experiment

    @classmethod
    def from_flat(cls, values: Mapping[str, Any]) -> Experiment:
        """The experiment that a flat dict with dotted names describes, e.g. ``{"sharing": "hard", "sharing.depth": 1}``."""
        return cls.from_dict(unflatten(values))

    @classmethod
    def from_link(cls, query: str) -> Experiment:
        """The experiment in a link's query string; raises Invalid as `from_dict` does."""
        return cls.from_flat(dict(parse_qsl(query.lstrip("?"), keep_blank_values=True)))

    @classmethod
    def from_toml(cls, text: str) -> Experiment:
        """The experiment in the table ``[experiment]`` of a preset, or in a file that holds nothing else."""
        try:
            values = tomllib.loads(text)
        except (ValueError, RecursionError) as error:  # a number of thousands of digits is a ValueError of its own
            raise Invalid([Problem("file", _("should be valid TOML"), error)]) from None
        return cls.from_dict(values.get("experiment", values))

    @classmethod
    def from_file(cls, path: Path) -> Experiment:
        """The experiment in a TOML or JSON file."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid([Problem("file", _("should be a readable text file"), f"{path.name}: {error}")]) from None
        if path.suffix != ".json":
            return cls.from_toml(text)
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Invalid([Problem("file", _("should be valid JSON"), error)]) from None
        return cls.from_dict(values.get("experiment", values) if isinstance(values, dict) else values)

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
        return result | {name: getattr(self, name) for name in knobs_of(Experiment)}

    def to_flat(self) -> dict[str, Any]:
        """A flat dict with dotted names and plain values."""
        return flatten(self.to_dict())

    def to_link(self) -> str:
        """A query string that holds all of it."""
        return urlencode({name: text_of(value) for name, value in self.to_flat().items()})

    def to_toml(self) -> str:
        """The table ``[experiment]`` of a preset."""
        values = self.to_dict()
        tables = {name: value for name, value in values.items() if isinstance(value, dict)}
        lines = ["[experiment]"]
        lines += [f"{name} = {_toml(value)}" for name, value in values.items() if name not in tables]
        for name, table in tables.items():
            lines += ["", f"[experiment.{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
        return "\n".join(lines) + "\n"

    def canonical(self) -> str:
        """One text for equal experiments, different for different ones."""
        return self._canonical

    @cached_property
    def _canonical(self) -> str:
        """Written once: every use as a key in a dict asks for it."""
        return json.dumps(self.to_dict(), sort_keys=True)

    # --- parts -----------------------------------------------------------------------------------------------------

    @cached_property
    def the_suite(self) -> Suite:
        """The suite with its knobs turned."""
        return catalog.suites()[self.suite.name](**self.suite.knobs)

    @cached_property
    def the_tasks(self) -> tuple[Task, ...]:
        """The tasks to learn."""
        return self.the_suite.tasks_named(self.tasks)

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

    def set(self, **changes: Any) -> Experiment:
        """This experiment with changes under dotted names, checked: ``set(weighting="dwa", **{"sharing.depth": 1})``.

        A choice that changes its name drops the knobs of the old one. A new suite drops what was said about the old one, and
        a backbone that cannot read it or that came with the old one; a knob of the suite that gives it other tasks drops
        what was said about tasks.
        """
        dropped = {name for name in CHOICES if name in changes and changes[name] != getattr(self, name).name}
        fields = set[str]()
        if "suite" in dropped:
            fields.update(OF_THE_SUITE)
            suite = catalog.suites().get(str(changes["suite"]))
            if suite is not None and not self._keeps_backbone(suite):
                fields.add("backbone")
        elif self._other_tasks(changes):
            fields.update(("tasks", "labels"))
        kept = {
            key: value
            for key, value in self.to_flat().items()
            if not {key, key.partition(".")[0]} & fields and not ("." in key and key.partition(".")[0] in dropped)
        }
        return Experiment.from_flat(kept | changes)

    def _keeps_backbone(self, suite: type[Suite]) -> bool:
        """Whether the network goes along to a new suite: it can read it, and is no mere default of the old suite."""
        chosen = self.backbone.name != self.the_suite.backbone or self.backbone.name == suite.backbone
        return chosen and suite.gives in self.the_backbone.takes

    def _other_tasks(self, changes: Mapping[str, Any]) -> bool:
        """Whether changes of the suite's knobs give it other tasks than it has now."""
        turned = {name.removeprefix("suite."): value for name, value in changes.items() if name.startswith("suite.")}
        knobs, problems = read_knobs("suite", type(self.the_suite), {**self.suite.knobs, **turned})
        if not turned or problems:
            return False
        suite = type(self.the_suite)(**knobs)
        return suite.obstacle() is None and [task.name for task in suite.tasks()] != [
            task.name for task in self.the_suite.tasks()
        ]

    def baseline(self) -> Experiment:
        """The single-task networks that this experiment is measured against: same data, steps and batches."""
        return replace(
            self,
            sharing=Choice("separate"),
            weighting=Choice("equal"),
            schedule=Choice("joint"),
            rate=self.baseline_rate or self.rate,
            baseline_rate=0.0,
            sweep=False,
            measure=False,
        )

    def at_rate(self, rate: float) -> Experiment:
        """The same, trained at one given rate."""
        return replace(self, rate=rate, baseline_rate=0.0, sweep=False)

    def trainings(self) -> list[Experiment]:
        """What has to be trained for the run itself: one experiment, or one for each rate of the sweep."""
        return [self.at_rate(rate) for rate in self._rates(self.rate)]

    def baselines(self) -> list[Experiment]:
        """What has to be trained to measure it: one baseline, or one for each rate of the sweep."""
        return [self.baseline().at_rate(rate) for rate in self._rates(self.baseline_rate or self.rate)]

    def _rates(self, rate: float) -> list[float]:
        if not self.sweep:
            return [rate]
        return [min(max(rate * factor, 1e-5), 1.0) for factor in SWEEP]

    def key(self, seed: int) -> str:
        """A content key: equal for runs that train the same thing, whatever their baselines are."""
        text = f"{seed}:{self._trained}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @cached_property
    def _trained(self) -> str:
        """What a run of it trains; how its baselines are trained is no part of that."""
        return json.dumps({**self.to_dict(), "baseline_rate": 0.0, "sweep": False}, sort_keys=True)

    def shape(self) -> str:
        """A text that is equal for experiments whose runs fit into one fleet: what may differ is data, weighting and rate.

        Knobs of a strategy that may be mixed may differ too, unless transfer is measured, which asks what each run shares.
        """
        values = self.to_dict()
        if not self.measure:
            for name in self._mixing():
                del values["sharing"][name]
        suite = {name: values["suite"][name] for name, k in knobs_of(self.the_suite).items() if k.shapes}
        kept = {name: values[name] for name in ("tasks", "backbone", "sharing", "schedule", "steps", "batch", "decay")}
        return json.dumps({**kept, "suite": {"name": self.suite.name, **suite}}, sort_keys=True)

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
        return {name: self.sharing.knobs[name] for name, k in knobs_of(self.the_strategy).items() if k.mixes}

    def obstacle(self, method: str | None = None) -> str | None:
        """Why a weighting method, its own if none is named, cannot work here; None when it can.

        The answer is the rest of a sentence that begins with the method.
        """
        entry = catalog.methods()[method or self.weighting.name]
        if not self.the_schedule.weighs and entry.key != DEFAULTS["weighting"]:
            return _("should be equal weights where a step learns from one task only: there is nothing to weigh")
        if entry.signal != "loss" and not self.the_strategy.shares(self.the_backbone):
            return _(
                "should not be a method that mediates between gradients where no two tasks share a parameter: "
                "every task would get its own way anyway"
            )
        negative = [task for task in self.the_tasks if not catalog.kinds()[task.kind].positive]
        if entry.needs_positive and negative:
            names = _(", ").join(_(task.title) for task in negative)
            return _("should not be a method that needs losses above zero where a loss can be negative: {tasks}").format(
                tasks=names
            )
        return None

    def _problems(self) -> list[Problem]:
        """What does not go together although each part is valid."""
        if sentence := unreadable(type(self.the_suite), type(self.the_backbone)):
            return [Problem("backbone", sentence, self.backbone.name)]
        problems = unshared(self.the_strategy, self.the_backbone, self.the_tasks)
        problems += self.the_schedule.problems(self.tasks)
        if not problems and (sentence := self.obstacle()):
            problems.append(Problem("weighting", sentence, self.weighting.name))
        count = len(self.the_tasks)
        for name, description in knobs_of(catalog.methods()[self.weighting.name]).items():
            value = self.weighting.knobs[name]
            if description.per_task and value and len(value) != count:
                should = _("should hold one number for each of the {count} tasks, or none").format(count=count)
                problems.append(Problem(f"weighting.{name}", should, len(value)))
        return problems


@dataclass(frozen=True)
class Run:
    """An experiment with a seed: one training."""

    experiment: Experiment
    seed: int

    @property
    def key(self) -> str:
        """Its content key: equal for runs that train the same thing."""
        return self.experiment.key(self.seed)


def unshared(strategy: Strategy, backbone: Backbone, tasks: Sequence[Task]) -> list[Problem]:
    """What keeps a sharing strategy from working with these; empty when it works."""
    strange = [task for task in tasks if strategy.kinds and task.kind not in strategy.kinds]
    if strange:
        should = _("should not be one that answers from a list where tasks want other answers: {tasks}").format(
            tasks=_(", ").join(_(task.title) for task in strange)
        )
        return [Problem("sharing", should, strategy.key)]
    return list(strategy.problems(backbone, [task.name for task in tasks]))


def unreadable(suite: type[Suite], backbone: type[Backbone]) -> str | None:
    """Why `backbone` cannot read what `suite` gives, as the rest of a sentence that begins with it; None when it can."""
    if suite.gives in backbone.takes:
        return None
    words = {"numbers": _("numbers"), "pictures": _("pictures"), "tokens": _("words")}
    return _("should be a network that reads {things}").format(things=words[suite.gives])


class _Reader:
    """Reads a nested dict field by field and collects what is wrong with it."""

    def __init__(self, values: Mapping[str, Any]):
        self.problems: list[Problem] = []
        if not isinstance(values, Mapping):
            self.problems.append(Problem("experiment", _("should be a table of names and values"), values))
            values = {}
        self.values = values

    def read(self) -> Experiment | None:
        names = [spec.name for spec in dataclasses.fields(Experiment)]
        self.problems += [unknown(str(name), name, names) for name in self.values if name not in names]
        choices: dict[str, Any] = {name: self._choice(name) for name in CHOICES}
        numbers: dict[str, Any] = {name: self._number(name, description) for name, description in knobs_of(Experiment).items()}
        if self.problems:
            return None
        suite = catalog.suites()[choices["suite"].name](**choices["suite"].knobs)
        if sentence := suite.obstacle():
            self.problems.append(Problem("suite", sentence, choices["suite"].name))
            return None
        choices["sharing"] = self._deep(choices["sharing"], suite, choices["backbone"])
        known = [task.name for task in suite.tasks()]
        tasks = self._tasks(known)
        labels = self._labels(tasks)
        return None if self.problems else Experiment(tasks=tasks, labels=labels, **choices, **numbers)

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


def flatten(values: Mapping[str, Any]) -> dict[str, Any]:
    """A nested dict as a flat one: the table ``sharing`` becomes ``sharing`` (its name), ``sharing.depth`` and so on."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            for key, inner in value.items():
                flat[name if key == "name" and name in CHOICES else f"{name}.{key}"] = inner
        else:
            flat[name] = value
    return flat


def unflatten(values: Mapping[str, Any]) -> dict[str, Any]:
    """The nested dict of a flat one."""
    nested: dict[str, Any] = {}
    for name, value in values.items():
        head, dot, rest = str(name).partition(".")
        if dot:
            table = nested.setdefault(head, {})
            if isinstance(table, dict):
                table[rest] = value
            else:
                nested[str(name)] = value  # a number has no knobs: left as it is, it is named as unknown
        elif head in CHOICES:
            nested.setdefault(head, {})["name"] = value
        elif isinstance(nested.get(head), dict):
            nested |= {f"{head}.{key}": inner for key, inner in nested[head].items()} | {head: value}
        else:
            nested[head] = dict(value) if isinstance(value, Mapping) else value
    return nested


def text_of(value: Any) -> str:
    """A plain value as a link writes it."""
    if isinstance(value, (list, tuple)):
        return ",".join(text_of(part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _toml(value: Any) -> str:
    """A plain value as TOML writes it; for the few types that experiments hold, JSON's spelling is TOML's."""
    return json.dumps(value)


__all__ = ["CHOICES", "Choice", "Experiment", "Run", "flatten", "nearest", "text_of", "unflatten", "unreadable", "unshared"]
