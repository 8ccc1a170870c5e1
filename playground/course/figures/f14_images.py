"""Figure 14: image classification with its helpers, on real scans and on made scenes, while the network learns."""

from __future__ import annotations

from playground.basics.knobs import Knob
from playground.basics.words import N_
from playground.course.measured import examples
from playground.course.measured.figure import Figure
from playground.course.measured.recording import diagram
from playground.experiment import Experiment
from playground.figures.network import network
from playground.presets import presets

OF = {"digits_three_helpers": N_("Real scans, dense layers"), "scenes_one_trunk": N_("Made scenes, a residual network")}
SHOWN = {"digits_three_helpers": 8, "scenes_one_trunk": 3}


def draw(of: str = "digits_three_helpers", moment: int = 3) -> str:
    """The network, and pictures with what it says of them at a moment of the recorded run."""
    one = _experiment(of)
    return network.network(diagram(one.to_dict()), examples.look(one)) + examples.said(of, moment, SHOWN[of])[0]


def describe(of: str = "digits_three_helpers", moment: int = 3) -> str:
    """The same in words."""
    one = _experiment(of)
    return network.describe(diagram(one.to_dict()), examples.look(one)) + " " + examples.said(of, moment, SHOWN[of])[1]


def _experiment(of: str) -> Experiment:
    return presets()[of].experiment


FIGURE = Figure(
    number=14,
    title=N_("Image classification with helpers, from the first step to the last"),
    draw=draw,
    describe=describe,
    knobs={
        "of": Knob("digits_three_helpers", choices=tuple(OF), words=tuple(OF.values()), label=N_("Pictures")),
        "moment": Knob(3, low=0, high=6, label=N_("How far training has gone")),
    },
)
