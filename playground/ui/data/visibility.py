"""Who sees a table that somebody brought: the words and the switch."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from playground.basics.errors import Invalid
from playground.basics.words import _
from playground.ui import scene, server
from playground.uploads.kept import storage
from playground.uploads.kept.storage import Stored


def switch(one: Stored) -> None:
    """Whether anyone with the link may learn from a visitor's table, who then sees what, and the link."""
    key = f"own.open.{one.key}"
    st.session_state[key] = one.is_open
    st.toggle(_("Anyone with the link may learn from it"), key=key, on_change=_turn, args=(one.key,))
    if one.is_open:
        st.caption(
            _(
                "Whoever has this link sees the rows of the table, its labels, what a network predicts for them, and runs on "
                "it; nobody can change it. Turn it off, and from then on only this browser sees any of that."
            )
        )
        query = urlencode({"suite": "table", "suite.table": one.key})
        st.code(f"{(st.context.url or '').split('?')[0]}?{query}", language=None, wrap_lines=True)


def _turn(key: str) -> None:
    """Do as the switch says."""
    try:
        storage.open_to_all(key, server.visitor(), bool(st.session_state[f"own.open.{key}"]))
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def said(key: str) -> str:
    """Who sees a table, in one sentence, for whoever looks at it."""
    owner = storage.owner_of(key)
    if owner != server.visitor():
        return _("Somebody else brought this table and shows it to anyone with the link, as long as they like.")
    if storage.is_open(key):
        return _("Anyone with the link sees this table and what is learned from it; you turn that off under Your tables.")
    return _("Only this browser sees this table and what is learned from it.")
