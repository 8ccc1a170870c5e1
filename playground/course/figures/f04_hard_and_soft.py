"""Figure 4: how hard and soft sharing are built, drawn from the modules that table 4 trains."""

from __future__ import annotations

from playground.basics.knobs import Knob
from playground.basics.words import N_, _
from playground.course.measured.figure import Figure
from playground.course.measured.recording import diagram_of
from playground.course.measured.table import tables
from playground.figures.network import network
from playground.figures.style import Look, look_of

WAYS = {"hard": N_("Hard: one network"), "soft": N_("Soft: two networks, tied"), "stitch": N_("Soft: cross-stitch units")}


def draw(way: str = "hard") -> str:
    """The network of one way."""
    return network.network(diagram_of(4, way), _look(way))


def describe(way: str = "hard") -> str:
    """The same in words."""
    return f"{_(WAYS[way])}. {network.describe(diagram_of(4, way), _look(way))}"


def _look(way: str) -> Look:
    return look_of(tables()[4].row(way).experiment.the_suite.tasks())


FIGURE = Figure(
    number=4,
    title=N_("How hard and soft sharing are built"),
    draw=draw,
    describe=describe,
    knobs={"way": Knob("hard", choices=tuple(WAYS), words=tuple(WAYS.values()), label=N_("Way of sharing"))},
)
