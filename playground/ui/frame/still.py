"""Places that keep their height whatever stands in them: nothing below moves when something begins, goes on or ends.

How high they are stands in still.css; on a phone, where things stand below each other, everything has a height of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.ui.text import as_markdown


def line() -> DeltaGenerator:
    """The place of one line that says how far something is, with its bar or a button."""
    return st.container(key="still-line")


@contextmanager
def told(reserve: str) -> Iterator[None]:
    """The place of a sentence that is computed from runs; reserve: words that are as long as it may come to be."""
    with st.container(key="still-told"):
        with st.container(key="still-words"):
            yield
        with st.container(key="still-kept"):
            st.markdown(f"**{as_markdown(reserve)}**")


def pictures(name: str) -> DeltaGenerator:
    """The place of charts that fit it (`live_chart(…, fits=True)`), side by side; name: unique on the page."""
    return st.container(key=f"still-pictures-{name}")
