"""Data: look at any suite before it is learned, or bring a table of your own."""

from __future__ import annotations

import streamlit as st

from playground.basics.words import N_, _
from playground.ui import scene
from playground.ui.data import form, own_table, state, suite
from playground.ui.frame import frame

TITLE, ICON, PLACE = N_("Data"), ":material/table_chart:", 1

frame.need(TITLE)
view, seen = state.open_address()
st.markdown("#### " + _("Look at the data first: examples, labels, how tasks go together, what is missing."))
view = state.choose_view(view)
scene.show_said()
state.write_address(view, seen)

if view == state.SUITE:
    with st.sidebar:
        form.form(seen)
    suite.look(seen)
else:
    own_table.bring()
    own_table.shelf_of_visitor()
