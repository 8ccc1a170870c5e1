"""The blocks of a lesson on a page."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from playground.basics.knobs import Knob
from playground.basics.words import N_, _
from playground.course.measured import told
from playground.course.measured.figure import Figure, figures
from playground.course.measured.table import tables
from playground.course.text import prose
from playground.course.text.model import Block, Note, Play, Predict, Prose, Shown
from playground.ui import lesson, scene
from playground.ui.charts.chart import live_chart
from playground.ui.course import classroom, predict

HEADS = {
    "opinion": (N_("An opinion"), ":material/chat_bubble:"),
    "lecture": (N_("What is usually said, and what our runs say"), ":material/compare_arrows:"),
    "next": (N_("What to change next"), ":material/tune:"),
    "answer": (N_("Answer"), ":material/check_circle:"),
}
"""What stands over a box, and its sign."""


def draw(block: Block, key: str) -> None:
    """One block. key: unique on the page."""
    if isinstance(block, Prose):
        st.markdown(prose.markdown(block.text))
    elif isinstance(block, Shown):
        figure(block.number, key) if block.kind == "figure" else table(block.number)
    elif isinstance(block, Predict):
        predict.draw(block, key)
    elif isinstance(block, Play):
        _play(block, key)
    elif isinstance(block, Note):
        title, icon = HEADS[block.kind]
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"{icon} **{_(title)}**")
            st.markdown(prose.markdown(block.text))


def figure(number: int, key: str) -> None:
    """A figure with its controls and its words."""
    one = figures()[number]
    with st.container(border=True, gap="small", key=f"course-figure-{number}"):
        st.markdown("**" + _("Figure {number}").format(number=number) + f"** · {_(one.title)}")
        chosen = _turned(one, key)
        words = one.describe(**chosen)
        live_chart(one.draw(**chosen), key=f"{key}.figure", alt=words)
        with st.expander(_("The figure in words")):
            st.text(words)


def _turned(one: Figure, key: str) -> dict[str, Any]:
    """The controls of a figure, and where they stand."""
    if not one.knobs:
        return {}
    with st.container(horizontal=True, gap="medium"):
        return {name: _control(knob, f"{key}.{name}") for name, knob in one.knobs.items()}


def _control(knob: Knob, key: str) -> Any:
    """One control: a slider of numbers, or a choice."""
    if knob.choices:
        return st.segmented_control(
            _(knob.label), knob.choices, default=knob.default, format_func=knob.word, required=True, key=key, wrap=True
        )
    if isinstance(knob.default, bool):
        return st.toggle(_(knob.label), value=knob.default, key=key)
    whole = isinstance(knob.default, int)
    low, high, step = (knob.low, knob.high, (knob.high - knob.low) / 20)
    if whole:
        return st.slider(_(knob.label), int(low), int(high), knob.default, key=key, width=320)
    return st.slider(_(knob.label), float(low), float(high), float(knob.default), step=step, key=key, width=320)


def table(number: int) -> None:
    """A table, with what its numbers are from below it."""
    one = tables()[number]
    with st.container(border=True, gap="small", key=f"course-table-{number}"):
        st.markdown("**" + _("Table {number}").format(number=number) + f"** · {_(one.title)}")
        st.table(pd.DataFrame(told.body(one), columns=told.head(one)), border="horizontal", hide_index=True, alt=_(one.title))
        if below := told.below(one):
            st.caption(below)


def _play(block: Play, key: str) -> None:
    """A button that opens an experiment."""
    if st.button(block.say, icon=":material/play_circle:", type="primary", key=f"{key}.play"):
        if block.preset:
            changes = dict(change.partition("=")[::2] for change in block.changes)
            opened = scene.of_preset(block.preset)
            scene.show(opened.changed(**changes) if changes else opened)
        # In a class the experiment is the one of the lesson: what the lesson does not ask to be turned is locked.
        locked = lesson.all_but(block.turn) if block.turn and classroom.code() else ""
        st.switch_page(f"pages/{block.page}.py", query_params={"lock": locked} if locked else None)
