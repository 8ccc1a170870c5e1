"""The frame of every page: less room above the first line than Streamlit leaves, so that a laptop shows more of the page."""

from __future__ import annotations

import streamlit as st

STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding: 4rem 2.5rem 3rem; max-width: 110rem; }
[data-testid="stSidebarHeader"] { height: 3rem; margin-bottom: 0; }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding: 4rem 1rem 3rem; } }
</style>"""


def tighten() -> None:
    """Put the style into the page."""
    st.html(STYLE)
