"""The language of the page: from the address, then from the browser; changed by a small list at the side."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground.ui import keys
from playground.words import LANGUAGES, _, ask, use


def _of_session() -> str:
    """The language of the visitor whose page is drawn; English outside of any page."""
    inside = get_script_run_ctx(suppress_warning=True) is not None
    return str(st.session_state.get(keys.LANGUAGE, "en")) if inside else "en"


# Callbacks and parts of a page that redraw themselves run without the entry, each time in a new thread.
ask(_of_session)


def choose() -> None:
    """Speak the visitor's language on this run of the page."""
    if keys.LANGUAGE not in st.session_state:
        asked = st.query_params.get("lang", (st.context.locale or "en").partition("-")[0])
        st.session_state[keys.LANGUAGE] = asked if asked in LANGUAGES else "en"
    use(st.session_state[keys.LANGUAGE])


def offer() -> None:
    """The list of languages, at the foot of the side."""
    with st.sidebar:
        st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            format_func=lambda one: LANGUAGES[one],
            key=keys.LANGUAGE,
            required=True,
            on_change=_remember,
            label_visibility="collapsed",
        )


def _remember() -> None:
    """Keep the choice in the address, so that a link is read in the language it was sent in."""
    st.query_params["lang"] = st.session_state[keys.LANGUAGE]
