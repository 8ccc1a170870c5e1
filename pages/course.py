"""Course: the lecture told with running experiments, chapter by chapter."""

from __future__ import annotations

from playground.basics.words import N_
from playground.ui.course.page import page
from playground.ui.frame import frame

TITLE, ICON, PLACE = N_("Course"), ":material/school:", 7

frame.need(TITLE)
page()
