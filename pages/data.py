"""Data: look at any suite before it is learned, or bring a table of your own."""

from __future__ import annotations

import streamlit as st

from playground.ui import data, frame, own, scene
from playground.words import _

frame.need()
view, sight = data.open_address()
st.markdown("#### " + _("Look at the data first: examples, labels, how tasks go together, what is missing."))
view = data.choose_view(view)
scene.show_said()
data.write_address(view, sight)

if view == data.SUITE:
    with st.sidebar:
        data.form(sight)
    data.look(sight)
else:
    own.bring()
    own.shelf_of_visitor()
