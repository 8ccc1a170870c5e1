"""How long a race takes, before it is begun.

A rule from what fleets took on one quiet core, good to a factor of two or so; once a race goes on, its own pace says better.
"""

from __future__ import annotations

from functools import lru_cache

from playground import catalog
from playground.basics.words import _, ngettext
from playground.experiment import Experiment
from playground.race.plan import Race

STEP, NUMBER = 0.15e-3, 2.5e-10
"""Seconds of a run and step in a fleet: what each step costs, and what each parameter costs for each example."""

HEAVY = {"cnn": 20.0, "resnet": 100.0, "transformer": 12.0}
"""How many times that a network takes that uses each parameter at many places of its input."""

GRAMIAN = 1.6
"""How many times that a step takes where a method needs the tasks' gradients."""

LOAD = 0.01
"""Seconds that a run takes beside its steps: its data and its scores."""

LONG = 600.0
"""Seconds from which on a smaller race is asked for."""


def seconds(race: Race, workers: int = 1) -> float:
    """About how many seconds the whole race takes on so many quiet cores."""
    return race.seeds * sum(_of(one) for one in race.configurations) / max(1, workers)


def _of(experiment: Experiment) -> float:
    """Seconds of one run."""
    step = STEP + NUMBER * parameters(_shape(experiment)) * experiment.batch * HEAVY.get(experiment.backbone.name, 1.0)
    if catalog.methods()[experiment.weighting.name].signal != "loss":
        step *= GRAMIAN
    return LOAD + experiment.steps * step


def _shape(experiment: Experiment) -> Experiment:
    """What the size of a network depends on."""
    return experiment.set(weighting="equal", rate=0.001) if experiment.weighting.name != "equal" else experiment.at_rate(0.001)


@lru_cache(maxsize=500)
def parameters(experiment: Experiment) -> int:
    """How many parameters the network of an experiment has."""
    # Imported here: whoever only reads a race does not wait for torch.
    from playground.training.fleet.network import draw

    return sum(box.parameters for box in draw(experiment).boxes)


def duration(seconds: float) -> str:
    """A time for people."""
    if seconds < 90:
        count = max(1, round(seconds))
        return ngettext("{count} second", "{count} seconds", count).format(count=count)
    if seconds < 5400:
        count = round(seconds / 60)
        return ngettext("{count} minute", "{count} minutes", count).format(count=count)
    return _("{count} hours").format(count=f"{seconds / 3600:.1f}")


def told(race: Race, workers: int = 1) -> str:
    """How many runs it is and about how long it takes."""
    words = _("{entrants} entrants, {configurations} configurations, {runs} runs; about {time} here on {cores}.")
    return words.format(
        entrants=len(race.entrants),
        configurations=len(race.configurations),
        runs=race.size,
        time=duration(seconds(race, workers)),
        cores=ngettext("{count} core", "{count} cores", workers).format(count=workers),
    )
