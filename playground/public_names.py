"""What fields are called in links, presets, TOML files and on the command line: the terms of the field, older names read too.

One table. Python and JSON say what the attributes of `Experiment` and `Plan` are called; so do keys of stored runs, which stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.words import _
from playground.experiment import Experiment, formats
from playground.experiment.reading import FIELDS

OF_EXPERIMENTS: Mapping[str, str] = {
    "batch": "batch_size",
    "rate": "learning_rate",
    "decay": "lr_schedule",
    "sweep": "tune_learning_rate",
    "strengths": "tune_weight_decay",
    "baseline_rate": "baseline_learning_rate",
    "measure": "record_affinity",
    "schedule": "task_sampling",
}
"""Name of the attribute, which older links have: name that is written."""

OF_LANDSCAPES: Mapping[str, str] = {"rate": "learning_rate", "memory": "beta2"}
"""The same of a race in the plane."""

Made = TypeVar("Made")


def attribute(name: str, names: Mapping[str, str] = OF_EXPERIMENTS) -> str:
    """The attribute that goes by a public name, old or new; any other name as it is. What follows a dot stays."""
    head, dot, rest = name.partition(".")
    return next((inner for inner, public in names.items() if public == head), head) + dot + rest


def public(values: Mapping[str, Any], names: Mapping[str, str] = OF_EXPERIMENTS) -> dict[str, Any]:
    """Values by the names that are written, in the order that they have."""
    return {_written(name, names): value for name, value in values.items()}


def _written(name: str, names: Mapping[str, str]) -> str:
    head, dot, rest = name.partition(".")
    return names.get(head, head) + dot + rest


def follow(
    values: Mapping[str, Any], make: Callable[[dict[str, Any]], Made], names: Mapping[str, str] = OF_EXPERIMENTS
) -> Made:
    """What `make` makes of values, which it gets by the names of attributes.

    Raises Invalid, by the names that stand in `values`: what `make` finds, and fields that stand there by both of their names.
    """
    heads = {str(name).partition(".")[0] for name in values}
    twice = [inner for inner, name in names.items() if inner in heads and name in heads]
    if twice:
        raise Invalid([Problem(one, _("should not stand beside its newer name"), names[one]) for one in twice])
    said = {attribute(name, names): name for name in values}
    try:
        return make({inner: values[name] for inner, name in said.items()})
    except Invalid as invalid:
        raise Invalid([_told(one, said, names) for one in invalid.problems]) from None


def _told(problem: Problem, said: Mapping[str, str], names: Mapping[str, str]) -> Problem:
    """A problem by the name that somebody used; where it lists the fields of an experiment, by those that are written."""
    if problem == unknown(problem.where, problem.found, FIELDS):
        return unknown(problem.where, problem.found, list(public(dict.fromkeys(FIELDS))))
    head, dot, rest = problem.where.partition(".")
    named = said[head] + dot + rest if head in said else _written(problem.where, names)
    return replace(problem, where=said.get(problem.where, named))


def read(values: Any) -> Experiment:
    """The experiment that a nested dict describes; raises Invalid with every problem."""
    return follow(values, Experiment.from_dict) if isinstance(values, Mapping) else Experiment.from_dict(values)


def read_toml(text: str) -> Experiment:
    """The experiment in the table ``[experiment]`` of a TOML text, or in the whole of it; raises Invalid."""
    return read(formats.parse_toml(text))


def read_file(path: Path) -> Experiment:
    """The experiment in a TOML or JSON file; raises Invalid."""
    return read(formats.parse_file(path))


def to_toml(experiment: Experiment) -> str:
    """The table ``[experiment]`` of a preset."""
    return formats.toml_of(public(experiment.to_dict()))
