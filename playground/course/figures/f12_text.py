"""Figure 12: text classification with its helpers: the network, and what it says of sentences while it learns."""

from __future__ import annotations

from playground.basics.knobs import Knob
from playground.basics.words import N_
from playground.course.measured import examples
from playground.course.measured.figure import Figure
from playground.course.measured.recording import diagram_of
from playground.course.measured.table import tables
from playground.figures.network import network
from playground.figures.style import Look

PRESET = "sentences_all_labels"
SHOWN = 6
CLASSES = ("topic", "sentiment")


def draw(moment: int = 3) -> str:
    """The network, and sentences with their classes at a moment of the recorded run."""
    return network.network(diagram_of(12, "all"), _look()) + examples.said(PRESET, moment, SHOWN, CLASSES)[0]


def describe(moment: int = 3) -> str:
    """The same in words."""
    return network.describe(diagram_of(12, "all"), _look()) + " " + examples.said(PRESET, moment, SHOWN, CLASSES)[1]


def _look() -> Look:
    return examples.look(tables()[12].row("all").experiment)


FIGURE = Figure(
    number=12,
    title=N_("Text classification with two helpers, from the first step to the last"),
    draw=draw,
    describe=describe,
    knobs={"moment": Knob(3, low=0, high=6, label=N_("How far training has gone"))},
)
