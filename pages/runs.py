"""Runs: what was trained on this server; open it, compare up to six, delete one's own."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from playground.errors import Invalid
from playground.figures import curves
from playground.figures.style import look_of
from playground.runs import history
from playground.ui import frame, scene, server
from playground.ui.chart import live_chart
from playground.ui.groups import Group, differences, grouped, status_words
from playground.words import _

MOST = 6

frame.need()
store, me = server.store(), server.visitor()
st.markdown("#### " + _("What was trained here: open a run, compare up to six, delete your own."))
scene.show_said()

groups = grouped(store.entries(most=2000))
with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
    text = st.text_input(_("Search"), placeholder=_("digits, PCGrad, cross-stitch …"), key="runs.search")
    kinds = st.multiselect(
        _("Status"), list(status_words()), format_func=lambda one: status_words()[one], key="runs.status", placeholder=_("Any")
    )
    mine = st.toggle(_("Only mine"), key="runs.mine")


def wanted(group: Group) -> bool:
    """Whether a group passes the filters."""
    words = " ".join(str(value) for value in group.row(me).values()).lower()
    return (
        all(word in words for word in text.lower().split())
        and (not kinds or any(entry.status in kinds for entry in group.entries))
        and (not mine or all(entry.visitor == me for entry in group.entries))
    )


def delete(chosen: list[Group]) -> None:
    """Forget the runs of the groups that were chosen."""
    try:
        for group in chosen:
            for entry in group.entries:
                store.delete(entry.id, me)
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def overlay(chosen: list[Group]) -> None:
    """One number of several runs in one picture: colour is the task, dash is the run."""
    columns = {
        "loss": _("Training loss"),
        "weight": _("Weight"),
        "share": _("Share of the update"),
        "score": _("Validation score"),
    }
    column = st.segmented_control(
        _("What to compare"),
        list(columns),
        format_func=lambda one: columns[one],
        default="loss",
        required=True,
        key="runs.column",
    )
    frames: dict[str, pd.DataFrame] = {}
    for number, group in enumerate(chosen, start=1):
        histories = store.histories([entry.id for entry in group.entries])
        scores = history.scores(histories)
        frame = scores[scores["split"] == "validation"] if column == "score" else history.curves(histories)
        frames[f"{number}  {group.name}"] = frame
    suites = {group.experiment.suite.name for group in chosen}
    if len(suites) > 1:
        st.info(_("Runs on different data have no curves in common: choose runs on the same data."))
        return
    look = look_of(chosen[0].experiment.the_suite.tasks())
    figure = curves.overlay(frames, look, column, columns[column], curves.Extras(height=460))
    live_chart(figure, key="runs.overlay", alt=curves.overlay_text(frames, look, column))
    if len(chosen) == 1:
        return
    table = differences(chosen)
    st.markdown("##### " + _("Settings that differ"))
    if table.empty:
        st.caption(_("None: these runs have the same settings."))
    else:
        st.dataframe(table, hide_index=True)


def chosen_groups(shown: list[Group]) -> list[Group]:
    """The table of the history, and the groups that are ticked in it."""
    event = st.dataframe(
        pd.DataFrame([group.row(me) for group in shown]),
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key="runs.table",
        column_config={_("When"): st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm")},
        height=min(420, 40 + 37 * len(shown)),
    )
    picked = [shown[row] for row in event.selection.rows if row < len(shown)]
    if len(picked) > MOST:
        st.warning(_("At most {most} runs are drawn; the first {most} of those chosen are.").format(most=MOST))
    return picked[:MOST]


def buttons(chosen: list[Group]) -> None:
    """What may be done with the runs that are ticked."""
    own_and_over = all(entry.visitor == me and not entry.active for group in chosen for entry in group.entries)
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Open on the Playground"), type="primary", icon=":material/open_in_new:", disabled=len(chosen) != 1):
            scene.show(chosen[0].scene)
            st.switch_page("pages/play.py")
        st.button(
            _("Delete"),
            icon=":material/delete:",
            disabled=not own_and_over,
            on_click=delete,
            args=(chosen,),
            help=None if own_and_over else _("Only your own runs, and only when they are over."),
        )


shown = [group for group in groups if wanted(group)]
if not shown:
    st.info(_("No runs yet. Press Play on the Playground.") if not groups else _("No run passes these filters."))
elif chosen := chosen_groups(shown):
    buttons(chosen)
    overlay(chosen)
else:
    st.caption(_("Tick one run to open it, or up to six to compare them."))
