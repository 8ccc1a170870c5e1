"""Weighting: watch the methods race in the plane, or draw gradients and see what every method makes of them."""

from __future__ import annotations

import streamlit as st

from playground.ui import arrows, frame, landscape, scene, tabs
from playground.words import _

frame.need()
tab = tabs.open_address()

st.markdown("#### " + _("Two losses pull at the same numbers. Watch what each weighting method makes of it."))
scene.show_said()
tab = tabs.choose(tab)
tabs.write_address(tab)

with st.sidebar:
    if tab == tabs.RACE:
        landscape.form()
    else:
        arrows.sliders()


@st.fragment(run_every=1.0 if tab == tabs.RACE and landscape.look().active else None)
def race() -> None:
    """Everything that moves while a race goes on."""
    view = landscape.look()
    if landscape.current() != planned or view.active != active:
        st.rerun()
    landscape.headline(view)
    landscape.status(view)
    landscape.pictures(view)
    landscape.table(view)


if tab == tabs.RACE:
    planned, active = landscape.current(), landscape.look().active
    race()
else:
    arrows.pictures()
