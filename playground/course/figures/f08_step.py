"""Figure 8: the flow of one step of joint training, with the numbers of a recorded run at that step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from playground.basics.knobs import Knob
from playground.basics.words import N_, _
from playground.course.measured.drawn import example_curves, example_look
from playground.course.measured.figure import Figure
from playground.figures import style
from playground.figures.style import Look, as_html, number
from playground.presets import presets

EXAMPLE = "digits_few_labels"
WIDTH, ROW, GAP = 420, 74, 26
"""Pixels of the picture: its width, a box, and the arrow between two."""


def _at(part: float) -> tuple[int, dict[str, Mapping[str, float]]]:
    """The recorded step nearest to a part of the training, and for each task its loss, weight and length of gradient."""
    frame = example_curves(EXAMPLE)
    frame = frame[(frame["seed"] == 0) & frame["norm"].notna()]
    steps = sorted(frame["step"].unique())
    step = steps[round(part / 100 * (len(steps) - 1))]
    rows = frame[frame["step"] == step].set_index("task")
    return int(step), {str(task): row for task, row in rows.iterrows()}


def _stages(found: Mapping[str, Mapping[str, float]], look: Look) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every box: its title, and a number for each task with its colour."""

    def each(column: str) -> list[tuple[str, str]]:
        return [(look.color(task), number(float(row[column]), 3)) for task, row in found.items()]

    names = [(look.color(task), look.title(task)) for task in found]
    return [
        (_("1 A batch of examples with labels"), []),
        (_("2 Shared blocks make features"), []),
        (_("3 A head for each task answers"), names),
        (_("4 Losses"), each("loss")),
        (_("5 Weights of the tasks"), each("weight")),
        (_("6 Lengths of gradients on shared blocks"), each("norm")),
        (_("7 Adam moves all parameters"), []),
    ]


def draw(part: int = 50) -> str:
    """The boxes one below the other."""
    look = example_look(EXAMPLE)
    _step, found = _at(part)
    stages = _stages(found, look)
    height = len(stages) * (ROW + GAP) - GAP + 30
    boxes = "".join(_box(place, title, cells) for place, (title, cells) in enumerate(stages))
    back = height - 22
    again = (
        f'<path d="M{WIDTH - 14} {back - 40}H{WIDTH - 4}V{ROW / 2}H{WIDTH - 14}" fill="none" stroke="{style.SHARED}" '
        f'stroke-width="2" stroke-dasharray="4 4"/>'
    )
    return (
        f'<div style="max-width:{WIDTH}px"><svg class="drawing" viewBox="0 0 {WIDTH} {height}" font-family="inherit" '
        f'aria-hidden="true">{again}{boxes}</svg></div>'
    )


def _box(place: int, title: str, cells: Sequence[tuple[str, str]]) -> str:
    """One box, its numbers, and the arrow that leads to it."""
    top = place * (ROW + GAP)
    wide = WIDTH - 16
    arrow = ""
    if place:
        arrow = (
            f'<path d="M{wide / 2} {top - GAP}V{top - 4}m-5 -6l5 6l5 -6" fill="none" stroke="{style.SHARED}" stroke-width="2"/>'
        )
    room = (wide - 20) / max(len(cells), 1)
    numbers = "".join(
        f'<circle cx="{18 + at * room:.0f}" cy="{top + 51}" r="5" fill="{color}"/>'
        f'<text x="{28 + at * room:.0f}" y="{top + 56}" font-size="13" fill="{style.INK}">{as_html(_short(text))}</text>'
        for at, (color, text) in enumerate(cells)
    )
    height = ROW if cells else ROW - 26
    shift = 0 if cells else 13
    return (
        f'{arrow}<rect x="1" y="{top + shift}" width="{wide}" height="{height}" rx="8" fill="{style.PANEL}" '
        f'stroke="{style.GRID}"/><text x="14" y="{top + 28 + shift}" font-size="15" font-weight="600" fill="{style.INK}">'
        f"{as_html(title)}</text>{numbers}"
    )


def _short(text: str) -> str:
    return text if len(text) <= 12 else text[:11] + "…"


def describe(part: int = 50) -> str:
    """The same in words."""
    look = example_look(EXAMPLE)
    step, found = _at(part)
    head = _("Step {step} of “{example}”: a batch passes the shared blocks and the heads, each task has a loss.").format(
        step=step, example=_(presets()[EXAMPLE].title)
    )
    each = [
        _("{task}: loss {loss}, weight {weight}, gradient {norm} long").format(
            task=look.title(task),
            loss=number(float(row["loss"]), 3),
            weight=number(float(row["weight"]), 3),
            norm=number(float(row["norm"]), 3),
        )
        for task, row in found.items()
    ]
    return f"{head} {style.sentence(each)}"


FIGURE = Figure(
    number=8,
    title=N_("The flow of one step of joint training"),
    draw=draw,
    describe=describe,
    knobs={"part": Knob(50, low=0, high=100, label=N_("Part of the training (%)"))},
)
