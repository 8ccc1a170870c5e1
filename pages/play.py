"""The Playground: pick tasks, a way of sharing and a way of weighing, press Play, and watch."""

from __future__ import annotations

import streamlit as st

from playground.basics.words import N_, _
from playground.presets import charts_of
from playground.ui import keys, lesson, scene, server
from playground.ui.app import live_pages
from playground.ui.charts.chart import fetch_early
from playground.ui.form import form, measures
from playground.ui.frame import frame, still
from playground.ui.live import channel, ghost, player
from playground.ui.live.status import progress
from playground.ui.live.watch import look_at, shown
from playground.ui.play import before, gallery, layout, over_steps, panels, references, reserve
from playground.ui.play.panels import Board
from playground.ui.take_home import use
from playground.ui.take_home.download import downloads
from playground.ui.take_home.export import take_home

TITLE, ICON, PLACE = N_("Playground"), ":material/play_circle:", 0

frame.need(TITLE)
store = server.store()
now = scene.current()
ghost.arrive(now)
scene.write_address()

fetch_early()
scene.show_said()

with st.sidebar:
    hero = lesson.choose_hero(charts_of(now.experiment)[0]) if lesson.current().present else ""
    form.choose_preset()
    form.choose_tasks(now.experiment)
    form.choose_sharing(now.experiment)
    form.choose_weighting(now.experiment)
    form.choose_schedule(now.experiment)
    form.choose_labels(now.experiment)
    measures.choose_metrics(now.experiment)
    form.choose_rest(now.experiment)


first, _stale = shown(store, now, keys.SHOWN)
waits = references.waiting(first)


@st.fragment(run_every=1.0 if (first.active or waits) and not channel.served() else None)
@server.needed()
def live() -> None:
    """Everything that moves while a run goes on: by the channel, or by looking again each second where there is none."""
    view, stale = shown(store, now, keys.SHOWN)
    # What is trained by Play are the settings at the left; what is shown may still be the run before, with its own.
    asked = look_at(store, now) if stale else view
    fitted = waits and not references.waiting(view)
    moved = not channel.served() and (fitted or view.active != first.active)
    if moved or scene.outdated(now):
        st.rerun()
    if not channel.served():
        view = player.wait_for_first_point(view, lambda: look_at(store, now))
    step = None if view.active else st.session_state.get(keys.SCRUB)
    then = None if stale else before.ghost_of(store, now)
    drawn = Board(view, step, then)
    if drawn.moving is None and step is not None:
        steps = drawn.recorded_steps()
        if not steps or step >= steps[-1]:
            drawn = Board(view, None, then)
    with st.container(key="first"):
        with st.container(key="claim"):
            st.markdown("#### " + _("Train one network on several tasks, and watch them help or fight each other."))
        gallery.told(now.preset)
        player.buttons(asked, view if stale else None)
        progress(view, stale, drawn.moving, live_pages.beside(view.runs) if view.runs else "")
        with st.container(key="headline"), still.told(reserve.headline(drawn.experiment)):
            panels.headline(drawn)
        before.place(drawn, stale)
        if hero:
            layout.hero(drawn, hero)
        else:
            layout.rows(drawn)
    ghost.write(now)
    with st.container(key="rest"):
        over_steps.time_and_looks(drawn, scrub=not view.active)
        if hero:
            return
        gallery.why(now.preset)
        layout.below(drawn)
        over_steps.more_curves(drawn)
        panels.table(drawn)
        panels.cost(drawn)
    if not view.active:
        downloads(drawn)
        take_home(view.scene.experiment, view.scene.seed, drawn.runs, view.baselines, drawn.comparison)
        use.use_it(drawn.comparison)


live()
