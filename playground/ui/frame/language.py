"""The language of the page: from the address, then from the browser; changed by a small list at the side."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground.basics.words import LANGUAGES, _, ask, use
from playground.ui import keys, lesson
from playground.ui.scripts.component import component

HERE = Path(__file__).parent
_shell = component("shell", HERE / "shell.js", looks=HERE / "copy.css")


def _of_session() -> str:
    """The language of the visitor whose page is drawn; English outside of any page."""
    inside = get_script_run_ctx(suppress_warning=True) is not None
    return str(st.session_state.get(keys.LANGUAGE, "en")) if inside else "en"


# Callbacks and parts of a page that redraw themselves run without the entry, each time in a new thread.
ask(_of_session)


def choose() -> None:
    """Speak the visitor's language on this run of the page."""
    asked = st.query_params.get("lang")
    if keys.LANGUAGE not in st.session_state:
        first = asked or (st.context.locale or "en").partition("-")[0]
        st.session_state[keys.LANGUAGE] = first if first in LANGUAGES else "en"
    elif asked in LANGUAGES:  # somebody went back to an address in another one
        st.session_state[keys.LANGUAGE] = asked
    use(st.session_state[keys.LANGUAGE])
    st.set_page_config(page_title=_("Multi-task learning playground"))


def offer() -> None:
    """The list of languages, at the foot of the side."""
    _shell(key="shell", data={"language": {"zh": "zh-CN"}.get(spoken := st.session_state[keys.LANGUAGE], spoken)})
    if lesson.hidden("language"):
        return
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
