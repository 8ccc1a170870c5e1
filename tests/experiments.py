"""Experiments for tests: small ones by hand, and random ones over the whole catalogue."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import parse_qsl, urlencode

from playground import catalog
from playground.basics.errors import Invalid
from playground.basics.knobs import Knob, knobs_of
from playground.experiment import MOST_LABELS, Experiment, Run, text_of

SMALL = {"suite": "digits", "tasks": "digit,parity,large", "backbone.depth": 2, "backbone.width": 8, "batch": 16, "steps": 30}

TOGETHER = ("sharing", "weighting", "backbone", "schedule", "batch", "tasks")
"""Fields that can be valid alone and yet not go together."""


def small(**changes: Any) -> Experiment:
    """A tiny experiment on digits; changes by field, with two underscores for the dot: ``sharing__depth=1``."""
    named = {name.replace("__", "."): value for name, value in changes.items()}
    strategy = named.get("sharing", "hard")
    depth = {"sharing.depth": 2} if strategy == "hard" else {}
    return Experiment.from_flat({**SMALL, **depth, **named})


def from_link(query: str) -> Experiment:
    """The experiment in a query string by the names of attributes; raises Invalid."""
    return Experiment.from_flat(dict(parse_qsl(query, keep_blank_values=True)))


def to_link(experiment: Experiment) -> str:
    """A query string that holds all of an experiment."""
    return urlencode({name: text_of(value) for name, value in experiment.to_flat().items()})


def suited(strategy: str, **changes: Any) -> Experiment:
    """A tiny experiment for a strategy: on digits, in a network and with tasks that the strategy can work with."""
    try:
        return small(sharing=strategy, **changes)
    except Invalid:
        fitting = {"tasks": "digit,loops", "backbone": "transformer", "backbone__depth": 1}
        return small(sharing=strategy, **{**fitting, **changes})


def runs(*experiments: Experiment, seeds: int = 1) -> list[Run]:
    """Every experiment with the seeds 0 … seeds−1."""
    return [Run(one, seed) for one in experiments for seed in range(seeds)]


def draw(knob: Knob, rng: random.Random, tasks: int = 2) -> Any:
    """A random value of a knob, bounds included now and then."""
    if knob.per_task:
        return [round(rng.uniform(max(knob.low, -10), min(knob.high, 10)), 3) for _task in range(tasks)]
    if isinstance(knob.default, bool):
        return rng.random() < 0.5
    if isinstance(knob.default, str):
        return rng.choice(knob.choices) if knob.choices else knob.default
    low, high = max(knob.low, -1e6), min(knob.high, 1e6)
    value = rng.choice([low, high, rng.uniform(low, high), rng.uniform(low, min(high, low + 3))])
    return round(value) if isinstance(knob.default, int) else value


def random_values(rng: random.Random) -> dict[str, Any]:
    """A nested dict whose fields are valid, each for itself."""
    suite = rng.choice(sorted(catalog.suites()))
    known = [task.name for task in catalog.suites()[suite]().tasks()]
    tasks = rng.sample(known, rng.randint(2, len(known)))
    values: dict[str, Any] = {"tasks": tasks, "labels": {name: rng.randint(0, MOST_LABELS) for name in tasks[:1]}}
    for field, entries in (
        ("suite", {suite: catalog.suites()[suite]}),
        ("backbone", catalog.backbones()),
        ("sharing", catalog.strategies()),
        ("weighting", catalog.methods()),
        ("schedule", catalog.schedules()),
    ):
        name = rng.choice(sorted(entries))
        turned = {key: draw(knob, rng, len(tasks)) for key, knob in knobs_of(entries[name]).items() if rng.random() < 0.7}
        # What a suite's own knobs do to its tasks is the suite's affair; here its tasks stay as they are.
        values[field] = {"name": name} if field == "suite" else {"name": name, **turned}
    return values | {key: draw(knob, rng) for key, knob in knobs_of(Experiment).items() if rng.random() < 0.5}


def random_experiments(count: int, seed: int = 0) -> list[Experiment]:
    """So many valid experiments; what is thrown away on the way must only be what does not go together."""
    rng, found = random.Random(seed), list[Experiment]()
    while len(found) < count:
        values = random_values(rng)
        try:
            found.append(Experiment.from_dict(values))
        except Invalid as invalid:
            strange = [problem for problem in invalid.problems if problem.where.split(".")[0] not in TOGETHER]
            assert not strange, (values, strange)
    return found
