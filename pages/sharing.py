"""Sharing: the same tasks under two to four strategies, side by side, and how the gain depends on what is turned."""

from __future__ import annotations

import streamlit as st

from playground.basics.words import N_, _
from playground.ui import keys, scene, server
from playground.ui.form import form
from playground.ui.frame import frame, still
from playground.ui.live import channel, player
from playground.ui.live.following import drawn
from playground.ui.live.status import progress
from playground.ui.live.watch import View, look_at, shown
from playground.ui.play import reserve
from playground.ui.sharing import live as sharing_live
from playground.ui.sharing import results, state, sweeps
from playground.ui.sharing.results import Bench

TITLE, ICON, PLACE = N_("Sharing"), ":material/account_tree:", 2

frame.need(TITLE)
store = server.store()
now = state.open_study()
scene.write_address()

st.markdown("#### " + _("Let the same tasks share in different ways, and see when it pays."))
scene.show_said()

with st.sidebar:
    state.choose_example(now)
    form.choose_tasks(now.experiment)
    state.choose_strategies(now)
    form.choose_labels(now.experiment)
    with st.expander(_("Weighting"), icon=":material/balance:"):
        form.choose_weighting(now.experiment)
    form.choose_schedule(now.experiment)
    form.choose_rest(now.experiment, likeness=False)

with st.container(key="still-row"):
    left, right = st.columns([1.4, 1], gap="medium", vertical_alignment="bottom")
with left:
    state.choose_view(now)
with right:
    if now.view == "size":
        state.choose_fewer(now)
    elif now.view != "relatedness" and not form.choose_likeness(now.experiment):
        st.caption(_("These tasks are as they are; how much each has to learn from is set under Labels per task."))


first, _stale = shown(store, now, keys.STUDIED)


@st.fragment(run_every=1.0 if first.active and not channel.served() else None)
@server.needed()
def live() -> None:
    """Everything that moves while runs go on: by the channel, or by looking again each second where there is none."""
    view, stale = shown(store, now, keys.STUDIED)
    moved = not channel.served() and view.active != first.active
    if moved or scene.outdated(now) or not scene.readable(now):
        st.rerun()
    if not channel.served():
        view = player.wait_for_first_point(view, lambda: look_at(store, now))
    player.buttons(View(now, [], [], {}, False) if stale else view, view if stale else None)
    bench = Bench(view, sharing_live.following(view, stale))
    below = results.kept_lower(bench) if now.view == state.SIDE else ([], [])
    with still.line():
        progress(view, stale, bench.following, drawn(sharing_live.names(bench, below)))
    with still.told(reserve.study(bench.study.experiment, bench.names)):
        results.headline(bench)
    if now.view == state.SIDE:
        # What moves most comes first.
        results.upper(bench)
        results.networks(bench)
        results.table(bench)
        results.lower(bench, below)
    else:
        sweeps.sweep(bench)


live()
