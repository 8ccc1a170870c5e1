"""Glossary: the terms of the field in both languages, each with a place in the program where it can be seen."""

from __future__ import annotations

import streamlit as st

from playground.basics.words import N_, _
from playground.ui.frame import frame
from playground.ui.lookup import glossary

TITLE, ICON, PLACE = N_("Glossary"), ":material/translate:", 8
LISTED = False  # the course leads here

frame.need(TITLE)
st.markdown("#### " + _("What the words mean, in both languages, and where to see it."))
glossary.show(glossary.search())
