"""Runs: what was trained on this server, as a table of results; open, name, pin, compare up to six, delete one's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zlib import crc32

import streamlit as st

from playground.basics.errors import Invalid
from playground.basics.words import N_, _
from playground.ui import scene, server
from playground.ui.frame import frame
from playground.ui.live import ghost
from playground.ui.runs import comparing, results
from playground.ui.runs.groups import Group, data_of, grouped, status_words
from playground.ui.runs.results import Result
from playground.ui.take_home.export import take_home_runs

PINNED, EVERYTHING, MOST_ROWS = "runs.pinned", "", 100

TITLE, ICON, PLACE = N_("Runs"), ":material/history:", 5

frame.need(TITLE)
store, me = server.store(), server.visitor()
st.markdown("#### " + _("What was trained here, and what came of it: tick up to six runs to compare them."))
scene.show_said()

groups = grouped(store.entries(most=2000))
pinned: list[str] = st.session_state.setdefault(PINNED, [])
data = {str(group.data): data_of(group.experiment) for group in groups}
with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
    text = st.text_input(_("Search"), placeholder=_("digits, PCGrad, cross-stitch …"), key="runs.search")
    kinds = st.multiselect(
        _("Status"), list(status_words()), format_func=lambda one: status_words()[one], key="runs.status", placeholder=_("Any")
    )
    # What was trained last comes first, as only runs on the same data have scores to compare.
    on = st.selectbox(_("Data"), [*data, EVERYTHING], format_func=lambda one: data.get(one, _("All of them")), key="runs.data")
    mine = st.toggle(_("Only mine"), key="runs.mine")


def wanted(one: Result) -> bool:
    """Whether a row passes the filters; what is pinned always does."""
    group = one.group
    words = f"{one.title} {group.title} {', '.join(_(task.title) for task in group.experiment.the_tasks)}".lower()
    return group.key in pinned or (
        all(word in words for word in text.lower().split())
        and (not kinds or any(entry.status in kinds for entry in group.entries))
        and (not mine or bool(group.own(me)))
        and (on in (EVERYTHING, str(group.data)))
    )


def delete(chosen: list[Group]) -> None:
    """Forget the visitor's own runs of the rows that were chosen."""
    with said():
        for group in chosen:
            for entry in group.own(me):
                store.delete(entry.id, me)


def rename(group: Group) -> None:
    """Give a row the name that was typed."""
    with said():
        store.name(group.experiment, me, st.session_state["runs.name"])


@contextmanager
def said() -> Iterator[None]:
    """What cannot be done is said."""
    try:
        yield
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def pin(chosen: list[Group]) -> None:
    """Pin rows, or let go of them where all of them are pinned."""
    picked = [group.key for group in chosen]
    there = st.session_state[PINNED]
    rest = [one for one in there if one not in picked]
    st.session_state[PINNED] = rest if all(one in there for one in picked) else rest + picked


def haunt(chosen: list[Group]) -> None:
    """Keep a row as the ghost of the Playground."""
    ghost.keep(chosen[0].scene)
    scene.say(_("It is kept as a ghost: on the Playground it stands behind whatever is trained on the same tasks."))


def chosen_rows(shown: list[Result]) -> list[Result]:
    """The table of results, and the rows that are ticked in it; pinned ones count as ticked."""
    keys = [one.group.key for one in shown]
    event = st.dataframe(
        results.table(shown, pinned, me).styled(),
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="–",
        alt=_("Runs with what they gained, and the settings in which they differ."),
        selection_default={"selection": {"rows": [row for row, key in enumerate(keys) if key in pinned]}},
        # Another list of rows is another table, so that ticks never move to other runs.
        key=f"runs.table.{crc32(repr(keys).encode())}",
        column_config={
            _("When"): st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
            _("Name"): st.column_config.TextColumn(pinned=True),
        },
        height=min(420, 40 + 37 * len(shown)),
    )
    picked = [shown[row] for row in event.selection.rows if row < len(shown)]
    if len(picked) > comparing.MOST:
        words = _("At most {most} runs are compared; the first {most} of those chosen are.")
        st.warning(words.format(most=comparing.MOST))
    return picked[: comparing.MOST]


def buttons(chosen: list[Result], shown: list[Result]) -> None:
    """What may be done with the rows that are ticked, and with all."""
    picked = [one.group for one in chosen]
    own = [entry for group in picked for entry in group.own(me)]
    ready = bool(own) and not any(entry.active for entry in own)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        if st.button(_("Open on the Playground"), type="primary", icon=":material/open_in_new:", disabled=len(picked) != 1):
            scene.show(picked[0].scene)
            st.switch_page("pages/play.py")
        held = bool(picked) and all(group.key in pinned for group in picked)
        st.button(
            _("Let go") if held else _("Pin"),
            key="runs.pin",
            icon=":material/keep:",
            disabled=not picked,
            on_click=pin,
            args=(picked,),
            help=_("Pinned runs stay on top of the table, and are compared with whatever is ticked."),
        )
        st.button(
            _("Keep as ghost"),
            key="runs.ghost",
            icon=":material/stacked_line_chart:",
            disabled=len(picked) != 1,
            on_click=haunt,
            args=(picked,),
            help=_("This run stands behind whatever the Playground shows of the same tasks, until it is let go there."),
        )
        with st.popover(_("Name"), icon=":material/edit:", disabled=len(picked) != 1):
            if len(picked) == 1:
                st.session_state["runs.name"] = chosen[0].name
                st.text_input(_("Name of this run"), key="runs.name", max_chars=60, on_change=rename, args=(picked[0],))
                st.caption(_("Only you see it."))
        words = None if ready else _("Only your own runs, and only when they are over.")
        st.button(_("Delete"), icon=":material/delete:", disabled=not ready, on_click=delete, args=(picked,), help=words)
        st.download_button(
            _("Table (CSV)"),
            lambda: results.csv(shown),
            "runs.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            help=_("Every row of the table with scores, gains and intervals of each task, and all settings."),
        )


shown = [one for one in results.results_of(store, groups, me) if wanted(one)]
if not shown:
    st.info(_("No runs yet. Press Play on the Playground.") if not groups else _("No run passes these filters."))
else:
    shown.sort(key=lambda one: one.group.key not in pinned)
    chosen = chosen_rows(shown[:MOST_ROWS])
    words = _(
        "Gains over single-task baselines on test data, with 95 % intervals over seeds, corrected for all tasks of a row."
    )
    if len(shown) > MOST_ROWS:
        words += " " + _("The newest {most} of {count} rows are shown.").format(most=MOST_ROWS, count=len(shown))
    st.caption(words)
    buttons(chosen, shown)
    if chosen:
        comparing.compare(store, chosen)
        take_home_runs(store, [one.group for one in chosen], chosen[0].comparison)
