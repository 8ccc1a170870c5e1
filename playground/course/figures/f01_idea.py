"""Figure 1: how multi-task learning works: four networks side by side, or one with four heads."""

from __future__ import annotations

from playground.basics.diagram import Diagram
from playground.basics.knobs import Knob
from playground.basics.words import N_, _
from playground.course.measured import recording
from playground.course.measured.drawn import look
from playground.course.measured.figure import Figure
from playground.course.measured.table import tables
from playground.figures.network import network

WAYS = {"together": N_("Together: one trunk, four heads"), "alone": N_("Alone: four networks")}


def _diagram(way: str) -> Diagram:
    experiment = tables()[1].rows[0].experiment
    return recording.diagram((experiment if way == "together" else experiment.set(sharing="separate")).to_dict())


def draw(way: str = "together") -> str:
    """The network of one way."""
    return network.network(_diagram(way), look(1, "digit"))


def describe(way: str = "together") -> str:
    """The same in words."""
    return f"{_(WAYS[way])}. {network.describe(_diagram(way), look(1, 'digit'))}"


FIGURE = Figure(
    number=1,
    title=N_("How multi-task learning works"),
    draw=draw,
    describe=describe,
    knobs={"way": Knob("together", choices=tuple(WAYS), words=tuple(WAYS.values()), label=N_("How the tasks are learned"))},
)
