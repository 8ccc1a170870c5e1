"""The field in which words are searched for on a page of many entries."""

from __future__ import annotations

import streamlit as st

from playground.basics.words import _


def words(key: str, example: str) -> str:
    """What to search for; it stands in the address under `key`, so a link can hold it. example: shown while it is empty."""
    return st.text_input(
        _("Search"), key=key, bind="query-params", live=True, placeholder=example, max_chars=100, width=420
    ).strip()
