"""Strategies side by side: every number that was measured is in the picture and in its words, whatever its shape."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import plotly.graph_objects as go
import pytest

from playground import catalog
from playground.basics.errors import Invalid
from playground.experiment import Run
from playground.figures import style
from playground.figures.gains import sharing
from playground.training.loop import Training
from playground.training.observing.events import Learned
from tests.experiments import small
from tests.figures import samples

LOOK = samples.LOOK
TASKS = ("digit", "parity", "ink")
LEVELS = ["64 units", "32 units"]
STEPS = np.array([0, 10, 20, 30, 40, 50])


def chance(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).uniform(0.1, 0.9, shape)


SHAPES = {
    "distance": (2, 3),
    "size": (2, 3),
    "open": (2, 3),
    "singular": (2, 3),
    "mix": (2, 3, 3),
    "alpha": (2, 6, 6),
    "beta": (3, 2),
    "gate": (3, 4),
    "mask": (2, 3, 32),
    "cka": (3, 3, 3),
    "affinity": (3, 3),
    "new to all": (2, 3),
    "new <i>too</i>": (4,),
    "new as well": (2, 5, 7),
}


@pytest.mark.parametrize("name", SHAPES)
def test_everything_that_is_learned_is_drawn_and_said(name: str) -> None:
    values = chance(2, len(STEPS), *SHAPES[name])
    figure, words = sharing.learned(name, STEPS, values, TASKS, LOOK, LEVELS)
    assert words.endswith(".")
    if isinstance(figure, go.Figure):
        go.Figure(figure.to_dict())
        assert figure.layout.xaxis.title.text == "Step"
        assert len({trace.uid for trace in figure.data}) == len(figure.data)
        assert [trace.name for trace in figure.data if trace.name and trace.showlegend is not False] == [*LOOK.titles.values()]
    else:
        ET.fromstring(figure)
        assert "<i>" not in figure
        moments = 3 if SHAPES[name][-1] <= sharing.NARROW else 2
        assert figure.count("<svg") == moments * (SHAPES[name][0] if len(SHAPES[name]) > 2 else 1)
        colors = set(re.findall(r"#[0-9a-f]{6}", figure))
        assert colors <= {*style.TASK_COLORS, *style.DARK}, "every colour has a partner on a dark page"


def test_likeness_stands_beside_what_it_is_to_be_compared_with() -> None:
    values = chance(2, len(STEPS), 3, 3, 3)
    values[:, -1, 0, 0, 1] = -0.04
    twins = chance(2, 2, 3)
    figure, words = sharing.learned("cka", STEPS, values, TASKS, LOOK, LEVELS, twins=twins)
    assert isinstance(figure, str)
    drawn = ET.fromstring(figure)
    captions = [one.text for one in drawn.iter("div") if one.get("class") == "quiet"]
    assert captions == ["untrained", "step 20", "step 50", "two networks of one task"] * 3
    cells = [
        [one.text for one in svg.iter("{http://www.w3.org/2000/svg}text") if one.text]
        for svg in drawn.iter("{http://www.w3.org/2000/svg}svg")
    ]
    mean = twins.mean(0)
    for level in range(3):
        assert cells[4 * level + 3] == [style.number(round(value, 2), 2) for value in mean[min(level, 1)]]
    assert cells[2][1] == "−0.04"
    assert f"two networks of one task: {LOOK.title('digit')} {style.number(round(mean[0, 0], 2), 2)}" in words
    assert words.count("untrained: ") == 3
    plain, few = sharing.learned("cka", STEPS[1:], values[:, 1:], TASKS, LOOK, LEVELS)
    assert "untrained" not in str(plain) + few
    assert "two networks" not in str(plain) + few


def test_a_likeness_below_zero_has_no_colour() -> None:
    values = np.full((1, 1, 1, 3, 3), -0.3)
    figure, words = sharing.learned("cka", STEPS[:1], values, TASKS, LOOK, LEVELS)
    fills = set(re.findall(r'fill="([^"]+)"', str(figure)))
    assert style.faint(style.SHARED, 0.0) in fills
    assert not any(style.faint(style.SHARED, part / 100) in fills for part in range(1, 100))
    assert "−0.3" in words
    assert words.count("NaN") == 0


@pytest.mark.parametrize("strategy", sorted(catalog.strategies()))
def test_what_every_strategy_learns_has_a_reading_and_a_picture(strategy: str) -> None:
    try:
        experiment = small(sharing=strategy, steps=10)
    except Invalid:
        return  # a strategy for other networks; that it says so is its own test
    told = [event for event in Training([Run(experiment, 0)]).events() if isinstance(event, Learned)]
    look = style.look_of(experiment.the_suite.tasks())
    for name in {name for event in told for name in event.values}:
        assert name in sharing.READINGS, "an entry there says what to see"
        values = np.array([[event.values[name][0] for event in told if name in event.values]], float)
        figure, words = sharing.learned(name, np.arange(values.shape[1]), values, experiment.tasks, look, LEVELS)
        assert figure
        assert words


def test_a_gate_of_several_levels_names_tasks_and_what_is_common() -> None:
    figure, words = sharing.learned("gate", STEPS, chance(1, len(STEPS), 2, 4, 5), TASKS, LOOK, LEVELS)
    assert "block 2 (32 units)" in str(figure)
    assert "in common" in words


def test_cells_show_the_mean_over_seeds_or_the_first_seed() -> None:
    values = np.zeros((2, 1, 1, 3, 3))
    values[1] = 0.5
    assert ">0.25<" in str(sharing.learned("mix", STEPS[:1], values, TASKS, LOOK, LEVELS)[0])
    assert "0.5" not in str(sharing.learned("gate", STEPS[:1], values[:, :, 0], TASKS, LOOK, LEVELS)[0]), (
        "experts have no order"
    )


def test_affinity_is_the_mean_so_far_in_percent_and_green_where_it_helps() -> None:
    values = np.array([[[[0.02, -0.01], [0.0, 0.04]], [[0.04, -0.03], [np.nan, 0.02]]]])
    figure, words = sharing.learned("affinity", STEPS[:2], values, TASKS[:2], LOOK, LEVELS)
    last = str(figure).split("<svg")[-1]
    assert re.findall(r">([−+–][\d.]*|–)</text>", last) == ["+3.0", "−2.0", "+0.00", "+3.0"]
    assert style.RIGHT in last
    assert style.WRONG in last
    assert "−2" in words


def test_the_legend_names_every_task() -> None:
    markup, words = sharing.legend(TASKS, LOOK)
    assert all(LOOK.color(task) in markup and LOOK.title(task) in words for task in TASKS)
