"""Bringing a table: upload, preview, what each column is, what is learned, and the tables that one has here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from playground.errors import Invalid
from playground.experiment import Choice
from playground.tables import example, shelf
from playground.tables.limits import LIMITS
from playground.tables.reader import ENCODINGS, read_bytes
from playground.tables.table import Table, table_of
from playground.tables.values import KINDS
from playground.ui import data, scene, server
from playground.ui.text import escaped
from playground.words import _

COUNT = "own.count"
"""How many tables were kept in this session: each begins with an empty upload, so that no file stays in memory."""

READ = "own.read"
"""What was read of the present upload: its mark, and the table or the sentence that it got."""

PREVIEW = 8
"""Rows of a table that are shown before it is kept."""


def bring() -> None:
    """All of it, from the file to the table."""
    _limits()
    count = st.session_state.setdefault(COUNT, 0)
    left, right = st.columns([3, 1], gap="medium", vertical_alignment="bottom")
    with left:
        file = st.file_uploader(
            _("A table as text: CSV, with a header"),
            type=["csv", "tsv", "txt"],
            key=f"own.file.{count}",
            max_upload_size=LIMITS.size // 2**20,
        )
    with right:
        encoding = st.selectbox(
            _("Encoding"), list(ENCODINGS), format_func=lambda one: _(ENCODINGS[one]), key=f"own.encoding.{count}"
        )
    if file is None:
        st.session_state.pop(READ, None)
        _offer_example()
        return
    found = _read(file, encoding)
    if isinstance(found, Invalid):
        for problem in found.problems:
            st.error(escaped(str(problem)), icon=":material/table_view:")
        return
    _preview(found)
    _choose(found, f"{count}.{file.file_id}.{encoding}")


def _limits() -> None:
    """What is accepted and what becomes of it."""
    words = _(
        "At most {size} MB, {rows} rows, {columns} columns and {cells} cells; at least {fewest} rows. Up to {targets} columns "
        "are learned at a time. Only this browser sees the table; it is forgotten when nobody used it for {days} days."
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


def _read(file: Any, encoding: str) -> Table | Invalid:
    """The table in an upload, or what is wrong with it; read once."""
    mark = (file.file_id, encoding)
    if st.session_state.get(READ, (None,))[0] != mark:
        found: Table | Invalid
        try:
            found = table_of(read_bytes(file.getvalue(), file.name, encoding))
        except Invalid as invalid:
            found = invalid
        st.session_state[READ] = (mark, found)
    kept: Table | Invalid = st.session_state[READ][1]
    return kept


def _preview(table: Table) -> None:
    """How much there is, and the first rows."""
    words = _("{rows} rows, {columns} columns.").format(rows=f"{len(table):,}", columns=len(table.columns))
    st.markdown(f"**{escaped(table.name)}**: {words}")
    rows = {data.harmless(one.title): [data.harmless(cell) for cell in one.cells[:PREVIEW]] for one in table.columns}
    st.dataframe(pd.DataFrame(rows), hide_index=True)


def _choose(table: Table, mark: str) -> None:
    """What columns are and what is done with them; the button that keeps the table is grey until that works."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown("**" + _("What each column is") + "**")
        kinds = _kinds(table, mark)
    with right:
        titles = {column.name: column.title for column in table.columns}
        targets = st.multiselect(
            _("Columns to learn"),
            list(titles),
            format_func=lambda name: titles[name],
            key=f"own.targets.{mark}",
            placeholder=_("Choose one or several"),
            max_selections=LIMITS.targets,
            help=_(
                "Numbers, categories, and yes or no; each becomes a task. Rows without a label for one still teach the others."
            ),
        )
        group = st.selectbox(
            _("Split by"),
            ["", *titles],
            format_func=lambda name: titles[name] if name else _("single rows"),
            key=f"own.group.{mark}",
            help=_("Rows that agree in this column stay together: all of a patient's visits are learned from, or none."),
        )
        st.caption(_("All other columns are read, but for those that are left out."))
        try:
            chosen = table.typed(kinds).learning(targets, group)
        except Invalid as invalid:
            chosen = None
            if targets:
                st.warning("\n\n".join(escaped(str(problem)) for problem in invalid.problems))
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


def _kinds(table: Table, mark: str) -> dict[str, str]:
    """For each column what it is, as the visitor says."""
    shown = pd.DataFrame(
        {
            "title": [data.harmless(column.title) for column in table.columns],
            "kind": [column.kind for column in table.columns],
            "empty": [column.empty for column in table.columns],
            "different": [len(column.different) for column in table.columns],
            "some": [", ".join(column.different[:3])[:60] for column in table.columns],
        }
    )
    settings = {
        "title": st.column_config.TextColumn(_("Column"), disabled=True),
        "kind": st.column_config.SelectboxColumn(
            _("Type"), options=list(KINDS), format_func=lambda kind: _(KINDS[str(kind)]), required=True
        ),
        "empty": st.column_config.NumberColumn(_("Empty"), disabled=True),
        "different": st.column_config.NumberColumn(_("Different"), disabled=True),
        "some": st.column_config.TextColumn(_("For example"), disabled=True),
    }
    edited = st.data_editor(shown, hide_index=True, column_config=settings, key=f"own.kinds.{mark}", num_rows="fixed")
    return dict(zip((column.name for column in table.columns), map(str, edited["kind"]), strict=True))


def _keep(table: Table) -> None:
    """Put the table on the shelf, let the upload go, and look at it."""
    try:
        key = shelf.put(table, server.visitor())
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))
        return
    st.session_state[COUNT] += 1
    st.session_state.pop(READ, None)
    data.show(data.Sight(Choice("table", {"table": key}), 0))


def shelf_of_visitor() -> None:
    """The tables that this browser has here, to be looked at or forgotten."""
    mine = shelf.stored(server.visitor())
    if not mine:
        return
    st.subheader(_("Your tables"), anchor=False)
    for one in mine:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            day = datetime.fromtimestamp(one.used, UTC).date().isoformat()
            words = _("{size} kB, last used {day}").format(size=max(1, one.size // 1024), day=day)
            st.markdown(f"**{escaped(one.name)}** · {words}")
            st.button(_("Look"), key=f"own.look.{one.key}", icon=":material/visibility:", on_click=_look, args=(one.key,))
            st.button(_("Forget"), key=f"own.forget.{one.key}", icon=":material/delete:", on_click=_forget, args=(one.key,))


def _look(key: str) -> None:
    data.show(data.Sight(Choice("table", {"table": key}), 0))


def _forget(key: str) -> None:
    shelf.forget(key, server.visitor())
