"""The network as a picture: blocks as boxes, one coloured strand a task from the input to its head.

What several tasks use is grey with a stripe of their colours; what one task uses alone has its colour. Beside each head a
bar shows the task's weight of the moment. The picture is SVG in two forms: from left to right where there is room, and
from top to bottom on a phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from playground.basics.diagram import Box, Diagram
from playground.basics.words import _, ngettext
from playground.figures import style
from playground.figures.network.lines import Carried, inside, strands, ties
from playground.figures.network.places import LANE, LOW_LANE, PHONE, Form, Placed, arrange, fullest, xy
from playground.figures.network.uses import Learned, used, uses
from playground.figures.style import Look, as_html, faint, number

LETTER = 6.6
"""Pixels that a letter of the line under a drawing takes, a little more where its type is enlarged."""


def network(diagram: Diagram, look: Look, weights: Mapping[str, float] | None = None, learned: Learned | None = None) -> str:
    """The picture as markup for `playground.ui.charts.chart.live_chart`; all text in it is escaped.

    weights: for each task the weight of the moment, for the bars; None draws no bars.
    learned: what the strategy learned to share, for the thickness of lines and ties; None while nothing is known of it.
    """
    length = max(box.column for box in diagram.boxes)
    # Long networks stand closer together, so that their words stay large enough to read.
    low = LOW_LANE if len(diagram.tasks) > style.MANY else LANE
    wide = Form(False, 92 if length < 5 else 76, 32, 44, low, 56 if length < 5 else 30, (58, 244))
    lane = (PHONE - 8) / max(len(diagram.tasks), fullest(diagram))
    narrow = Form(True, 40, 30, min(lane - 8, 110), lane, 32, (32, 120))
    found = uses(diagram)
    carried = Carried(found, used(found, learned or {}))
    drawings = [(name, _drawing(diagram, look, weights, form, carried)) for name, form in (("wide", wide), ("narrow", narrow))]
    return "".join(f'<div class="{name}">{drawing}</div>' for name, drawing in drawings)


def describe(diagram: Diagram, look: Look, weights: Mapping[str, float] | None = None) -> str:
    """The picture in words: who shares which boxes, how many parameters that is, and the weights."""
    shared = [box for box in diagram.boxes if len(box.tasks) > 1 and box.kind != "input"]
    names = style.listed(look.title(task) for task in diagram.tasks)
    parts = [_("The network learns {tasks}.").format(tasks=names)]
    if shared and len(diagram.tasks) > 1:
        text = ngettext(
            "{count} box is used by several tasks: {boxes}.", "{count} boxes are used by several tasks: {boxes}.", len(shared)
        )
        parts.append(text.format(count=len(shared), boxes=style.listed(dict.fromkeys(box.title for box in shared))))
    elif len(diagram.tasks) > 1:
        held = _("No two tasks share a box, but a penalty holds their blocks near each other, level by level.")
        parts.append(held if diagram.ties else _("No two tasks share a box."))
    parts.append(_numbers(diagram))
    if weights:
        now = [
            _("{task} {weight}").format(task=look.title(task), weight=number(weights[task], 2))
            for task in diagram.tasks
            if task in weights
        ]
        parts.append(_("Weights now: {weights}.").format(weights=style.listed(now)))
    return " ".join(parts)


def _numbers(diagram: Diagram) -> str:
    """How many parameters are shared and how many belong to one task."""
    own = sum(diagram.own(task) for task in diagram.tasks)
    if len(diagram.tasks) == 1:
        return _("{own} parameters.").format(own=f"{own:,}")
    if diagram.ties:
        tied = diagram.tied()
        return _("{tied} parameters are tied across tasks (numbers: how far apart), {own} belong to single tasks.").format(
            tied=f"{tied:,}", own=f"{own - tied:,}"
        )
    return _("{shared} parameters are shared, {own} belong to single tasks.").format(
        shared=f"{diagram.shared():,}", own=f"{own:,}"
    )


def _drawing(diagram: Diagram, look: Look, weights: Mapping[str, float] | None, form: Form, carried: Carried) -> str:
    """One form of the picture as SVG."""
    placed, (length, thickness) = arrange(diagram, form)
    by_name = {one.box.name: one for one in placed}
    parts = [
        strand
        for one in placed
        for source in one.box.reads
        if source in by_name
        for strand in strands(by_name[source], one, by_name, diagram, look, form, carried)
    ]
    parts += ties(diagram, by_name, form, carried)
    parts += [
        _box(one, look, form, inside(one, by_name, diagram, look, form, carried))
        for one in placed
        if one.box.kind not in ("head", "way")
    ]
    parts += [_head(one, look, form, weights) for one in placed if one.box.kind == "head"]
    width = thickness if form.across else length
    foot = style.wrapped(_numbers(diagram), max(int(width / LETTER), 24))
    height = (length if form.across else thickness) + 10 + 16 * len(foot)
    parts += [
        _words(4, height - 6 - 16 * (len(foot) - 1 - place), line, size=12, color=style.MUTED, anchor="start")
        for place, line in enumerate(foot)
    ]
    # Not wider than its own pixels, so that a small network is not blown up.
    return (
        f'<svg class="drawing" viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:{1.25 * width:.0f}px" '
        f'xmlns="http://www.w3.org/2000/svg" aria-hidden="true" font-family="inherit">{"".join(parts)}</svg>'
    )


def _box(one: Placed, look: Look, form: Form, inside: str = "") -> str:
    """A box with its title, and its stripe where several tasks use it. inside: lines through it, behind its words."""
    (x, y), (width, height) = xy(one.middle, form), xy(one.size, form)
    left, top = x - width / 2, y - height / 2
    common = len(one.box.tasks) > 1
    edge = look.color(one.home) if one.home else style.SHARED
    fill = style.PANEL if common else style.PAGE
    shape = f'x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="9"'
    parts = [f"<g><title>{as_html(_hover(one.box, look))}</title>", f'<rect {shape} fill="{fill}"/>']
    if not common:
        parts.append(f'<rect {shape} fill="{faint(edge, 0.14)}"/>')
    parts.append(f'<rect {shape} fill="none" stroke="{edge}" stroke-width="1.5"/>')
    parts.append(inside)
    if common and one.box.kind != "input":
        parts.append(_stripe(one.box.tasks, look, left, top, width, height))
    turned = one.box.kind == "mix" and height > 2 * width
    lift = 3.0 if common and one.box.kind != "input" and not turned else 0.0
    parts.append(_title(one.box.title, x, y - lift, width if not turned else height, turned))
    return "".join(parts) + "</g>"


def _stripe(tasks: Sequence[str], look: Look, left: float, top: float, width: float, height: float) -> str:
    """A thin line of the colours of all tasks that use a box, along its longer inner side."""
    upright, inset = height > 2 * width, 9.0
    room = (height if upright else width) - 2 * inset
    each, parts = room / len(tasks), []
    for place, task in enumerate(tasks):
        start = inset + place * each
        if upright:
            x, y, wide, high = left + 4, top + start, 3.0, each
        else:
            x, y, wide, high = left + start, top + height - 7, each, 3.0
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{look.color(task)}"/>')
    return "".join(parts)


def _title(text: str, x: float, y: float, room: float, turned: bool) -> str:
    """A box's title, broken into two lines where it is too long for one, and smaller where a word is too long for the box."""
    longest = max(map(len, text.split()), default=1)
    size = max(min(13.0 if room >= 70 else 11.0, (room - 5) / (0.56 * longest)), 8.0)
    lines = style.wrapped(text, max(int((room - 5) / (0.56 * size) + 0.01), 3))[:2]
    words = "".join(
        _words(x, y + (place - (len(lines) - 1) / 2) * (size + 2) + 0.34 * size, line, size=size)
        for place, line in enumerate(lines)
    )
    return f'<g transform="rotate(-90 {x:.1f} {y:.1f})">{words}</g>' if turned else words


