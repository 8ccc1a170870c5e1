"""Settings in words: what a field of an experiment is called, how its value reads, and in which fields several differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from playground.basics.knobs import Knob, knobs_of
from playground.basics.words import _
from playground.experiment import CHOICES, Experiment
from playground.figures.style import listed

ALWAYS = ("suite", "sharing", "weighting")
"""Fields that have a column of their own anyway."""


def fields_that_differ(experiments: Sequence[Experiment]) -> list[str]:
    """Names of the fields, as in links, in which experiments differ, in the order of the form."""
    flats = [one.to_flat() for one in experiments]
    names = dict.fromkeys(name for flat in flats for name in flat)
    return [name for name in names if any(flat.get(name) != flats[0].get(name) for flat in flats)]


def labels(names: Sequence[str], experiments: Sequence[Experiment]) -> dict[str, str]:
    """What fields are called; two that are called alike are told apart by what they belong to."""
    plain = {name: _label(name, experiments) for name in names}
    counts = Counter(plain.values())
    return {
        name: label if counts[label] == 1 else _("{label} ({of})").format(label=label, of=_words()[name.partition(".")[0]])
        for name, label in plain.items()
    }


def value(name: str, experiment: Experiment) -> str:
    """How the value of a field reads; "–" where the experiment has no such field."""
    choice, _dot, knob = name.partition(".")
    if name == "tasks":
        return listed(_(task.title) for task in experiment.the_tasks)
    if name in CHOICES:
        return _(CHOICES[name]()[getattr(experiment, name).name].card.title)
    found = experiment.to_flat().get(name)
    if found is None:
        return _("all") if choice == "labels" and knob in experiment.tasks else "–"
    described = _knob(name, experiment)
    return _written(found, described) if described else str(found)


MOST_CALLED = 3
"""Settings by which an experiment is called at most."""


def called(one: Experiment, beside: Experiment) -> str:
    """What an experiment is called beside another: its values of the settings in which they differ, the first few."""
    names = fields_that_differ([one, beside])
    chosen = {name for name in names if name in CHOICES}
    # The knobs of a choice say nothing beside another choice.
    names = [name for name in names if name in chosen or name.partition(".")[0] not in chosen]
    words = labels(names, [one, beside])
    said = [
        value(name, one) if name in CHOICES else _("{label}: {value}").format(label=words[name], value=value(name, one))
        for name in names
    ]
    rest = len(said) - MOST_CALLED
    return listed(said[:MOST_CALLED] + ([_("{count} more").format(count=rest)] if rest > 0 else []))


def column(name: str, experiments: Sequence[Experiment]) -> list[Any]:
    """The values of a field: numbers where all of them are, with None where there is none, so that they sort as numbers."""
    found = [one.to_flat().get(name) for one in experiments]
    if all(one is None or (isinstance(one, (int, float)) and not isinstance(one, bool)) for one in found):
        return found
    return [value(name, one) for one in experiments]


def _written(found: Any, knob: Knob) -> str:
    if isinstance(found, bool):
        return _("yes") if found else _("no")
    if isinstance(found, (tuple, list)):
        return " ".join(f"{one:g}" for one in found) or _("all 1")
    if knob.choices:
        return knob.word(str(found))
    return f"{found:g}" if isinstance(found, (int, float)) else str(found)


def _label(name: str, experiments: Sequence[Experiment]) -> str:
    choice, _dot, rest = name.partition(".")
    if not rest and name in _words():
        return _words()[name]
    if choice == "labels":
        titles = {task.name: _(task.title) for one in experiments for task in one.the_suite.tasks()}
        return _("Labels of {task}").format(task=titles.get(rest, rest))
    described = next((knob for one in experiments if (knob := _knob(name, one)) is not None), None)
    return _(described.label) if described and described.label else name


def _knob(name: str, experiment: Experiment) -> Knob | None:
    choice, _dot, rest = name.partition(".")
    if choice in CHOICES and rest:
        return knobs_of(CHOICES[choice]()[getattr(experiment, choice).name]).get(rest)
    return knobs_of(Experiment).get(name)


def _words() -> Mapping[str, str]:
    return {
        "suite": _("Data"),
        "tasks": _("Tasks"),
        "labels": _("Labels per task"),
        "backbone": _("Network"),
        "sharing": _("Sharing"),
        "weighting": _("Weighting"),
        "schedule": _("Schedule"),
    }
