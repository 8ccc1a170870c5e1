"""The two halves of the Weighting page, and its address: which half, and what is shown there."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.words import _
from playground.landscape import steps
from playground.ui import address, scene
from playground.ui.weighting import arrows, state

RACE, LAB = "race", "arrows"
OPENED = "weighting.opened"
"""Whether the address was read in this session."""
LONGEST = 4000
"""Characters of an address that are read at most."""


def open_address() -> str:
    """Which half to show. At the beginning of a session what the address asks for is taken over; what is bad in it is said and
    left out. Later ones are not followed: while an arrow is dragged, the browser's address lags behind what is shown."""
    key = "weighting.tab"
    if OPENED not in st.session_state:
        st.session_state[OPENED] = True
        found, problems = address.lenient(_read)
        scene.say(*address.said(problems, found is not None))
        if found is not None:
            st.session_state[key] = found
    tab: str = st.session_state.get(key) or RACE
    return tab


def _read(query: Mapping[str, str]) -> str:
    """Take over what an address says; raises Invalid with every problem, and takes over nothing then."""
    size = sum(len(name) + len(value) for name, value in query.items())
    if size > LONGEST:
        raise Invalid([Problem("link", _("should be at most {count} characters long").format(count=LONGEST), size)])
    tab = query.get("tab", LAB if "arrows" in query else RACE)
    if tab not in (RACE, LAB):
        raise Invalid([unknown("tab", tab, [RACE, LAB])])
    rest = {name: value for name, value in query.items() if name not in ("tab", "lang")}
    if rest and tab == RACE:
        state.show(state.checked(rest))
    elif rest:
        st.session_state[arrows.SKETCH] = steps.read(rest)
    return tab


def choose(tab: str) -> str:
    """The choice between the two halves."""
    words = {RACE: _("Landscape"), LAB: _("Arrow lab")}
    st.session_state["weighting.tab"] = tab
    chosen = st.segmented_control(
        _("View"),
        list(words),
        format_func=lambda one: words[one],
        key="weighting.tab",
        required=True,
        label_visibility="collapsed",
    )
    return chosen or tab


def write_address(tab: str) -> None:
    """Put what is shown into the address of the page."""
    address.write("weighting", {"tab": tab, **(state.current().to_query() if tab == RACE else arrows.current().to_query())})