def _head(one: Placed, look: Look, form: Form, weights: Mapping[str, float] | None) -> str:
    """A head: a dot in the task's colour, the task's title, and its weight as a bar with its number."""
    task = one.box.tasks[0]
    color, (x, y) = look.color(task), xy(one.middle, form)
    parts = [f"<g><title>{as_html(_hover(one.box, look))}</title>", f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{color}"/>']
    weight = None if weights is None else weights.get(task)
    if form.across:
        room = form.lane - 10
        # Smaller where a word would be too long for its lane; Chinese has no words that must not be broken.
        longest = max((len(word) for word in look.title(task).split() if word.isascii()), default=1)
        size = max(min(13.0 if room > 80 else 11.0, room / (0.56 * longest)), 8.0)
        lines = style.wrapped(look.title(task), max(int(room / (0.56 * size) + 0.01), 4))[:3]
        parts += [_words(x, y + 42 + place * 14, line, size=size) for place, line in enumerate(lines)]
        # The bars stand before the titles, so that they are in one line however long these are.
        bar = min(room, 110.0)
        parts += _bar(x - bar / 2, y + 14, bar, color, task, weights)
        if weight is not None:
            lowest, live = y + 42 + len(lines) * 14, f'data-said="{as_html(task)}" data-short="true"'
            parts.append(_words(x, lowest, number(weight, 2), size=12, color=style.MUTED, more=live))
    else:
        # Small type is enlarged on the page, see drawing.js: where there is room, title and weight keep apart then, too.
        spare = 3.0 if form.lane > LOW_LANE else 0.0
        lift = 0.0 if weight is None else 9.0 + spare
        parts.append(_words(x + 16, y + 5 - lift, look.title(task), size=15, anchor="start", weight=600))
        said = None if weight is None else _("weight {weight}").format(weight=number(weight, 2))
        parts += _bar(x + 16, y + 6 + spare, 110, color, task, weights)
        if said is not None:
            live = f'data-said="{as_html(task)}"'
            parts.append(_words(x + 134, y + 14 + spare, said, size=12.5, color=style.MUTED, anchor="start", more=live))
    return "".join(parts) + "</g>"


def _bar(
    x: float,
    y: float,
    room: float,
    color: str,
    task: str,
    weights: Mapping[str, float] | None,
) -> list[str]:
    """The bar of a task's weight on its track; half of the track is the weight 1 unless a weight is above 2.

    playground/ui/charts/drawing.js moves it, and the number beside it, by the names that it bears.
    """
    if not weights or task not in weights:
        return []
    weight = weights[task]
    full = max(2.0, *(value for value in weights.values() if np.isfinite(value)), 2.0)
    part = room * min(max(weight / full, 0.0), 1.0) if np.isfinite(weight) else 0.0
    size = 'height="8" rx="4"'
    return [
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{room:.1f}" {size} fill="{faint(color, 0.18)}"/>',
        f'<rect class="moves" x="{x:.1f}" y="{y:.1f}" width="{part:.1f}" {size} fill="{color}" '
        f'data-weight="{as_html(task)}" data-room="{room:.1f}"/>',
    ]


def _words(
    x: float,
    y: float,
    text: str,
    size: float = 13,
    color: str = style.INK,
    anchor: str = "middle",
    weight: int = 400,
    more: str = "",
) -> str:
    """Text of the picture, escaped; more: further attributes."""
    look = f'font-size="{size:g}" fill="{color}" text-anchor="{anchor}" font-weight="{weight}" {more}'.rstrip()
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{as_html(text)}</text>'


def _hover(box: Box, look: Look) -> str:
    """What a box says when the pointer rests on it."""
    names = style.listed(look.title(task) for task in box.tasks)
    count = ngettext("{count} parameter", "{count} parameters", box.parameters).format(count=f"{box.parameters:,}")
    return f"{box.title} · {count} · {names}"
