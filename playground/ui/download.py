"""What a visitor may take along: the settings, the numbers, and the link."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from playground.ui.board import Board
from playground.words import _


def downloads(board: Board) -> None:
    """Settings as TOML, recorded numbers as CSV, and the address that shows all of this."""
    query = urlencode(board.view.scene.query())
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            _("Settings (TOML)"),
            board.experiment.to_toml(),
            "experiment.toml",
            "application/toml",
            icon=":material/download:",
            on_click="ignore",
        )
        if not board.view.empty:
            st.download_button(
                _("Numbers (CSV)"),
                lambda: board.curves.to_csv(index=False),
                "metrics.csv",
                "text/csv",
                icon=":material/download:",
                on_click="ignore",
            )
        with st.popover(_("Link"), icon=":material/link:"):
            st.caption(_("This link holds everything: tasks, sharing, weighting, knobs and seeds."))
            st.code(f"{(st.context.url or '').split('?')[0]}?{query}", language=None, wrap_lines=True)
