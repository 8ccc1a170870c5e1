"""The two halves of the Weighting page, and its address: which half, and what is shown there."""

from __future__ import annotations

import streamlit as st

from playground.errors import Invalid, Problem, unknown
from playground.landscape import steps
from playground.ui import arrows, landscape, scene
from playground.words import _

RACE, LAB = "race", "arrows"
OPENED = "weighting.opened"
"""Whether the address was read in this session."""
LONGEST = 4000
"""Characters of an address that are read at most."""


def open_address() -> str:
    """Which half to show; the first time in a session, what the address asks for is taken over. A bad address is said."""
    query = st.query_params.to_dict()
    key = "weighting.tab"
    if OPENED not in st.session_state:
        st.session_state[OPENED] = True
        try:
            st.session_state[key] = _read(query)
        except Invalid as invalid:
            scene.say(_("This link cannot be followed, so the first example is shown instead."), *map(str, invalid.problems))
    tab: str = st.session_state.get(key) or RACE
    return tab


def _read(query: dict[str, str]) -> str:
    """Take over what an address says; raises Invalid with every problem, and takes over nothing then."""
    size = sum(len(name) + len(value) for name, value in query.items())
    if size > LONGEST:
        raise Invalid([Problem("link", _("should be at most {count} characters long").format(count=LONGEST), size)])
    tab = query.get("tab", LAB if "arrows" in query else RACE)
    if tab not in (RACE, LAB):
        raise Invalid([unknown("tab", tab, [RACE, LAB])])
    rest = {name: value for name, value in query.items() if name not in ("tab", "lang")}
    if rest and tab == RACE:
        landscape.show(landscape.checked(rest))
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
    query = {"tab": tab, **(landscape.current().to_query() if tab == RACE else arrows.current().to_query())}
    if language := st.query_params.get("lang"):
        query["lang"] = language
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
