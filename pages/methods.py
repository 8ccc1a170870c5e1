"""Methods: a card for each way of weighing and of sharing: idea, formula, paper, cost, when it fails, knobs, source."""

from __future__ import annotations

import streamlit as st

from playground.basics.words import N_, _
from playground.ui.frame import frame
from playground.ui.lookup import methods

TITLE, ICON, PLACE = N_("Methods"), ":material/menu_book:", 6

frame.need(TITLE)
st.markdown("#### " + _("Every method on one card: what it does, what it costs, and when it fails."))
methods.show_left_out()
shelf = methods.choose_shelf()
with st.container(horizontal=True, gap="medium", vertical_alignment="top"):
    text = methods.search()
    signal = methods.filter_signal() if shelf == "weighting" else methods.EVERY

if shelf == "weighting":
    methods.methods(text, signal)
else:
    methods.strategies(text)
