"""A class on one page: a code that its teacher opens, predictions without names, and their histogram beside the truth."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import streamlit as st

from playground.basics.errors import Invalid
from playground.basics.words import _
from playground.course.measured import numbers
from playground.course.text import outcome
from playground.course.text.model import Predict
from playground.figures.gains import guesses
from playground.ui import scene, server
from playground.ui.charts.chart import live_chart

CODE = "course.code"
"""The code of the class that this visitor answers in."""
ASKED = "class"
"""Its name in the address."""
TYPED = "course.typed"


def code() -> str:
    """The code of the class that this visitor is in; "" for none."""
    return str(st.session_state.get(CODE) or "")


def join() -> None:
    """Take the code of the address, once; one that is not open is said."""
    asked = st.query_params.get(ASKED, "")[:20].strip().upper()
    if asked and st.session_state.get(CODE) != asked:
        _take(asked)


def button() -> None:
    """Opens a class, or joins one."""
    code = st.session_state.get(CODE)
    with st.popover(_("Class {code}").format(code=code) if code else _("Class"), icon=":material/groups:", key="course.class"):
        st.markdown(_("Predictions of a class are gathered under a code: without names, and forgotten after a day."))
        if code:
            st.markdown(f"### {code}")
            st.button(_("Leave the class"), key="course.leave", on_click=_leave)
            return
        st.button(_("Open a class"), key="course.new", on_click=_new)
        st.text_input(_("or join one by its code"), key=TYPED, max_chars=8, on_change=_typed)


def _new() -> None:
    try:
        _keep(server.store().open_class())
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def _typed() -> None:
    _take(str(st.session_state.get(TYPED, "")).strip().upper())


def _take(code: str) -> None:
    """Join a class."""
    try:
        there = server.store().class_open(code)
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))
        return
    if there:
        _keep(code)
    else:
        st.query_params.pop(ASKED, None)
        scene.say(_("There is no class of this code today."))


def _keep(code: str) -> None:
    st.session_state[CODE] = code
    st.query_params[ASKED] = code


def _leave() -> None:
    st.session_state.pop(CODE, None)
    st.query_params.pop(ASKED, None)


def name(block: Predict) -> str:
    """What a question is kept under, the same in every language."""
    return f"{block.how}.{block.place}.{crc32(f'{block.low}:{block.high}'.encode()):08x}"[:64]


def keep(block: Predict, guess: Any) -> None:
    """Keep a prediction, where the visitor is in a class."""
    if code := st.session_state.get(CODE):
        try:
            server.store().guess(code, name(block), server.visitor(), str(guess))
        except Invalid as invalid:
            st.warning("\n\n".join(map(str, invalid.problems)))


def histogram(block: Predict, key: str) -> None:
    """What the class says, where the visitor is in one."""
    if not (code := st.session_state.get(CODE)):
        return
    try:
        answers = server.store().guessed(code, name(block))
    except Invalid as invalid:
        st.warning("\n\n".join(map(str, invalid.problems)))
        return
    if block.how == "slider":
        found = numbers.cell(block.place)
        truth = (found["mean"], found["low"], found["high"])
        whole = {int(value): count for value, count in answers.items() if value.lstrip("-").isdecimal()}
        figure, words = guesses.percents(whole, (block.low, block.high), truth), guesses.percents_text(whole, truth)
    else:
        options, right = outcome.options(block), [outcome.right(block)]
        figure, words = guesses.choices(answers, options, right), guesses.choices_text(answers, options, right)
    live_chart(figure, key=f"{key}.histogram", alt=words)
    st.button(_("Look again"), key=f"{key}.again", icon=":material/refresh:")
