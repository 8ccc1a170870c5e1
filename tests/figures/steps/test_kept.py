"""The steps that count, on curves and in words."""

from __future__ import annotations

import pytest

from playground.figures.steps import curves, kept
from playground.figures.steps.lines import Extras
from tests.figures import samples

LOOK = samples.LOOK
KEPT = {"digit": [100, 301], "parity": [100, 301], "ink": [101, 101]}


def marks(figure):
    return {trace.uid: trace for trace in figure.data if trace.uid.endswith("-kept")}


def test_every_kept_step_is_a_mark_on_the_curve_of_its_task():
    figure = curves.losses(samples.curve_frame(), LOOK, extras=Extras(kept=KEPT))
    found = marks(figure)
    assert {uid: list(trace.x) for uid, trace in found.items()} == {
        "digit-kept": [100, 301],
        "parity-kept": [100, 301],
        "ink-kept": [101],
    }
    lines = {trace.legendgroup: trace for trace in figure.data if trace.uid.endswith("-mean")}
    for trace in found.values():
        line = lines[trace.legendgroup]
        assert trace.marker.color == line.line.color
        # Thinned for the screen, the line still has this step.
        assert 301 not in trace.x or list(trace.y)[-1] == pytest.approx(line.y[list(line.x).index(301)], rel=0.2)


def test_marks_stand_in_the_panel_of_their_task():
    figure = curves.scores(samples.score_frame(), LOOK, samples.METRICS, extras=Extras(kept=KEPT))
    assert {uid: trace.yaxis for uid, trace in marks(figure).items()} == {
        "digit-kept": "y",
        "parity-kept": "y",
        "ink-kept": "y2",
    }
    assert "Diamond" in figure.layout.title.text or "Diamond" in str(figure.layout.to_plotly_json())


def test_other_curves_and_runs_that_kept_nothing_have_no_marks():
    frame = samples.curve_frame()
    assert not marks(curves.losses(frame, LOOK))
    for draw in (curves.weights, curves.shares, curves.norms):
        assert not marks(draw(frame, LOOK, extras=Extras(kept=KEPT)))


def test_the_words_say_which_steps():
    frame = samples.curve_frame()
    assert curves.losses_text(frame, LOOK, KEPT).endswith(
        "Kept: Which digit at step 100–301, Odd or even at step 100–301, How much ink at step 101."
    )
    same = dict.fromkeys(KEPT, (240, 240))
    assert curves.scores_text(samples.score_frame(), LOOK, None, same).endswith(" Kept: step 240.")
    assert "Kept" not in curves.losses_text(frame, LOOK)
    assert kept.span([]) == "–"
    assert kept.span([5]) == "5"
    assert kept.sentence({}, LOOK) == ""
