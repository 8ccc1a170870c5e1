"""Figure 11: language tasks that read the same sentences, on the network that table 11 trains, and what it says of them."""

from __future__ import annotations

from playground.basics.knobs import Knob
from playground.basics.words import N_
from playground.course.measured import examples
from playground.course.measured.figure import Figure
from playground.course.measured.recording import diagram_of
from playground.course.measured.table import tables
from playground.figures.network import network
from playground.figures.style import Look

TOGETHER = {"names": N_("Named entities and translation"), "all": N_("Topic, sentiment, named entities")}
SHOWN = 3
"""Sentences below the network."""


def draw(together: str = "names", moment: int = 6) -> str:
    """The network, and sentences with all that it says of them at a moment of the recorded run."""
    return network.network(diagram_of(11, together), _look(together)) + examples.said(_preset(together), moment, SHOWN)[0]


def describe(together: str = "names", moment: int = 6) -> str:
    """The same in words."""
    words = network.describe(diagram_of(11, together), _look(together))
    return words + " " + examples.said(_preset(together), moment, SHOWN)[1]


def _preset(together: str) -> str:
    return tables()[11].row(together).preset


def _look(together: str) -> Look:
    return examples.look(tables()[11].row(together).experiment)


FIGURE = Figure(
    number=11,
    title=N_("Language tasks on one encoder, and what it says of sentences"),
    draw=draw,
    describe=describe,
    knobs={
        "together": Knob("names", choices=tuple(TOGETHER), words=tuple(TOGETHER.values()), label=N_("Tasks")),
        "moment": Knob(6, low=0, high=6, label=N_("How far training has gone")),
    },
)
