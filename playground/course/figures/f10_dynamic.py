"""Figure 10: weights that move while the network learns, from recorded runs."""

from __future__ import annotations

from typing import Any

from playground.basics.knobs import Knob
from playground.basics.words import N_, _
from playground.course.measured.drawn import example_curves, example_look
from playground.course.measured.figure import Figure
from playground.figures.steps import curves
from playground.presets import presets

RUNS = {
    "scale_clash_gradnorm": N_("GradNorm, a quiet and a loud task"),
    "noisy_twins_weights": N_("Uncertainty, clean and noisy labels"),
    "digits_random_weights": N_("A lottery"),
}
CURVES = {"weights": N_("Weights"), "losses": N_("Losses")}


def draw(run: str = "scale_clash_gradnorm", curve: str = "weights") -> Any:
    """Weights or losses over steps."""
    frame, look = example_curves(run), example_look(run)
    return curves.weights(frame, look) if curve == "weights" else curves.losses(frame, look, relative=True)


def describe(run: str = "scale_clash_gradnorm", curve: str = "weights") -> str:
    """The same in words."""
    frame, look = example_curves(run), example_look(run)
    said = curves.weights_text(frame, look) if curve == "weights" else curves.losses_text(frame, look)
    return f"{_(presets()[run].title)}. {said}"


FIGURE = Figure(
    number=10,
    title=N_("Weights that move while the network learns"),
    draw=draw,
    describe=describe,
    knobs={
        "run": Knob("scale_clash_gradnorm", choices=tuple(RUNS), words=tuple(RUNS.values()), label=N_("Who weighs what")),
        "curve": Knob("weights", choices=tuple(CURVES), words=tuple(CURVES.values()), label=N_("Curve")),
    },
)
