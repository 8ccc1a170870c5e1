"""Race: which method? All of them with equal tuning, on the same data, and what can be told of them."""

from __future__ import annotations

import streamlit as st

from playground.basics.words import N_, _
from playground.ui import scene, server
from playground.ui.frame import frame, still
from playground.ui.live import channel
from playground.ui.play import reserve
from playground.ui.race import contest_live, form, maps, results, state
from playground.ui.take_home.export import take_home_race

TITLE, ICON, PLACE = N_("Race"), ":material/flag:", 4

frame.need(TITLE)
store = server.store()
now = state.open_contest()
scene.write_address()

st.markdown("#### " + _("Which method? Let them race, tuned alike, and see what can be told."))
scene.show_said()

with st.sidebar:
    form.choose(now)

first = results.look(now)


@st.fragment(run_every=1.0 if first.active and not channel.served() else None)
@server.needed()
def live() -> None:
    """Everything that moves while a race goes on: by the channel, or by looking again each second where there is none."""
    seen = results.look(now)
    if scene.outdated(now) or (not channel.served() and seen.active != first.active):
        st.rerun()
    following = contest_live.following(seen)
    results.player(now, seen, following)
    with still.told(reserve.race(seen.race)):
        results.headline(seen, following)
    results.pictures(now, seen, following)
    results.downloads(now, seen)
    if seen.result.standings and not seen.active:
        take_home_race(store, seen.result)


live()
maps.stored()
