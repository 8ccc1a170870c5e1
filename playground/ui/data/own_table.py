"""Bringing a table: upload, preview, what each column is, what is learned, and the tables that one has here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from playground.basics.errors import Invalid
from playground.basics.words import _, language
from playground.experiment import Choice
from playground.ui import scene, server
from playground.ui.data import orders, reading, upload, visibility
from playground.ui.data.state import DataState, show
from playground.ui.text import as_markdown, harmless
from playground.uploads import brought, example
from playground.uploads.brought import Brought
from playground.uploads.columns.choices import NOTHING, Choices
from playground.uploads.decisions import Question
from playground.uploads.kept import storage
from playground.uploads.reading.limits import LIMITS
from playground.uploads.reading.reader import Sheet
from playground.uploads.table import Table

COUNT = "own.count"
"""How many tables were kept in this session: each begins with an empty upload, so that no file stays in memory."""

BROUGHT = "own.brought"
"""What became of the present upload under the last few choices."""

KEPT = 4
"""How many of these are kept."""

LATER = ("leak", "group", "time")
"""Topics of questions that wait until it is chosen what is learned."""

IN_ORDER = "order:"
"""Before the name of a column in whose order rows are split."""

PREVIEW = 8
"""Rows of a table that are shown before it is kept."""


def bring() -> None:
    """All of it, from the file to the table."""
    _limits()
    count = st.session_state.setdefault(COUNT, 0)
    found = upload.uploaded(count)
    if found is None:
        _offer_example()
        return
    _choose(found.sheet, found.mark)


def _limits() -> None:
    """What is accepted and what becomes of it."""
    words = _(
        "At most {size} MB, {rows} rows, {columns} columns and {cells} cells; at least {fewest} rows. Up to {targets} columns "
        "are learned at a time. Only this browser sees the table, unless you show it to others; it is forgotten when nobody "
        "used it for {days} days."
    )
    st.caption(
        words.format(
            size=LIMITS.size // 2**20,
            rows=f"{LIMITS.rows:,}",
            columns=LIMITS.columns,
            cells=f"{LIMITS.cells:,}",
            fewest=LIMITS.fewest,
            targets=LIMITS.targets,
            days=int(LIMITS.age // 86400),
        )
    )


def _offer_example() -> None:
    """A file to try it with."""
    words = _("No table at hand? Take this one, a made-up diary of a bakery, and upload it.")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(words)
        st.download_button(
            _("Example (CSV)"), example.text(), example.NAME, "text/csv", icon=":material/download:", on_click="ignore"
        )


def _brought(
    sheet: Sheet, mark: str, choices: Choices, targets: Sequence[str] = (), group: str = "", time: str = ""
) -> Brought:
    """The table under what was chosen; the last few are kept, as a page is drawn again at every press. Raises Invalid."""
    kept: dict[tuple[str, ...], Brought] = st.session_state.setdefault(BROUGHT, {})
    asked = (mark, language(), repr(choices), *targets, "", group, time)
    if asked not in kept:
        while len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        kept[asked] = brought.bring(sheet, choices, targets, group, time)
    return kept[asked]


def _preview(table: Table) -> None:
    """How much there is, and the first rows."""
    words = _("{rows} rows, {columns} columns.").format(rows=f"{len(table):,}", columns=len(table.columns))
    st.markdown(f"**{as_markdown(table.name)}**: {words}")
    rows = {harmless(one.title): [harmless(cell) for cell in one.cells[:PREVIEW]] for one in table.columns}
    st.dataframe(pd.DataFrame(rows), hide_index=True)


def _choose(sheet: Sheet, mark: str) -> None:
    """What columns are and what is done with them; the button that keeps the table is grey until that works."""
    found = _brought(sheet, mark, NOTHING)
    _preview(found.table)
    reading.notes(found)
    choices = reading.ask([one for one in found.questions if one.topic not in LATER], mark, NOTHING)
    choices, said = _kinds(sheet, mark, choices)
    left, right = st.columns(2, gap="medium")
    with left:
        targets, group, time = _targets(found.table, mark)
    with right:
        chosen = None
        try:
            first = _brought(sheet, mark, choices, targets, group, time)
            later = [one for one in first.questions if one.topic in LATER and _may_ask(one, group, time)]
            choices = reading.ask(later, mark, choices)
            chosen = _brought(sheet, mark, choices, targets, group, time).table if targets else None
        except Invalid as invalid:
            if targets:
                st.warning("\n\n".join(as_markdown(str(problem)) for problem in invalid.problems))
    with left:
        st.button(
            _("Keep this table and look at it"),
            type="primary",
            icon=":material/check:",
            key="own.keep",
            disabled=chosen is None,
            on_click=_keep,
            args=(chosen,),
        )
        if not targets:
            st.caption(_("First choose what is to be learned."))
    reading.keep_said(mark, said)


def _may_ask(question: Question, group: str, time: str) -> bool:
    """Whether a question is still open: how to split only as long as nothing is chosen."""
    return question.topic == "leak" or not (group or time)


def _kinds(sheet: Sheet, mark: str, choices: Choices) -> tuple[Choices, dict[str, str]]:
    """The choices with the types of columns that are said in the editor, and these."""
    st.markdown("**" + _("What each column is") + "**")
    before = dict(st.session_state.get(reading.SAID, {}).get(mark, {}))
    try:
        shown = _brought(sheet, mark, replace(choices, kinds={**choices.kinds, **before}))
    except Invalid:  # a type that was said does not go with an answer that was given since
        before, shown = {}, _brought(sheet, mark, choices)
    said = reading.kinds(shown, mark, choices)
    said |= orders.orders(shown.table, said, mark)
    choices = replace(choices, kinds={**choices.kinds, **said})
    try:
        reading.left_out(_brought(sheet, mark, choices))
    except Invalid as invalid:
        st.warning("\n\n".join(as_markdown(str(problem)) for problem in invalid.problems))
    return choices, said


def _targets(table: Table, mark: str) -> tuple[list[str], str, str]:
    """The columns to learn, the one by whose values rows are split, and the one in whose order."""
    titles = {column.name: column.title for column in table.columns}
    targets = st.multiselect(
        _("Columns to learn"),
        list(titles),
        format_func=lambda name: titles[name],
        key=f"own.targets.{mark}",
        placeholder=_("Choose one or several"),
        max_selections=LIMITS.targets,
        help=_("Numbers, categories, and yes or no; each becomes a task. Rows without a label for one still teach the others."),
    )
    group = st.selectbox(
        _("Split by"),
        ["", *titles, *(f"{IN_ORDER}{name}" for name in titles)],
        format_func=lambda name: _split_words(name, titles),
        key=f"own.group.{mark}",
        help=_(
            "Rows that agree in this column stay together: all of a patient's visits are learned from, or none. In the order "
            "of a time, the first rows are learned from and the last ones are the test."
        ),
    )
    st.caption(_("All other columns are read, but for those that are left out."))
    in_order = group.removeprefix(IN_ORDER) if group.startswith(IN_ORDER) else ""
    return targets, "" if in_order else group, in_order


def _split_words(name: str, titles: Mapping[str, str]) -> str:
    """What a way to split rows is called."""
    if name.startswith(IN_ORDER):
        return _("in the order of {title}").format(title=titles[name.removeprefix(IN_ORDER)])
    return titles[name] if name else _("single rows")


def _keep(table: Table) -> None:
    """Put the table on the shelf, let the upload go, and look at it."""
    try:
        key = storage.put(table, server.visitor())
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))
        return
    st.session_state[COUNT] += 1
    upload.forget()
    for kept in (BROUGHT, reading.SAID):
        st.session_state.pop(kept, None)
    show(DataState(Choice("table", {"table": key}), 0))


def shelf_of_visitor() -> None:
    """The tables that this browser has here, to be looked at or forgotten."""
    mine = storage.stored(server.visitor())
    if not mine:
        return
    st.subheader(_("Your tables"), anchor=False)
    for one in mine:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            day = datetime.fromtimestamp(one.used, UTC).date().isoformat()
            words = _("{size} kB, last used {day}").format(size=max(1, one.size // 1024), day=day)
            st.markdown(f"**{as_markdown(one.name)}** · {words}")
            st.button(_("Look"), key=f"own.look.{one.key}", icon=":material/visibility:", on_click=_look, args=(one.key,))
            st.button(_("Forget"), key=f"own.forget.{one.key}", icon=":material/delete:", on_click=_forget, args=(one.key,))
            visibility.switch(one)


def _look(key: str) -> None:
    show(DataState(Choice("table", {"table": key}), 0))


def _forget(key: str) -> None:
    storage.forget(key, server.visitor())
