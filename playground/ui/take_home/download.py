"""What a visitor may take along: the settings, the numbers, and the link."""

from __future__ import annotations

import streamlit as st

from playground.basics.words import _
from playground.export import numbers
from playground.figures.steps.changes import turned
from playground.ui import scene
from playground.ui.frame import links
from playground.ui.play.panels import Board


def downloads(board: Board) -> None:
    """Settings as TOML, recorded numbers as CSV, and the address that shows all of this."""
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            _("Settings (TOML)"),
            numbers.toml(board.experiment, list(board.view.scene.all_seeds)),
            "experiment.toml",
            "application/toml",
            icon=":material/download:",
            on_click="ignore",
        )
        if not board.view.empty:
            st.download_button(
                _("Numbers (CSV)"),
                lambda: _numbers(board),
                "metrics.csv",
                "text/csv",
                icon=":material/download:",
                on_click="ignore",
            )
        links.button(scene.current())


def _numbers(board: Board) -> str:
    """What was recorded. The button may be pressed long after the page was drawn: raises Invalid if the data are not for this
    visitor any more."""
    board.experiment.the_suite.tasks()
    frame = board.curves
    if changed := turned(board.runs):
        frame = frame.assign(turned_in_flight=changed)
    return frame.to_csv(index=False)
