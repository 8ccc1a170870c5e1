"""A prediction before the answer: a slider or a choice, and then what was recorded beside it, with its interval."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.basics.words import _
from playground.course.text import prose
from playground.course.text.model import Predict
from playground.course.text.outcome import answer, known, options
from playground.ui.course import classroom


def draw(block: Predict, key: str) -> None:
    """The question, the visitor's answer, and the recorded one once it is asked for."""
    if not known(block):
        return  # its table says what records it
    with st.container(border=True, gap="small", key=f"{key}.predict"):
        word = _("Predict")
        st.markdown(f":material/psychology_alt: **{word}** · {prose.markdown(block.ask)}")
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            guess = _guess(block, key)
            ready = guess is not None
            asked = st.button(_("See the answer"), key=f"{key}.answer", disabled=not ready, on_click=_open, args=(key,))
        if asked and guess is not None:
            classroom.keep(block, guess)
        if st.session_state.get(_opened(key)) and guess is not None:
            st.markdown(answer(block, guess))
            classroom.histogram(block, key)


def _open(key: str) -> None:
    st.session_state[_opened(key)] = True


def _opened(key: str) -> str:
    return f"{key}.open"


def _guess(block: Predict, key: str) -> Any:
    """What the visitor says; None as long as nothing is chosen."""
    if block.how == "slider":
        return st.slider(_("Percent"), block.low, block.high, 0, key=f"{key}.guess", width=420)
    chosen = options(block)
    return st.segmented_control(
        _("Your prediction"), list(chosen), format_func=chosen.__getitem__, key=f"{key}.guess", wrap=True
    )
