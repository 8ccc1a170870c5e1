"""The app: page settings, language, navigation. Nothing else."""

from __future__ import annotations

import streamlit as st

from playground.ui import frame, language, server
from playground.words import _

st.set_page_config(page_title="Multi-task learning playground", page_icon="playground/ui/icon.svg", layout="wide")
frame.begin()
language.choose()
page = st.navigation(
    [
        st.Page("pages/play.py", title=_("Playground"), icon=":material/play_circle:", default=True),
        st.Page("pages/data.py", title=_("Data"), icon=":material/table_chart:"),
        st.Page("pages/sharing.py", title=_("Sharing"), icon=":material/account_tree:"),
        st.Page("pages/weighting.py", title=_("Weighting"), icon=":material/balance:"),
        st.Page("pages/runs.py", title=_("Runs"), icon=":material/history:"),
        st.Page("pages/methods.py", title=_("Methods"), icon=":material/menu_book:"),
    ],
    position="top",
)
# After the navigation, so that the first visitor sees it while the server loads what every page needs.
server.warm()
server.check_settings()
with server.needed():
    page.run()
language.offer()
