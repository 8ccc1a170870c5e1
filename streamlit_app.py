"""The app: page settings, language, navigation. Nothing else."""

from __future__ import annotations

import streamlit as st

from playground.ui import language, server
from playground.words import _

st.set_page_config(page_title="Multi-task learning playground", page_icon=":material/hub:", layout="wide")
language.choose()
server.warm()
server.check_settings()

st.navigation(
    [
        st.Page("pages/play.py", title=_("Playground"), icon=":material/play_circle:", default=True),
        st.Page("pages/runs.py", title=_("Runs"), icon=":material/history:"),
    ],
    position="top",
).run()
