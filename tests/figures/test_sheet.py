"""Figures are made without plotly's own checks, so these hold each of them against them."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from playground.figures.gains import gains
from playground.figures.steps import curves, overlays, pairs
from playground.figures.steps.lines import Extras
from playground.figures.style import Sheet
from tests.figures import samples

LOOK = samples.LOOK
CHANGES = ({"kind": "changed", "step": 100, "what": {"rate": 0.01}},)
KEPT = dict.fromkeys(samples.METRICS, (100, 300))
EXTRAS = Extras(changes=CHANGES, step=200, smooth=0.5, log=True, kept=KEPT)
CURVES = samples.curve_frame()
DRAWN = {
    "losses": lambda: curves.losses(CURVES, LOOK, True, EXTRAS),
    "weights": lambda: curves.weights(CURVES, LOOK, EXTRAS),
    "shares": lambda: curves.shares(CURVES, LOOK, EXTRAS),
    "norms": lambda: curves.norms(CURVES, LOOK, EXTRAS),
    "cosines": lambda: pairs.cosines(samples.cosine_frame(), LOOK, EXTRAS),
    "conflict": lambda: pairs.conflict(samples.conflict_frame(), EXTRAS),
    "condition": lambda: pairs.condition(samples.conflict_frame(), EXTRAS),
    "scores": lambda: curves.scores(samples.score_frame(), LOOK, samples.METRICS, samples.BASELINE, EXTRAS),
    "overlay": lambda: overlays.overlay({"a": CURVES, "b": CURVES}, LOOK, extras=EXTRAS),
    "gains": lambda: gains.gains(samples.gains_found(), LOOK),
}


@pytest.mark.parametrize("name", DRAWN)
def test_plotly_accepts_every_value(name):
    figure = DRAWN[name]()
    checked = go.Figure(figure.to_dict())
    assert len(checked.data) == len(figure.data) > 0
    assert checked.to_plotly_json()["layout"].keys() == figure.to_plotly_json()["layout"].keys()


def test_a_bad_value_would_be_found():
    sheet = Sheet({})
    sheet.add_scatter(x=[0], y=[0], line={"colour": "#000000"})
    with pytest.raises(ValueError, match="colour"):
        go.Figure(sheet.figure().to_dict())
