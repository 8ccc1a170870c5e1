"""Gains: a bar a task with its spread, Δm in grey, and a word where seeds are few."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from playground.figures import gains, style

from . import samples

LOOK = samples.LOOK


def _bars(figure) -> dict:
    return {trace.y[0]: trace for trace in figure.data if trace.type == "bar"}


def test_a_bar_a_task_in_its_colour_and_the_mean_in_grey():
    frame = samples.gain_frame()
    bars = _bars(gains.gains(frame, LOOK))
    assert list(bars) == [*LOOK.colors, gains.MEAN]
    for task, color in LOOK.colors.items():
        values = frame.loc[frame["task"] == task, "gain"]
        assert bars[task].marker.color.startswith(color)
        assert bars[task].x[0] == pytest.approx(values.mean())
        assert bars[task].error_x.array[0] == pytest.approx(values.std())
    assert bars[gains.MEAN].marker.color.startswith(style.SHARED)


def test_every_seed_is_a_dot():
    frame = samples.gain_frame(seeds=4)
    dots = {trace.y[0]: sorted(trace.x) for trace in gains.gains(frame, LOOK).data if trace.type == "scatter"}
    for task in LOOK.colors:
        assert dots[task] == sorted(frame.loc[frame["task"] == task, "gain"])


@pytest.mark.parametrize(("seeds", "few"), [(1, True), (2, True), (3, False), (8, False)])
def test_few_seeds_are_said_to_be_few(seeds, few):
    frame = samples.gain_frame(seeds=seeds)
    assert ("too few" in gains.gains(frame, LOOK).layout.title.subtitle.text) == few
    assert ("too few" in gains.gains_text(frame, LOOK)) == few


def test_the_mean_is_taken_over_complete_seeds():
    frame = pd.DataFrame({"task": ["digit", "ink", "digit", "ink"], "seed": [0, 0, 1, 1], "gain": [1.0, 3.0, 9.0, np.nan]})
    assert gains.mean_gain(frame).to_dict() == {0: 2.0}


def test_missing_gains_are_left_out():
    frame = samples.gain_frame()
    frame.loc[frame["task"] == "ink", "gain"] = np.nan
    assert list(_bars(gains.gains(frame, LOOK))) == ["digit", "parity", gains.MEAN]


def test_nothing_to_show_is_a_sentence():
    for frame in (samples.gain_frame().iloc[:0], samples.gain_frame().assign(gain=np.nan)):
        figure = gains.gains(frame, LOOK)
        assert len(figure.data) == 0
        assert figure.layout.annotations[0].text == gains.gains_text(frame, LOOK)


def test_zero_is_inside_and_titles_are_not_markup():
    look = style.Look(LOOK.colors, dict.fromkeys(LOOK.titles, "<i>x</i>"))
    figure = gains.gains(samples.gain_frame(), look)
    low, high = figure.layout.xaxis.range
    assert low == -high
    assert not any("<i>" in text for text in figure.layout.yaxis.ticktext)
    assert figure.layout.xaxis.title.text == "Gain (%)"


def test_words_hold_the_numbers():
    frame = pd.DataFrame({"task": ["digit"] * 3, "seed": [0, 1, 2], "gain": [-1.0, -2.0, -3.0]})
    assert "Which digit −2.0 %" in gains.gains_text(frame, LOOK)
