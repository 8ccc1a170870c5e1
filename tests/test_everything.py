"""Everything with everything: each suite, each sharing strategy, each weighting method that is not greyed, for two steps.

One fleet for a suite and a strategy: all methods train side by side in it, in a network as small as it goes, on a few
examples of each split. What is added to the catalogue comes in unasked.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from playground import catalog
from playground.basics.errors import Invalid
from playground.experiment import Experiment, Run
from playground.suites.base import Data, Part, Suite
from playground.training.loop import Training
from playground.training.observing.events import Failed, Finished, Measured, Scored, Stepped

EXAMPLES = 24
"""Examples of each split, and a few more where a task is labelled on other ones."""

STEPS = 2
"""Steps after which a fleet is stopped: the second one is taken with parameters, and states of methods, that have moved."""

SMALL = {"backbone.depth": 2, "backbone.width": 8, "batch": 8, "steps": 10}

SUITES = [key for key, suite in catalog.suites().items() if suite().obstacle() is None]


@cache
def few(suite: Suite) -> Data:
    """The data of seed 0, `EXAMPLES` of each part and fewer to show; loaded once."""
    data = type(suite).load_whole(suite, 0)  # type: ignore[attr-defined]  # the method that was there before
    shown = min(4, len(data.probe.inputs))
    targets = {name: values[:shown] for name, values in data.probe.targets.items()}
    probe = replace(data.probe, inputs=data.probe.inputs[:shown], targets=targets, examples=None)
    return Data(cut(data.train), cut(data.validation), cut(data.test), probe)


def cut(part: Part) -> Part:
    """Its first examples, and some that are labelled for each task."""
    labelled = [np.flatnonzero(known)[:4] for known in part.known.values()]
    return part.take(np.unique(np.concatenate([np.arange(min(EXAMPLES, len(part))), *labelled])))


def experiments(suite: str, strategy: str) -> list[Experiment]:
    """One for each method that works with a suite and a strategy; none where the strategy does not work with the suite."""
    kinds = catalog.strategies()[strategy].kinds
    fit = [task.name for task in catalog.suites()[suite]().tasks() if not kinds or task.kind in kinds]
    if not fit:
        return []
    try:
        plain = Experiment.from_flat({"suite": suite, "sharing": strategy, **SMALL, "tasks": fit})
    except Invalid as invalid:
        if {problem.where.split(".")[0] for problem in invalid.problems} <= {"sharing", "tasks"}:
            return []  # greyed in the form, for the very same reason
        raise
    methods = [method for method in catalog.methods() if plain.obstacle(method) is None]
    return [plain.set(weighting=method) for method in methods]


@pytest.mark.parametrize("strategy", sorted(catalog.strategies()))
@pytest.mark.parametrize("key", SUITES)
def test_no_loss_is_nan(key: str, strategy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = experiments(key, strategy)
    if not found:
        pytest.skip(f"{strategy} does not work with {key}, and says so")
    suite = type(found[0].the_suite)
    monkeypatch.setattr(suite, "load_whole", suite.load, raising=False)
    monkeypatch.setattr(suite, "load", lambda self, seed: few(self))
    training = Training([Run(one, 0) for one in found], device="cpu")
    training.record_all = True
    seen = []
    for event in training.events():
        seen.append(event)
        if isinstance(event, Stepped) and event.step == STEPS:
            training.stop()
    assert not [event.reason for event in seen if isinstance(event, Failed)]
    assert isinstance(seen[-1], Finished)
    measured = [event for event in seen if isinstance(event, Measured)]
    assert len(measured) == STEPS
    names = [one.weighting.name for one in found]
    for step in measured:
        for name, losses, weights in zip(names, step.losses, step.weights, strict=True):
            assert all(map(math.isfinite, losses)), (name, losses)
            assert all(map(math.isfinite, weights)), (name, weights)
    for scored in (event for event in seen if isinstance(event, Scored)):
        for name, losses, scores in zip(names, scored.losses, scored.scores, strict=True):
            assert all(map(math.isfinite, losses)), (name, scored.split, losses)
            assert all(map(math.isfinite, scores)), (name, scored.split, scores)


def test_most_of_the_catalogue_is_tried() -> None:
    """What is skipped is the exception: every suite trains with most strategies, every strategy with most suites."""
    tried = {(suite, strategy): experiments(suite, strategy) for suite in SUITES for strategy in catalog.strategies()}
    for suite in SUITES:
        assert sum(bool(tried[suite, strategy]) for strategy in catalog.strategies()) > len(catalog.strategies()) / 2
    for strategy in catalog.strategies():
        assert sum(bool(tried[suite, strategy]) for suite in SUITES) > 0
    methods = {one.weighting.name for found in tried.values() for one in found}
    assert methods == set(catalog.methods())
