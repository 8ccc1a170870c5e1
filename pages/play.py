"""The Playground: pick tasks, a way of sharing and a way of weighing, press Play, and watch."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from playground.ui import board, form, frame, keys, player, scene, server
from playground.ui.board import Board
from playground.ui.download import downloads
from playground.ui.status import progress
from playground.ui.watch import look_at, shown
from playground.words import _

frame.need()
store = server.store()
now = scene.current()
scene.write_address()

st.markdown("#### " + _("Train one network on several tasks, and watch them help or fight each other."))
scene.show_said()

with st.sidebar:
    form.choose_preset()
    form.choose_tasks(now.experiment)
    form.choose_sharing(now.experiment)
    form.choose_weighting(now.experiment)
    form.choose_schedule(now.experiment)
    form.choose_labels(now.experiment)
    form.choose_rest(now.experiment)


first, _stale = shown(store, now, keys.SHOWN)


@st.fragment(run_every=1.0 if first.active else None)
@server.needed()
def live() -> None:
    """Everything that moves while a run goes on."""
    view, stale = shown(store, now, keys.SHOWN)
    if stale:
        view = replace(view, scene=now)
    if scene.current() != now or view.active != first.active:
        st.rerun()
    view = player.wait_for_first_point(view, lambda: look_at(store, now))
    player.buttons(view)
    progress(view, stale)
    step = None if view.active else st.session_state.get(keys.SCRUB)
    drawn = Board(view, step)
    steps = drawn.recorded_steps()
    if step is not None and (not steps or step >= steps[-1]):
        drawn = Board(view, None)
    board.headline(drawn)
    board.top(drawn)
    board.curves(drawn)
    board.time_and_looks(drawn, scrub=not view.active)
    board.more_curves(drawn)
    board.model(drawn)
    board.table(drawn)
    board.cost(drawn)
    if not view.active:
        downloads(drawn)


live()
