"""Curves: the colour is the task, the last point stays, nothing breaks on empty or missing values."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from playground.figures import style
from playground.figures.steps import curves, overlays, pairs
from playground.figures.steps.lines import Extras
from playground.figures.style import Look
from tests.figures import samples

LOOK = samples.LOOK
FIGURES = {
    "losses": (curves.losses, "loss", curves.losses_text),
    "weights": (curves.weights, "weight", curves.weights_text),
    "shares": (curves.shares, "share", curves.shares_text),
    "norms": (curves.norms, "norm", curves.norms_text),
}


@pytest.fixture(params=FIGURES)
def case(request):
    return FIGURES[request.param]


def _rgb(trace) -> str:
    return trace.line.color[:7]


def test_every_trace_has_the_colour_of_its_task(case):
    draw, _column, _words = case
    figure = draw(samples.curve_frame(), LOOK, extras=Extras(smooth=0.5))
    assert {trace.legendgroup for trace in figure.data} == set(LOOK.colors)
    for trace in figure.data:
        assert _rgb(trace) == LOOK.color(trace.legendgroup)


def test_axes_say_what_they_are(case):
    figure = case[0](samples.curve_frame(), LOOK)
    assert figure.layout.xaxis.title.text == "Step"
    assert figure.layout.yaxis.title.text
    assert figure.layout.title.text
    assert figure.layout.uirevision == "kept"


def test_each_task_is_named_once_in_the_legend(case):
    figure = case[0](samples.curve_frame(), LOOK, extras=Extras(smooth=0.5))
    assert [trace.name for trace in figure.data if trace.showlegend is not False] == list(LOOK.titles.values())


def test_traces_are_short_and_end_where_the_run_is(case):
    draw, column, _words = case
    frame = samples.curve_frame(steps=3001, every=1, seeds=2)
    for trace in draw(frame, LOOK).data:
        assert len(trace.x) <= style.MOST_POINTS
        assert trace.x[-1] == 3001
    figure = draw(frame, LOOK)
    last = frame[(frame["step"] == 3001) & (frame["task"] == "digit")][column].mean() * (100 if column == "share" else 1)
    line = next(trace for trace in figure.data if trace.uid == "digit-mean")
    assert line.y[-1] == pytest.approx(last, rel=1e-5)


def test_an_empty_frame_draws_a_sentence(case):
    draw, column, words = case
    for frame in (samples.curve_frame().iloc[:0], samples.curve_frame().assign(**{column: np.nan})):
        figure = draw(frame, LOOK)
        assert len(figure.data) == 0
        assert figure.layout.annotations[0].text.endswith(".")
        assert words(frame, LOOK).endswith(".")


def test_missing_values_leave_the_others(case):
    draw, column, _words = case
    frame = samples.curve_frame(steps=40)
    frame.loc[frame["task"].eq("ink") | frame["step"].lt(10), column] = np.nan
    figure = draw(frame, LOOK, extras=Extras(smooth=0.8))
    assert {trace.legendgroup for trace in figure.data} == {"digit", "parity"}
    assert all(np.isfinite(trace.y).all() for trace in figure.data)


def test_the_band_holds_every_seed_and_the_mean():
    frame = samples.curve_frame(steps=100)
    traces = {trace.uid: np.asarray(trace.y) for trace in curves.losses(frame, LOOK).data}
    table = frame[frame["task"] == "digit"].pivot(index="seed", columns="step", values="loss").to_numpy()
    assert traces["digit-low"] == pytest.approx(table.min(0), rel=1e-5)
    assert traces["digit-high"] == pytest.approx(table.max(0), rel=1e-5)
    assert traces["digit-mean"] == pytest.approx(table.mean(0), rel=1e-5)


def test_one_seed_has_no_band_and_says_so():
    figure = curves.losses(samples.curve_frame(seeds=1), LOOK)
    assert len(figure.data) == len(LOOK.colors)
    assert "no spread" in figure.layout.title.subtitle.text


def test_relative_losses_start_at_one():
    figure = curves.losses(samples.curve_frame(), LOOK, relative=True)
    assert [trace.y[0] for trace in figure.data] == pytest.approx([1.0] * len(figure.data))


def test_a_logarithmic_axis_needs_positive_values():
    frame = samples.curve_frame()
    assert curves.losses(frame, LOOK, extras=Extras(log=True)).layout.yaxis.type == "log"
    assert curves.losses(frame.assign(loss=-1.0), LOOK, extras=Extras(log=True)).layout.yaxis.type == "linear"


def test_turned_knobs_and_the_chosen_step_are_marked():
    changes = [{"kind": "changed", "step": 200, "what": {"rate": 0.01}}]
    figure = curves.losses(samples.curve_frame(), LOOK, extras=Extras(changes=changes, step=350))
    assert [shape.x0 for shape in figure.layout.shapes] == [200, 350]
    assert [note.text for note in figure.layout.annotations] == ["learning rate 0.01"]


def test_titles_of_tasks_do_not_become_markup(case):
    look = Look(LOOK.colors, dict.fromkeys(LOOK.titles, "<b>x</b>"))
    assert "<b>" not in json.dumps(case[0](samples.curve_frame(steps=20), look).to_plotly_json(), default=str)


def test_equal_weights_are_said_to_be_equal():
    equal = curves.weights(samples.curve_frame().assign(weight=1.0), LOOK)
    assert "the same" in equal.layout.title.subtitle.text
    assert "the same" not in curves.weights(samples.curve_frame(), LOOK).layout.title.subtitle.text


@pytest.mark.parametrize(("scale", "reach"), [(0.05, 0.25), (0.3, 0.5), (0.9, 1.05), (0.0, 0.25)])
def test_cosines_have_room_on_both_sides_of_zero(scale, reach):
    frame = pd.DataFrame({"seed": 0, "step": range(4), "first": "digit", "second": "ink", "cosine": [-scale, scale, 0, scale]})
    assert pairs.cosines(frame, LOOK).layout.yaxis.range == (-reach, reach)


def test_a_pair_has_two_colours_and_one_entry():
    figure = pairs.cosines(samples.cosine_frame(), LOOK)
    for first, second in (("digit", "parity"), ("digit", "ink"), ("parity", "ink")):
        traces = [trace for trace in figure.data if trace.legendgroup == f"{first}·{second}"]
        assert {_rgb(trace) for trace in traces} == {LOOK.color(first), LOOK.color(second)}
        assert sum(trace.showlegend is not False for trace in traces) == 1
    assert "pulling apart" in [note.text for note in figure.layout.annotations]


def test_cosines_without_gradients_are_a_sentence():
    empty = samples.cosine_frame().iloc[:0]
    assert pairs.cosines(empty, LOOK).layout.annotations[0].text == pairs.cosines_text(empty, LOOK)


def test_words_say_how_often_two_tasks_pull_apart():
    frame = pd.DataFrame({"seed": 0, "step": range(4), "first": "digit", "second": "ink", "cosine": [-0.5, 0.5, 0.5, 0.25]})
    words = pairs.cosines_text(frame, LOOK)
    assert "Which digit and How much ink: 25 % of the steps below zero, 0.25 at the end" in words


COMMON = {"conflict": (pairs.conflict, pairs.conflict_text), "condition": (pairs.condition, pairs.condition_text)}


@pytest.mark.parametrize("name", COMMON)
def test_what_all_tasks_have_in_common_is_grey(name):
    figure = COMMON[name][0](samples.conflict_frame(), Extras(smooth=0.8, step=100))
    assert {_rgb(trace) for trace in figure.data} == {style.SHARED}
    assert [trace.uid for trace in figure.data] == ["all-low", "all-high", "all-mean"]
    assert figure.layout.title.text
    assert figure.layout.yaxis.title.text
    assert [shape.x0 for shape in figure.layout.shapes] == [100]


@pytest.mark.parametrize("name", COMMON)
def test_without_gradients_it_is_a_sentence(name):
    draw, words = COMMON[name]
    for frame in (samples.conflict_frame().iloc[:0], samples.conflict_frame().assign(**{name: np.nan})):
        figure = draw(frame)
        assert len(figure.data) == 0
        assert figure.layout.annotations[0].text == words(frame) == "No gradients were measured."


def test_conflict_is_told_in_percent_of_all_steps():
    frame = pd.DataFrame({"seed": [0, 0, 1, 1], "step": [1, 2, 1, 2], "conflict": [1.0, 0.5, 0.0, 0.25], "condition": 2.0})
    line = next(trace for trace in pairs.conflict(frame).data if trace.uid == "all-mean")
    assert list(line.y) == [50.0, 37.5]
    assert "38 %" in pairs.conflict_text(frame)


def test_condition_numbers_are_smoothed_in_powers_of_ten():
    frame = pd.DataFrame({"seed": 0, "step": range(3), "conflict": 0.0, "condition": [10.0, 1e7, 10.0]})
    plain, smooth = (pairs.condition(frame, Extras(smooth=strength)).data[0].y for strength in (0.0, 0.5))
    assert list(plain) == pytest.approx([10, 1e7, 10])
    logs = style.smoothed(np.array([1.0, 7.0, 1.0]), 0.5)
    assert np.log10(smooth) == pytest.approx(logs, rel=1e-6)
    assert pairs.condition(frame).layout.yaxis.type == "log"
    assert pairs.condition_text(frame) == "Condition number of the Gramian over steps: from 10 to 10."


def test_scores_in_different_units_stand_apart():
    figure = curves.scores(samples.score_frame(), LOOK, samples.METRICS, samples.BASELINE)
    axes = {trace.name: trace.yaxis for trace in figure.data if trace.uid.endswith("mean")}
    assert axes == {"Which digit": "y", "Odd or even": "y", "How much ink": "y2"}
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]
    levels = {shape.line.color: shape.y0 for shape in figure.layout.shapes}
    assert levels == {LOOK.color(task): value for task, value in samples.BASELINE.items()}
    assert "alone at 93" in curves.scores_text(samples.score_frame(), LOOK, samples.BASELINE)


def test_an_overlay_has_a_dash_for_each_configuration():
    frames = {"equal": samples.curve_frame(), "other <i>": samples.curve_frame(seed=1), "empty": samples.curve_frame().iloc[:0]}
    figure = overlays.overlay(frames, LOOK, unit="Loss")
    for trace in figure.data:
        name, _hyphen, task = trace.uid.partition("-")
        assert trace.line.dash == style.method_dashes(frames)[name]
        assert _rgb(trace) == (style.MUTED if task == "key" else LOOK.color(task))
    shown = [trace.name for trace in figure.data if trace.showlegend is not False]
    assert shown == [*LOOK.titles.values(), "equal", "other &lt;i&gt;"]
    assert len(overlays.overlay({}, LOOK).data) == 0


def test_low_panels_have_their_titles_above_them():
    metrics = {task: f"metric of {task} (unit)" for task in samples.METRICS}
    figure = curves.scores(samples.score_frame(), LOOK, metrics)
    assert {note.text for note in figure.layout.annotations} == set(metrics.values())
    assert not figure.layout.yaxis3.title.text
    tops = [figure.layout[name].domain[1] for name in ("yaxis", "yaxis2", "yaxis3")]
    assert [note.y for note in figure.layout.annotations] == pytest.approx(tops)
    assert figure.layout.height > curves.scores(samples.score_frame(), LOOK, samples.METRICS).layout.height


def test_scores_are_never_smoothed_and_bands_are_of_what_was_measured():
    frame = samples.curve_frame()
    plain, smooth = (curves.losses(frame, LOOK, extras=Extras(smooth=strength)) for strength in (0.0, 0.9))
    bands = [
        {one.uid: list(one.y) for one in figure.data if str(one.uid).endswith(("-low", "-high"))} for figure in (plain, smooth)
    ]
    assert bands[0] == bands[1] != {}
    means = [{one.uid: list(one.y) for one in figure.data if str(one.uid).endswith("-mean")} for figure in (plain, smooth)]
    assert means[0] != means[1]
    scores = frame.assign(score=frame["loss"], split="validation")
    plain, smooth = (curves.scores(scores, LOOK, extras=Extras(smooth=strength)) for strength in (0.0, 0.9))
    assert plain.to_json() == smooth.to_json()
