"""Figure 15: an experiment in TensorFlow: the very script that the program exports, with a part of it tinted and explained."""

from __future__ import annotations

from playground.basics.words import N_
from playground.course.measured import scripts

FIGURE = scripts.code_figure(15, N_("Multi-task learning in TensorFlow"), "tensorflow")
