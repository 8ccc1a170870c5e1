"""Sharing: the same tasks under two to four strategies, side by side, and how the gain depends on what is turned."""

from __future__ import annotations

import streamlit as st

from playground.ui import form, frame, keys, player, scene, server, sharing, sharing_board
from playground.ui.sharing_board import Bench
from playground.ui.status import progress
from playground.ui.watch import View, look_at, shown
from playground.words import _

frame.need()
store = server.store()
now = sharing.open_study()
scene.write_address()

st.markdown("#### " + _("Let the same tasks share in different ways, and see when it pays."))
scene.show_said()

with st.sidebar:
    sharing.choose_example(now)
    form.choose_tasks(now.experiment)
    sharing.choose_strategies(now)
    form.choose_labels(now.experiment)
    with st.expander(_("Weighting"), icon=":material/balance:"):
        form.choose_weighting(now.experiment)
    form.choose_schedule(now.experiment)
    form.choose_rest(now.experiment, likeness=False)

sharing.choose_view(now)
if now.view == "size":
    sharing.choose_fewer(now)
elif now.view != "relatedness" and not form.choose_likeness(now.experiment):
    st.caption(_("These tasks are as they are; how much each has to learn from is set under Labels per task."))


first, _stale = shown(store, now, keys.STUDIED)


@st.fragment(run_every=1.0 if first.active else None)
@server.needed()
def live() -> None:
    """Everything that moves while runs go on."""
    view, stale = shown(store, now, keys.STUDIED)
    if scene.current() != now or view.active != first.active:
        st.rerun()
    view = player.wait_for_first_point(view, lambda: look_at(store, now))
    player.buttons(View(now, [], [], {}, False) if stale else view)
    progress(view, stale)
    bench = Bench(view)
    sharing_board.headline(bench)
    if now.view == sharing.SIDE:
        sharing_board.networks(bench)
        sharing_board.upper(bench)
        sharing_board.table(bench)
        sharing_board.lower(bench)
    else:
        sharing_board.sweep(bench)


live()
