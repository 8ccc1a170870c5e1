"""The room that is kept for the headline is that of the longest one."""

from __future__ import annotations

import pytest

from playground.presets import presets
from playground.runs.precomputed import recorded
from playground.runs.results import history
from playground.runs.results.comparison import compare
from playground.runs.results.summary import sentence, standing
from playground.ui import scene
from playground.ui.play import reserve


@pytest.mark.parametrize("key", sorted(presets()))
def test_no_headline_of_an_example_is_longer(key: str) -> None:
    now = scene.of_preset(key)
    runs, baselines = ([one for run in group if (one := recorded.find(run))] for group in (now.runs(), now.baselines()))
    if not runs or not baselines:
        pytest.skip("its recording is of older code")
    steps = now.experiment.steps
    room = len(reserve.headline(now.experiment))
    cosines = history.cosines(runs)
    for comparison in (compare(runs, baselines), *(compare(runs, baselines, "validation", steps // part) for part in (2, 3))):
        assert len(f"{sentence(comparison, cosines)} {standing(comparison)}") <= room
