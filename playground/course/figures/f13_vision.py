"""Figure 13: four tasks of computer vision on one trunk, and what it says of pictures at the end of its training."""

from __future__ import annotations

from playground.basics.knobs import Knob
from playground.basics.words import N_
from playground.course.measured import examples
from playground.course.measured.figure import Figure
from playground.course.measured.recording import diagram_of
from playground.course.measured.table import tables
from playground.experiment import Experiment
from playground.figures.network import network


def draw(shown: int = 3) -> str:
    """The network that table 13 trains, and pictures with all that it says of them."""
    return network.network(diagram_of(13, "kind"), examples.look(_experiment())) + _said(shown)[0]


def describe(shown: int = 3) -> str:
    """The same in words."""
    words = network.describe(diagram_of(13, "kind"), examples.look(_experiment()))
    return words + " " + _said(shown)[1]


def _said(shown: int) -> tuple[str, str]:
    return examples.said("scenes_one_trunk", examples.moments("scenes_one_trunk") - 1, shown)


def _experiment() -> Experiment:
    return tables()[13].row("kind").experiment


FIGURE = Figure(
    number=13,
    title=N_("Class, boxes, masks and depth from one trunk"),
    draw=draw,
    describe=describe,
    knobs={"shown": Knob(3, low=1, high=8, label=N_("Pictures"))},
)
