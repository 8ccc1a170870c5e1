"""Figure 5: a transformer for three tasks of language, shared in five ways; drawn from the modules that table 5 trains."""

from __future__ import annotations

from playground.basics.knobs import Knob
from playground.basics.words import N_, _
from playground.course.measured.drawn import net, net_words
from playground.course.measured.figure import Figure

WAYS = {
    "heads": N_("Heads"),
    "adapters": N_("Adapters"),
    "lora": N_("LoRA"),
    "prompt": N_("Prompts"),
    "separate": N_("Separate"),
}


def draw(way: str = "heads") -> str:
    """The network of one way."""
    return net(5, way)


def describe(way: str = "heads") -> str:
    """The same in words."""
    return f"{_(WAYS[way])}. {net_words(5, way)}"


FIGURE = Figure(
    number=5,
    title=N_("One transformer for several tasks"),
    draw=draw,
    describe=describe,
    knobs={"way": Knob("heads", choices=tuple(WAYS), words=tuple(WAYS.values()), label=N_("What belongs to a task alone"))},
)
