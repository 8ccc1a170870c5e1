"""Figure 6: shared and own layers: the slider moves the place where the tasks part."""

from __future__ import annotations

from playground.basics.knobs import Knob
from playground.basics.words import N_, _, ngettext
from playground.course.measured.drawn import net, net_words
from playground.course.measured.figure import Figure
from playground.course.measured.recording import cells


def draw(depth: int = 2) -> str:
    """The network with so many shared blocks."""
    return net(6, f"same{depth}")


def describe(depth: int = 2) -> str:
    """The same in words, with what table 6 recorded of A."""
    said = ngettext("{count} of four blocks is shared.", "{count} of four blocks are shared.", depth).format(count=depth)
    words = f"{said} {net_words(6, f'same{depth}')}"
    found = [cells(6).get(f"{pair}{depth}", {}).get("a", {}) for pair in ("same", "apart")]
    if all(one.get("text") for one in found):
        gains = _("A changes by {same} % where both functions are equal, and by {apart} % where they have nothing in common.")
        words += " " + gains.format(same=found[0]["text"], apart=found[1]["text"])
    return words


FIGURE = Figure(
    number=6,
    title=N_("Shared layers and layers of one task"),
    draw=draw,
    describe=describe,
    knobs={"depth": Knob(2, low=0, high=4, label=N_("Shared blocks"))},
)
