"""Every figure on one page, from made-up frames: to look at, and for the tests. Run it with `streamlit run`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import streamlit as st

from playground.figures.gains import gains
from playground.figures.network import network
from playground.figures.steps import curves, overlays, pairs
from playground.figures.steps.lines import Extras
from playground.figures.style import look_of
from playground.figures.views import views
from playground.ui.charts.chart import live_chart
from tests.figures import samples

st.set_page_config(layout="wide")
look, frame = samples.LOOK, samples.curve_frame()
smooth = Extras(smooth=0.8, changes=[{"kind": "changed", "step": 200, "what": {"rate": 0.01}}], step=350)

left, right = st.columns(2)
with left:
    live_chart(curves.losses(frame, look), key="losses", alt=curves.losses_text(frame, look))
    live_chart(curves.weights(frame, look), key="weights", alt=curves.weights_text(frame, look))
    cosines = samples.cosine_frame()
    live_chart(pairs.cosines(cosines, look, Extras(smooth=0.8)), key="cos", alt=pairs.cosines_text(cosines, look))
    live_chart(gains.gains(samples.gains_found(), look), key="gains", alt=gains.gains_text(samples.gains_found(), look))
    live_chart(curves.losses(frame.iloc[:0], look), key="empty", alt=curves.losses_text(frame.iloc[:0], look))
with right:
    live_chart(curves.losses(frame, look, relative=True, extras=smooth), key="relative", alt=curves.losses_text(frame, look))
    live_chart(curves.shares(frame, look), key="shares", alt=curves.shares_text(frame, look))
    score = samples.score_frame()
    live_chart(
        curves.scores(score, look, samples.METRICS, samples.BASELINE, Extras(height=460)),
        key="scores",
        alt=curves.scores_text(score, look, samples.BASELINE),
    )
    frames = {"equal": frame, "uncertainty weighting": samples.curve_frame(seed=7)}
    live_chart(overlays.overlay(frames, look, unit="Loss"), key="overlay", alt=overlays.overlay_text(frames, look))
    few = samples.gains_found(samples.gain_frame(seeds=1))
    live_chart(gains.gains(few, look), key="few", alt=gains.gains_text(few, look))

for column, networks in zip(
    st.columns(2), (list(samples.diagrams().items())[0::2], list(samples.diagrams().items())[1::2]), strict=True
):
    with column:
        for name, (diagram, titles) in networks:
            weights = {task: 0.3 + 0.4 * place for place, task in enumerate(diagram.tasks)}
            st.caption(name)
            live_chart(network.network(diagram, titles, weights), key=name, alt=network.describe(diagram, titles, weights))

for make in samples.PROBES:
    probe, tasks, outputs = make()
    figure, words = views.view(probe, tasks, look_of(tasks), outputs)
    live_chart(figure, key=probe.view, alt=words)
