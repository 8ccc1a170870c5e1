"""Gains: a bar a task with its interval, Δm in grey, faint where nothing is told, and a word where seeds are few."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from playground.figures import style
from playground.figures.gains import gains
from playground.runs.results.comparison import differences_of
from playground.statistics.differences import MEAN, together
from tests.figures import samples

LOOK = samples.LOOK


def _bars(figure) -> dict:
    return {trace.y[0]: trace for trace in figure.data if trace.type == "bar"}


def test_a_bar_a_task_in_its_colour_with_its_interval_and_the_mean_in_grey():
    found = samples.gains_found()
    bars = _bars(gains.gains(found, LOOK))
    assert list(bars) == [*LOOK.colors, MEAN]
    for name, bar in bars.items():
        one, color = found[name], style.SHARED if name == MEAN else LOOK.color(name)
        assert bar.marker.color.startswith(color)
        assert bar.x[0] == pytest.approx(one.mean)
        assert bar.x[0] + bar.error_x.array[0] == pytest.approx(one.high)
        assert bar.error_x.visible


def test_what_is_not_told_is_drawn_faint_and_says_so():
    frame = pd.DataFrame(
        [
            (task, seed, value)
            for task, row in {"digit": (1, 2, 1.5), "ink": (-1, 2, 0.5)}.items()
            for seed, value in enumerate(row)
        ],
        columns=["task", "seed", "gain"],
    )
    found = together(differences_of(frame, ["digit", "ink"], 0.0))
    figure = gains.gains(found, LOOK)
    strength = {name: int(bar.marker.color[7:], 16) for name, bar in _bars(figure).items()}
    assert not found["ink"].told
    assert strength["ink"] < 100
    alone = gains.gains(differences_of(frame, ["digit"], 0.0), LOOK)
    assert int(_bars(alone)["digit"].marker.color[7:], 16) > 150
    assert "not told" in figure.layout.yaxis.ticktext[1]
    assert "not told" not in alone.layout.yaxis.ticktext[0]


def test_every_seed_is_a_dot():
    frame = samples.gain_frame(seeds=4)
    figure = gains.gains(samples.gains_found(frame), LOOK)
    dots = {trace.y[0]: sorted(trace.x) for trace in figure.data if trace.type == "scatter"}
    for task in LOOK.colors:
        assert dots[task] == sorted(frame.loc[frame["task"] == task, "gain"])


def test_one_seed_is_said_to_tell_nothing():
    for seeds in (1, 2, 8):
        found = samples.gains_found(samples.gain_frame(seeds=seeds))
        for text in (gains.gains(found, LOOK).layout.title.subtitle.text, gains.gains_text(found, LOOK)):
            assert ("one seed" in text) == (seeds == 1)
            assert ("95 % intervals" in text) == (seeds > 1)


def test_seeds_without_a_gain_are_named():
    frame = samples.gain_frame()
    frame.loc[(frame["task"] == "ink") & (frame["seed"] == 3), "gain"] = np.nan
    found = samples.gains_found(frame)
    assert "seed 3" in gains.gains(found, LOOK).layout.title.subtitle.text
    assert found[MEAN].failed == (3,)


def test_missing_gains_are_left_out():
    frame = samples.gain_frame()
    frame.loc[frame["task"] == "ink", "gain"] = np.nan
    assert list(_bars(gains.gains(samples.gains_found(frame), LOOK))) == ["digit", "parity"]


def test_nothing_to_show_is_a_sentence():
    for found in ({}, samples.gains_found(samples.gain_frame().assign(gain=np.nan))):
        figure = gains.gains(found, LOOK)
        assert len(figure.data) == 0
        assert figure.layout.annotations[0].text == gains.gains_text(found, LOOK)
    assert gains.gains({}, LOOK, "Too early.").layout.annotations[0].text == "Too early."


def test_zero_is_inside_and_titles_are_not_markup():
    look = style.Look(LOOK.colors, dict.fromkeys(LOOK.titles, "<i>x</i>"))
    figure = gains.gains(samples.gains_found(), look)
    low, high = figure.layout.xaxis.range
    assert low == -high
    assert not any("<i>" in text for text in figure.layout.yaxis.ticktext)
    assert figure.layout.xaxis.title.text == "Gain (%)"


def test_words_hold_the_numbers_and_nothing_is_minus_zero():
    frame = pd.DataFrame({"task": ["digit"] * 3, "seed": [0, 1, 2], "gain": [-1.0, -2.0, -3.0]})
    found = differences_of(frame, ["digit"], 0.0)
    assert "“Which digit” is too close to tell: −2.0 % [−4.5, +0.5]" in gains.gains_text(found, LOOK)
    tiny = differences_of(frame.assign(gain=[-0.04, 0.02, 0.0]), ["digit"], 0.0)
    assert "−0.0 %" not in str(gains.gains(tiny, LOOK).layout.yaxis.ticktext)
