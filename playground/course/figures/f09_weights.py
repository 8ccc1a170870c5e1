"""Figure 9: two gradients that one can turn, and the step that a method makes of them."""

from __future__ import annotations

from playground import catalog
from playground.basics.knobs import Knob
from playground.basics.words import N_, _
from playground.course.measured.figure import Figure
from playground.figures import arrows
from playground.figures.arrows import Outcome
from playground.figures.marks import marks
from playground.landscape import steps
from playground.landscape.steps import Sketch

METHODS = ("equal", "mgda", "pcgrad", "cagrad", "imtl_g", "upgrad")


def _found(method: str, angle: int, length: float) -> tuple[Sketch, list[Outcome]]:
    """The two gradients, and what becomes of them."""
    sketch = Sketch(arrows=((0.0, 1.0), (float(angle), length)), losses=(1.0, 1.0))
    looks = marks({key: _(one.card.title) for key, one in catalog.methods().items()})
    one = steps.step(method, sketch)
    return sketch, [Outcome(looks[method], one.weights, one.direction, one.effects)]


def draw(method: str = "equal", angle: int = 130, length: float = 2.0) -> str:
    """Gradients, the hull of their tips, and the direction."""
    sketch, found = _found(method, angle, length)
    drawn = arrows.lab(sketch.gradients, steps.shortest(sketch.gradients), found)
    return f'<div style="max-width:460px">{drawn}</div>'


def describe(method: str = "equal", angle: int = 130, length: float = 2.0) -> str:
    """The same in words."""
    sketch, found = _found(method, angle, length)
    return arrows.lab_text(sketch.gradients, found)


FIGURE = Figure(
    number=9,
    title=N_("What a method makes of two gradients"),
    draw=draw,
    describe=describe,
    knobs={
        "method": Knob(
            "equal",
            choices=METHODS,
            words=(N_("Equal"), "MGDA", "PCGrad", "CAGrad", "IMTL-G", "UPGrad"),
            label=N_("Method"),
        ),
        "angle": Knob(130, low=0, high=180, label=N_("Angle between the gradients (°)")),
        "length": Knob(2.0, low=0.2, high=3.0, label=N_("Length of the second gradient")),
    },
)
