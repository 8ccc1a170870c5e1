"""Strategies side by side: every number that was measured is in the picture and in its words, whatever its shape."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from experiments import small

from playground import catalog
from playground.errors import Invalid
from playground.experiment import Run
from playground.figures import sharing, style
from playground.training.events import Learned
from playground.training.loop import Training

from . import samples

LOOK = samples.LOOK
TASKS = ("digit", "parity", "ink")
NAMES = ["Hard sharing", "Soft <b>sharing</b>"]
LEVELS = ["64 units", "32 units"]
STEPS = np.array([0, 10, 20, 30, 40, 50])


def sweep_frame(values: tuple[float, ...] = (0.0, 0.5, 1.0), seeds: int = 3) -> pd.DataFrame:
    """Columns strategy, value, task, seed, gain."""
    rng = np.random.default_rng(0)
    rows = [
        (place, value, task, seed, 40 * value - 20 + 5 * place + rng.normal())
        for place in (0, 1)
        for value in values
        for task in TASKS
        for seed in range(seeds)
    ]
    return pd.DataFrame(rows, columns=["strategy", "value", "task", "seed", "gain"])


def chance(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).uniform(0.1, 0.9, shape)


def test_gains_stand_by_task_and_strategy_in_colour_and_dash() -> None:
    frame = sweep_frame((1.0,))
    figure = sharing.gains(frame, LOOK, NAMES)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [trace.line.color for trace in lines] == [LOOK.color(task) for task in TASKS for _strategy in NAMES]
    assert [trace.line.dash for trace in lines] == list(style.DASHES[:2]) * 3
    mean = frame[(frame["task"] == "parity") & (frame["strategy"] == 1)]["gain"]
    dots = {trace.uid: trace.x[0] for trace in figure.data if trace.uid.startswith("mean-")}
    assert dots["mean-parity 1"] == pytest.approx(mean.mean())
    ends = next(trace.x for trace in lines if trace.uid == "line-parity 1")
    assert (ends[1] - ends[0]) / 2 == pytest.approx(mean.std(ddof=1))
    assert "<b>sharing" not in str(figure.layout.yaxis.ticktext), "a name is no markup"
    assert f"{mean.mean():+.1f}" in sharing.gains_text(frame, LOOK, NAMES)


def test_a_single_seed_has_no_spread() -> None:
    frame = sweep_frame((1.0,), seeds=1)
    assert "One seed" in sharing.gains(frame, LOOK, NAMES).layout.title.subtitle.text
    assert "±" not in sharing.gains_text(frame, LOOK, NAMES)


def test_a_sweep_is_a_line_a_task_and_strategy_with_a_band() -> None:
    frame = sweep_frame()
    figure = sharing.against(frame, LOOK, NAMES, "Gain", "Relatedness p")
    traces = {trace.uid: trace for trace in figure.data}
    rows = frame[(frame["task"] == "ink") & (frame["strategy"] == 1)].groupby("value")["gain"]
    line = traces["ink-1"]
    assert list(line.x) == [0, 0.5, 1]
    assert list(line.y) == pytest.approx(rows.mean().tolist())
    assert line.line.color == LOOK.color("ink")
    assert line.line.dash == style.DASHES[1]
    assert list(traces["ink-1-high"].y) == pytest.approx((rows.mean() + rows.std()).tolist())
    named = [trace.name for trace in figure.data if trace.showlegend is not False]
    assert [*LOOK.titles.values()] == named[:3] or set(LOOK.titles.values()) < set(named)
    assert figure.layout.xaxis.title.text == "Relatedness p"
    assert figure.layout.yaxis.title.text == "Gain (%)"
    words = sharing.against_text(frame, LOOK, NAMES, "Gain")
    assert all(f"{value:g}:" in words for value in (0, 0.5, 1))
    assert sharing.against(frame, LOOK, NAMES, "Gain", "Labels", log=True).layout.xaxis.type == "log"


@pytest.mark.parametrize(
    "draw", [lambda frame: sharing.gains(frame, LOOK, NAMES), lambda frame: sharing.against(frame, LOOK, NAMES, "Gain", "p")]
)
def test_plotly_accepts_every_value_and_nothing_is_a_sentence(draw) -> None:
    go.Figure(draw(sweep_frame()).to_dict())
    nothing = draw(sweep_frame().iloc[:0])
    assert len(nothing.data) == 0
    assert nothing.layout.annotations[0].text.endswith(".")


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
