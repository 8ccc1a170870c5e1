"""A tiny app for `test_chart.py`: one chart that grows four times a second, one that never changes."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

import numpy as np
import streamlit as st

from playground.figures import style
from playground.ui.charts.chart import live_chart

POINTS = int(st.query_params.get("points", 50))
TRACES = int(st.query_params.get("traces", 2))
EVERY = float(st.query_params.get("every", 0.25))


def figure(count: int):
    """`TRACES` noisy lines with `count` points."""
    import plotly.graph_objects as go

    rng = np.random.default_rng(0)
    chart = go.Figure(layout=style.layout("Growing", xaxis=style.axis("Step"), yaxis=style.axis("Loss")))
    for trace in range(TRACES):
        values = np.exp(-np.arange(count) / 40) + 0.1 * rng.normal(size=count) + trace
        color = style.TASK_COLORS[trace % 8]
        chart.add_scatter(x=np.arange(count), y=values, name=f"task {trace}", uid=f"{trace}", line={"color": color})
    return chart


def drawing(count: int) -> str:
    """A bar whose length is the count, in a wide and a narrow form."""
    bar = f'<rect class="moves" x="0" y="0" height="10" width="{count % 100}" fill="{style.TASK_COLORS[0]}"/>'
    return "".join(
        f'<div class="{form}"><svg class="drawing" viewBox="0 0 {width} 20">{bar}</svg></div>'
        for form, width in (("wide", 700), ("narrow", 200))
    )


@st.fragment(run_every=EVERY)
def growing() -> None:
    """Adds a point at every run."""
    subject = "another" if st.session_state.get("another") else "one"
    count = st.session_state["count"] = st.session_state.get("count", POINTS) + 1
    live_chart(figure(count), key="growing", alt=f"A chart of {count} points.", subject=subject)
    live_chart(drawing(count), key="drawing", alt="A bar that moves.")
    live_chart(figure(20), key="still", alt="A chart that never changes.")


growing()
st.checkbox("Another subject", key="another")
if st.button("Run the whole page"):
    st.write("Ran again")
