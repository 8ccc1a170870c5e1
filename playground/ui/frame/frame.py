"""The frame of every page: what is around it, and that it is there.

Streamlit runs files in a folder called "pages" by themselves until the entry has called `st.navigation` once: the first
visitor of a fresh server, if led to a page by a link, would get it without language, title and navigation.
"""

from __future__ import annotations

import runpy
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl

import streamlit as st

from playground.basics.files import ENTRY
from playground.basics.words import _
from playground.ui import address, keys, lesson

HERE = Path(__file__).parent
SHEETS = ("frame.css", "first.css", "still.css")
LOOKS = "".join((HERE / name).read_text(encoding="utf-8") for name in SHEETS)
STYLE = f"<style>{LOOKS}</style>"
EARLY = f"html:root {{ {LOOKS} }}"
"""The same rules for the head of a page."""


def early(query: str) -> str:
    """What stands in the head of a page with the query of its address, see `playground.ui.frame.head`."""
    projected = any(name == "present" and lesson.presents(value) for name, value in parse_qsl(query))
    return f"<style>{EARLY}{lesson.PROJECTED if projected else ''}</style>"


def begin() -> None:
    """What the entry does first: less room above the first line than Streamlit leaves, so that a laptop shows more."""
    st.session_state[keys.FRAMED] = True
    st.session_state[keys.DESK] = keys.SCENE
    st.html(STYLE)
    # The side is there from the first moment: it does not push the page aside when its first words come.
    st.sidebar.container(key="side")


def need(title: str = "") -> None:
    """What every page does first: where it was run without the entry, run the entry, which comes back to the page.

    title: what a phone shows above the page, as it has no room for the names of all pages.
    """
    if keys.FRAMED not in st.session_state:
        runpy.run_path(str(ENTRY))
        st.stop()
    address.arrive()
    lesson.begin()
    if title:
        with st.container(key="where"):
            st.html(f'<div class="where">{escape(_(title))}</div>')
