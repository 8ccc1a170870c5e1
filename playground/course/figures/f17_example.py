"""Figure 17: one part of one experiment in both frameworks, side by side, for a weighting method of your choice."""

from __future__ import annotations

from playground import catalog
from playground.basics.knobs import Knob
from playground.basics.words import N_, _
from playground.course.measured import scripts
from playground.course.measured.figure import Figure
from playground.figures.markup import panels
from playground.figures.style import as_html

METHODS = ("equal", "uncertainty", "gradnorm", "pcgrad")


def draw(part: str = "weigh", weighting: str = "uncertainty") -> str:
    """The part in PyTorch and in TensorFlow."""
    listings = []
    for framework, title in scripts.FRAMEWORKS.items():
        code = scripts.text(framework, weighting=weighting)
        first, last = scripts.lines(code, part)
        where = _("lines {first} to {last}").format(first=first, last=last)
        head = f'<b>{as_html(title)}</b> <span class="quiet">{as_html(where)}</span>'
        listings.append(f'<div class="card">{head}{scripts.listing(code, part, around=0)}</div>')
    return f"<p>{as_html(_(scripts.PARTS[part][2]))}</p>{panels(listings, '380px')}"


def describe(part: str = "weigh", weighting: str = "uncertainty") -> str:
    """The same in words."""
    title = _(catalog.methods()[weighting].card.title)
    return _("One part in both frameworks, weighted by {method}.").format(method=title) + " " + _(scripts.PARTS[part][2])


FIGURE = Figure(
    number=17,
    title=N_("One experiment in both frameworks, part by part"),
    draw=draw,
    describe=describe,
    knobs={
        "part": Knob("weigh", choices=tuple(scripts.PARTS), words=scripts.PART.words[:-1], label=scripts.PART.label),
        "weighting": Knob(
            "uncertainty",
            choices=METHODS,
            words=tuple(catalog.methods()[key].card.title for key in METHODS),
            label=N_("Weighting"),
        ),
    },
)
