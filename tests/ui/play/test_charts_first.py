"""Which charts come first: those of the example that is shown or was changed, and what has nothing to say gives way."""

from __future__ import annotations

import pytest

from playground.figures.steps.lines import SIDE_BY_SIDE
from playground.measures import label
from playground.presets import CHARTS, presets
from playground.ui.play.over_steps import order
from playground.ui.scene import Scene, of_preset


@pytest.mark.parametrize("key", sorted(presets()))
def test_an_example_opens_on_its_own_charts_and_loses_none(key: str) -> None:
    found = order(of_preset(key))
    panels = {label(task) for task in presets()[key].experiment.the_tasks}
    if len(panels) > SIDE_BY_SIDE:  # so many panels have no room in the first row
        assert found[2] == "scores"
        assert set(presets()[key].charts) <= set(found[:3])
    else:
        assert found[:2] == presets()[key].charts
    assert sorted(found) == sorted(CHARTS)


def test_a_change_moves_no_chart_that_still_has_something_to_say() -> None:
    example = of_preset("digits_few_labels")
    assert order(example.changed(**{"sharing.depth": 1}))[:2] == order(example)[:2] == ("scores", "cosines")


def test_gradients_that_nobody_shares_give_way() -> None:
    apart = order(of_preset("digits_few_labels").changed(sharing="separate"))
    assert apart[:2] == ("scores", "losses")
    assert set(apart[2:]) == {"weights", "shares", "cosines", "norms", "conflict", "condition"}


def test_weights_that_are_always_one_give_way() -> None:
    example = of_preset("noisy_twins_weights")
    assert order(example)[0] == "weights"
    equal = order(Scene(example.experiment.set(weighting="equal"), 0, 1))
    assert "weights" not in equal[:2]
    assert order(Scene(example.experiment.set(weighting="dwa"), 0, 1))[0] == "weights"
