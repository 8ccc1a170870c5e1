"""Figure 3: the paradigms, sorted as the catalogue of the program sorts them: a new file appears here unasked."""

from __future__ import annotations

from collections.abc import Iterable

from playground import catalog
from playground.basics.cards import Card
from playground.basics.knobs import Knob
from playground.basics.words import N_, _
from playground.course.measured.figure import Figure
from playground.figures import style
from playground.figures.markup import panels
from playground.figures.style import as_html

WHAT = {"sharing": N_("What is shared"), "weighting": N_("Who weighs"), "schedule": N_("When is learned")}
SORTS = {
    "none": (N_("Nothing shared"), N_("one network a task")),
    "hard": (N_("Hard sharing"), N_("the same weights for all tasks")),
    "soft": (N_("Soft sharing"), N_("own weights or own mixtures, tied")),
    "loss": (N_("By losses"), N_("one backward pass a step")),
    "gramian": (N_("By gradients"), N_("one backward pass for every task")),
    "all": (N_("Together"), N_("some steps learn from all tasks")),
    "one": (N_("In turns"), N_("each step learns from some tasks")),
}
COLORS = style.TASK_COLORS


def _sorted(what: str) -> dict[str, list[Card]]:
    """The cards of the catalogue by sort, in the order of `SORTS`."""
    pairs: Iterable[tuple[str, Card]]
    if what == "sharing":
        pairs = [(one.family, one.card) for one in catalog.strategies().values()]
    elif what == "weighting":
        pairs = [(one.signal, one.card) for one in catalog.methods().values()]
    else:
        pairs = [("all" if one.weighs else "one", one.card) for one in catalog.schedules().values()]
    found: dict[str, list[Card]] = {}
    for sort, card in pairs:
        found.setdefault(sort, []).append(card)
    return {sort: found[sort] for sort in SORTS if sort in found}


def draw(what: str = "sharing") -> str:
    """A panel for each sort, with its entries; each says its idea to whoever points at it."""
    parts = []
    for color, (sort, cards) in zip(COLORS, _sorted(what).items(), strict=False):
        title, about = (_(word) for word in SORTS[sort])
        rows = "".join(
            f'<div class="entry" title="{as_html(_(card.idea))}" style="border-left:3px solid {color};padding-left:0.6em">'
            f"{as_html(_(card.title))}</div>"
            for card in cards
        )
        words = f'<b style="color:{color}">{as_html(title)}</b><span class="quiet">{as_html(about)}</span>'
        head = f'<div class="entry">{words}</div>'
        parts.append(f'<div class="panel">{head}{rows}</div>')
    return panels(parts, "13rem")


def describe(what: str = "sharing") -> str:
    """The same in words."""
    said = [
        _("{sort}: {names}").format(sort=_(SORTS[sort][0]), names=style.listed(_(card.title) for card in cards))
        for sort, cards in _sorted(what).items()
    ]
    return style.sentence(said)


FIGURE = Figure(
    number=3,
    title=N_("The paradigms of multi-task learning"),
    draw=draw,
    describe=describe,
    knobs={"what": Knob("sharing", choices=tuple(WHAT), words=tuple(WHAT.values()), label=N_("Sorted by"))},
)
