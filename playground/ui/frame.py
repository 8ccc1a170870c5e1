"""The frame of every page: what is around it, and that it is there.

Streamlit runs files in a folder called "pages" by themselves until the entry has called `st.navigation` once: the first
visitor of a fresh server, if led to a page by a link, would get it without language, title and navigation.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import streamlit as st

from playground.ui import keys

ENTRY = Path(__file__).parents[2] / "streamlit_app.py"

STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding: 4rem 2.5rem 3rem; max-width: 110rem; }
[data-testid="stSidebarHeader"] { height: 3rem; margin-bottom: 0; }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding: 4rem 1rem 3rem; } }
</style>"""


def begin() -> None:
    """What the entry does first: less room above the first line than Streamlit leaves, so that a laptop shows more."""
    st.session_state[keys.FRAMED] = True
    st.session_state[keys.DESK] = keys.SCENE
    st.html(STYLE)


def need() -> None:
    """What every page does first: where it was run without the entry, run the entry, which comes back to the page."""
    if keys.FRAMED not in st.session_state:
        runpy.run_path(str(ENTRY))
        st.stop()
