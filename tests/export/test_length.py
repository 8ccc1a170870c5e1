"""Scripts are short: all lines counted, empty ones too."""

from __future__ import annotations

from statistics import median

import pytest

from playground import catalog
from playground.basics.errors import Invalid
from playground.experiment import Experiment
from playground.export.code import start
from playground.export.code.choice import Export, obstacle
from playground.export.code.script import script
from playground.presets import presets
from tests.experiments import suited

SHORT = 150


def middle(experiments: list[Experiment], framework: str) -> float:
    """The median of the lines of their scripts."""
    exports = [Export(one, framework=framework) for one in experiments]
    return median(len(script(one, start.rows_of(one)).splitlines()) for one in exports)


def pairs(framework: str) -> list[Experiment]:
    """Every strategy with every method that is offered on digits."""
    found = []
    for strategy in catalog.strategies():
        for method in catalog.methods():
            try:
                one = suited(strategy, weighting=method)
            except Invalid:
                continue
            if obstacle(one, framework) is None:
                found.append(one)
    return found


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
def test_the_scripts_of_the_examples_are_short(framework: str) -> None:
    offered = [one.experiment for one in presets().values() if not obstacle(one.experiment, framework)]
    assert len(offered) > 15
    assert middle(offered, framework) < SHORT


@pytest.mark.slow
@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
def test_the_scripts_of_all_pairs_are_short(framework: str) -> None:
    found = pairs(framework)
    assert len(found) > 100
    assert middle(found, framework) < SHORT
