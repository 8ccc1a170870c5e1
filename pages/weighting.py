"""Weighting: watch the methods race in the plane, or draw gradients and see what every method makes of them."""

from __future__ import annotations

import streamlit as st

from playground.basics.words import N_, _
from playground.ui import scene
from playground.ui.frame import frame, still
from playground.ui.live import channel
from playground.ui.live.following import drawn
from playground.ui.weighting import arrows, form, landscape, page, results, state
from playground.ui.weighting import race as racing

TITLE, ICON, PLACE = N_("Weighting"), ":material/balance:", 3

frame.need(TITLE)
tab = page.open_address()

st.markdown("#### " + _("Two losses pull at the same numbers. Watch what each weighting method makes of it."))
scene.show_said()
tab = page.choose(tab)
page.write_address(tab)

with st.sidebar:
    if tab == page.RACE:
        form.choose()
    else:
        arrows.sliders()


@st.fragment(run_every=1.0 if tab == page.RACE and racing.look().active and not channel.served() else None)
def race() -> None:
    """Everything that moves while a race goes on: by the channel, or by looking again each second where there is none."""
    view = racing.look()
    if state.current() != planned or scene.unsaid() or (not channel.served() and view.active != active):
        st.rerun()
    following = landscape.following(view, st.session_state.get(state.GROUND, "sum"))
    with still.told(results.longest(view)):
        results.headline(view, following)
    with still.line():
        racing.status(view, following, drawn(landscape.names(view)))
    results.pictures(view, following)
    results.table(view, following)


if tab == page.RACE:
    planned, active = state.current(), racing.look().active
    race()
else:
    arrows.pictures()
