"""Examples for figures about language and vision, with what a recorded run said of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from playground.basics.words import _
from playground.experiment import Experiment, Run
from playground.figures.style import Look, look_of
from playground.figures.views import views
from playground.presets import presets
from playground.runs.precomputed import recorded
from playground.runs.results.records import Pictured
from playground.suites.base import Probe


def look(experiment: Experiment) -> Look:
    """How its tasks are shown."""
    return look_of(experiment.the_suite.tasks())


def said(preset: str, moment: int, count: int = 8, only: Sequence[str] = ()) -> tuple[str, str]:
    """What the recorded run of a preset said of examples, as markup and in words.

    moment: which of the recorded pictures, from 0; the last one where there are fewer. only: names of tasks, all if empty.
    """
    experiment = presets()[preset].experiment
    pictured = _pictured(preset)
    if not pictured:
        sentence = _("Nothing is recorded yet: {command}").format(command=f"python -m playground record {preset}")
        return sentence, sentence
    record = pictured[min(moment, len(pictured) - 1)]
    tasks = [task for task in experiment.the_tasks if not only or task.name in only]
    outputs = {task.name: record["outputs"][task.name][:count] for task in tasks}
    drawn, words = views.view(first(probe_of(experiment), count), tasks, look(experiment), outputs)
    return str(drawn), _("Step {step}.").format(step=record["step"]) + " " + words


def moments(preset: str) -> int:
    """How many pictures of a preset's run were recorded."""
    return len(_pictured(preset))


def _pictured(preset: str) -> list[Pictured]:
    history = recorded.find(Run(presets()[preset].experiment, 0))
    return [] if history is None else history.of_kind("pictured")


def probe_of(experiment: Experiment) -> Probe:
    """The examples that pages show of an experiment's suite, with seed 0."""
    return _probe(json.dumps(experiment.to_dict()["suite"], sort_keys=True))


@cache
def _probe(written: str) -> Probe:
    return Experiment.from_dict({"suite": json.loads(written)}).the_suite.load(0).probe


def first(probe: Probe, count: int) -> Probe:
    """The first examples of a probe; of sentences the whole ones."""
    shape = (min(count, probe.shape[0]), *probe.shape[1:]) if probe.view == "sentences" else probe.shape
    targets = {name: target[:count] for name, target in probe.targets.items()}
    return replace(probe, inputs=probe.inputs[:count], shape=shape, targets=targets)
