"""What strategies gained, side by side: means, intervals and seeds are in the picture and in its words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from playground.figures import style
from playground.figures.gains import compared
from playground.runs.results import sweeps
from playground.statistics.differences import Difference
from tests.figures import samples

LOOK = samples.LOOK
TASKS = ("digit", "parity", "ink")
NAMES = ["Hard sharing", "Soft <b>sharing</b>"]

Found = dict[tuple[int, float, str], Difference]


def found(values: tuple[float, ...] = (0.0, 0.5, 1.0), seeds: int = 3) -> Found:
    """Gains that grow from -20 to +20 with the value, under two strategies."""
    rng = np.random.default_rng(0)
    rows = [
        (place, value, task, seed, 40 * value - 20 + 5 * place + rng.normal())
        for place in (0, 1)
        for value in values
        for task in TASKS
        for seed in range(seeds)
    ]
    return sweeps.differences(pd.DataFrame(rows, columns=["strategy", "value", "task", "seed", "gain"]), 0.0)


def test_gains_stand_by_task_and_strategy_in_colour_and_dash_with_their_intervals() -> None:
    told = found((1.0,))
    figure = compared.gains(told, LOOK, NAMES)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [trace.line.color for trace in lines] == [LOOK.color(task) for task in TASKS for _strategy in NAMES]
    assert [trace.line.dash for trace in lines] == list(style.DASHES[:2]) * 3
    one = told[1, 1.0, "parity"]
    dots = {trace.uid: trace for trace in figure.data if trace.uid.startswith("mean-")}
    assert dots["mean-parity 1"].x[0] == pytest.approx(one.mean)
    ends = next(trace.x for trace in lines if trace.uid == "line-parity 1")
    assert list(ends) == pytest.approx([one.low, one.high])
    for (place, _value, task), one in told.items():
        inside = dots[f"mean-{task} {place}"].marker.color
        assert (inside == LOOK.color(task)) == one.told, "only what is told is full"
    assert "<b>sharing" not in str(figure.layout.yaxis.ticktext), "a name is no markup"
    assert f"{told[0, 1.0, 'ink'].interval()}" in compared.gains_text(told, LOOK, NAMES)


def test_a_single_seed_has_no_spread() -> None:
    told = found((1.0,), seeds=1)
    assert "One seed" in compared.gains(told, LOOK, NAMES).layout.title.subtitle.text
    words = compared.gains_text(told, LOOK, NAMES)
    assert "[" not in words
    assert "gains" not in words


def test_a_sweep_is_a_line_a_task_and_strategy_with_its_intervals_as_a_band() -> None:
    told = found()
    figure = compared.against(told, LOOK, NAMES, "Gain", "Relatedness p")
    traces = {trace.uid: trace for trace in figure.data}
    points = [told[1, value, "ink"] for value in (0.0, 0.5, 1.0)]
    line = traces["ink-1"]
    assert list(line.x) == [0, 0.5, 1]
    assert list(line.y) == pytest.approx([one.mean for one in points])
    assert line.line.color == LOOK.color("ink")
    assert line.line.dash == style.DASHES[1]
    assert list(traces["ink-1-high"].y) == pytest.approx([one.high for one in points])
    assert list(traces["ink-1-low"].y) == pytest.approx([one.low for one in points])
    assert [dot == LOOK.color("ink") for dot in line.marker.color] == [one.told for one in points]
    named = [trace.name for trace in figure.data if trace.showlegend is not False]
    assert set(LOOK.titles.values()) < set(named)
    assert figure.layout.xaxis.title.text == "Relatedness p"
    assert figure.layout.yaxis.title.text == "Gain (%)"
    words = compared.against_text(told, LOOK, NAMES, "Gain")
    assert all(f"{value:g}:" in words for value in (0, 0.5, 1))
    assert compared.against(told, LOOK, NAMES, "Gain", "Labels", log=True).layout.xaxis.type == "log"


@pytest.mark.parametrize(
    "draw", [lambda told: compared.gains(told, LOOK, NAMES), lambda told: compared.against(told, LOOK, NAMES, "Gain", "p")]
)
def test_plotly_accepts_every_value_and_nothing_is_a_sentence(draw) -> None:
    go.Figure(draw(found((1.0,))).to_dict())
    nothing = draw({})
    assert len(nothing.data) == 0
    assert nothing.layout.annotations[0].text.endswith(".")
