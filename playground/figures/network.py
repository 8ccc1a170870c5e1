"""The network as a picture: blocks as boxes, one coloured strand a task from the input to its head.

What several tasks use is grey with a stripe of their colours; what one task uses alone has its colour. Beside each head a
bar shows the task's weight of the moment. The picture is SVG in two forms: from left to right where there is room, and
from top to bottom on a phone.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from playground.diagram import Box, Diagram
from playground.figures import style
from playground.figures.style import Look, escaped, faint, number
from playground.words import _, ngettext

Point = tuple[float, float]

PHONE = 360.0
"""Width of the narrow form, in the picture's own pixels; the wide form is as long as its network."""

STRAND = 6.0
"""Distance between neighbouring strands of a bundle."""


@dataclass(frozen=True)
class Form:
    """One of the two forms: how long and how thick things are, along the flow of data and across it.

    across: whether data flow downwards, so that tasks stand side by side.
    block, mix, thick: length of a block and of a mixing unit along the flow, and thickness of a box across it.
    lane: distance between neighbouring tasks.
    gap: distance between boxes along the flow.
    ends: room for the input and for the heads with their words.
    """

    across: bool
    block: float
    mix: float
    thick: float
    lane: float
    gap: float
    ends: tuple[float, float]


@dataclass(frozen=True)
class Placed:
    """A box with its middle and its size along the flow (first) and across it (second)."""

    box: Box
    home: str | None
    middle: Point
    size: Point

    def port(self, end: int, at: float) -> Point:
        """The point on its side −1 (where data come in) or 1 (where they leave), at `at` across, kept within the box."""
        half = max(self.size[1] / 2 - 8, 0)
        across = min(max(at, self.middle[1] - half), self.middle[1] + half)
        return self.middle[0] + end * self.size[0] / 2, across


def network(diagram: Diagram, look: Look, weights: Mapping[str, float] | None = None) -> str:
    """The picture as markup for `playground.ui.chart.live_chart`; all text in it is escaped.

    weights: for each task the weight of the moment, for the bars; None draws no bars.
    """
    length = max(box.column for box in diagram.boxes)
    # Long networks stand closer together, so that their words stay large enough to read.
    wide = Form(False, 92 if length < 5 else 76, 32, 44, 66, 56 if length < 5 else 30, (58, 226))
    lane = (PHONE - 8) / max(len(diagram.tasks), _fullest(diagram))
    narrow = Form(True, 40, 30, min(lane - 8, 110), lane, 32, (32, 120))
    drawings = (("wide", _drawing(diagram, look, weights, wide)), ("narrow", _drawing(diagram, look, weights, narrow)))
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
        parts.append(_("No two tasks share a box."))
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
    return _("{shared} parameters are shared, {own} belong to single tasks.").format(
        shared=f"{diagram.shared():,}", own=f"{own:,}"
    )


# --- where things stand ------------------------------------------------------------------------------------------------


def _fullest(diagram: Diagram) -> int:
    """The greatest number of boxes and ways that stand in one column."""
    return max(len(boxes) for boxes in _columns(diagram).values())


def _columns(diagram: Diagram) -> dict[int, list[Box]]:
    """The boxes of each column, and the ways through it: room for strands that lead past its boxes."""
    columns: dict[int, list[Box]] = defaultdict(list)
    for box in diagram.boxes:
        columns[box.column].append(box)
    for source, readers in _passing(diagram):
        tasks = tuple(task for task in diagram.tasks if any(task in reader.tasks for reader in readers))
        for column in range(source.column + 1, max(reader.column for reader in readers)):
            if not all(map(_is_tall, columns[column])):
                columns[column].append(Box(f"{source.name} past {column}", column, "", "way", tasks, 0, ()))
    return dict(sorted(columns.items()))


def _passing(diagram: Diagram) -> list[tuple[Box, list[Box]]]:
    """Common boxes that are read from beyond the next column, each with those readers.

    What all tasks read, the input, needs no way; and what comes out of a tall unit goes along the lanes of its readers.
    """
    found = []
    for source in diagram.boxes:
        readers = [box for box in diagram.boxes if source.name in box.reads and box.column > source.column + 1]
        if readers and source.kind == "block" and _home(source) is None:
            found.append((source, readers))
    return found


def _is_tall(box: Box) -> bool:
    """Whether it is a mixing unit that reaches over the lanes of all its tasks."""
    return box.kind == "mix" and _home(box) is None and len(box.tasks) > 1


def _home(box: Box) -> str | None:
    """The task in whose lane a box stands: its only task, or the one it is named after; None for a common box."""
    if len(box.tasks) == 1:
        return box.tasks[0]
    return next((part for part in box.name.split(".") if part in box.tasks), None)


def _place(diagram: Diagram, form: Form) -> tuple[list[Placed], Point]:
    """Every box with its place, and the size of the picture along and across the flow."""
    columns = _columns(diagram)
    slot = form.lane if form.across else 0.8 * form.lane
    thickness = max(len(diagram.tasks) * form.lane, _fullest(diagram) * slot)
    lanes = {task: (place + 0.5) * thickness / len(diagram.tasks) for place, task in enumerate(diagram.tasks)}
    lengths = {column: _length(boxes, form) for column, boxes in columns.items()}
    placed, along = [], 4.0
    for column, boxes in columns.items():
        along += lengths[column] / 2
        for box, middle in zip(boxes, _spread(boxes, lanes, slot, thickness), strict=True):
            thick = _thickness(box, form, lanes)
            if len(boxes) > 1:
                thick = min(thick, slot - 8)
            placed.append(Placed(box, _home(box), (along, middle), (lengths[column], thick)))
        along += lengths[column] / 2 + form.gap
    return placed, (along - form.gap - lengths[max(columns)] + form.ends[1], thickness)


def _length(boxes: Sequence[Box], form: Form) -> float:
    """How long a column is along the flow."""
    kinds = {box.kind for box in boxes}
    if kinds == {"input"}:
        return form.ends[0]
    if kinds == {"head"}:
        return 12.0
    common = all(box.kind == "mix" and _home(box) is None for box in boxes)
    return form.mix if common else form.block


def _thickness(box: Box, form: Form, lanes: Mapping[str, float]) -> float:
    """How thick a box is across the flow; a common mixing unit reaches over all lanes that it mixes."""
    own = [lanes[task] for task in box.tasks]
    if box.kind == "head":
        return 12.0
    if box.kind == "mix" and _home(box) is None:
        return max(own) - min(own) + form.thick
    if _home(box) is None and len(own) > 1:
        return max(form.thick, 96.0) if form.across else form.thick + STRAND * len(own)
    return form.thick


def _spread(boxes: Sequence[Box], lanes: Mapping[str, float], slot: float, thickness: float) -> list[float]:
    """The middle of each box across the flow: in the lanes of its tasks, or evenly where that is too narrow."""
    wished = [lanes[home] if (home := _home(box)) else float(np.mean([lanes[task] for task in box.tasks])) for box in boxes]
    order = sorted(range(len(boxes)), key=lambda place: wished[place])
    if all(wished[after] - wished[before] >= slot - 1e-6 for before, after in itertools.pairwise(order)):
        return wished
    result = list(wished)
    for place, index in enumerate(order):
        result[index] = (place + 0.5) * thickness / len(boxes)
    return result


# --- how things look ---------------------------------------------------------------------------------------------------


def _drawing(diagram: Diagram, look: Look, weights: Mapping[str, float] | None, form: Form) -> str:
    """One form of the picture as SVG."""
    placed, (length, thickness) = _place(diagram, form)
    by_name = {one.box.name: one for one in placed}
    parts = [
        strand
        for one in placed
        for source in one.box.reads
        if source in by_name
        for strand in _strands(by_name[source], one, by_name, diagram, look, form)
    ]
    parts += [_box(one, look, form) for one in placed if one.box.kind not in ("head", "way")]
    parts += [_head(one, look, form, weights) for one in placed if one.box.kind == "head"]
    foot = 26
    width, height = (thickness, length + foot) if form.across else (length, thickness + foot)
    parts.append(_words(4, height - 6, _numbers(diagram), size=12, color=style.MUTED, anchor="start"))
    # Not wider than its own pixels, so that a small network is not blown up.
    return (
        f'<svg class="drawing" viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:{1.25 * width:.0f}px" '
        f'xmlns="http://www.w3.org/2000/svg" aria-hidden="true" font-family="inherit">{"".join(parts)}</svg>'
    )


def _strands(
    source: Placed, reader: Placed, by_name: Mapping[str, Placed], diagram: Diagram, look: Look, form: Form
) -> Iterable[str]:
    """The lines from a box to one that reads it: one in the colour of whoever has a lane of its own, else one a task."""
    tasks = [task for task in diagram.tasks if task in source.box.tasks and task in reader.box.tasks]
    home = reader.home if source.box.kind in ("input", "mix") or source.home is None else source.home
    between = range(source.box.column + 1, reader.box.column)
    ways = [by_name[name] for column in between if (name := f"{source.box.name} past {column}") in by_name]
    for task in [home] if home else tasks:
        stops = [source, *ways, reader]
        points = [source.port(1, _at(source, stops[1], task, diagram))]
        if between and home and _is_tall(source.box):
            points += _aside(source, reader, by_name, form)
        for before, way in itertools.pairwise(stops[:-1]):
            points += [way.port(-1, _at(way, before, task, diagram)), way.port(1, _at(way, before, task, diagram))]
        points.append(reader.port(-1, _at(reader, stops[-2], task, diagram)))
        line = 'fill="none" stroke-width="2.5" stroke-opacity="0.85"'
        yield f'<path d="{_path(points, form)}" {line} stroke="{look.color(task)}"/>'


def _aside(source: Placed, reader: Placed, by_name: Mapping[str, Placed], form: Form) -> list[Point]:
    """A stretch beside the boxes of the reader's lane, from just behind `source` to the last column before the reader."""
    across = reader.middle[1] + form.thick / 2 + 4
    ends = [one.middle[0] + one.size[0] / 2 for one in by_name.values() if one.box.column == reader.box.column - 1]
    begin = source.middle[0] + source.size[0] / 2
    return [(begin + 0.6 * form.gap, across), (max(ends), across)]


def _path(points: Sequence[Point], form: Form) -> str:
    """A line through points: straight where it stays at one height, in a bend that begins and ends along the flow elsewhere."""
    parts = [f"M{_pair(_xy(points[0], form))}"]
    for start, end in itertools.pairwise(points):
        bend = (end[0] - start[0]) * 0.5
        bends = ((start[0] + bend, start[1]), (end[0] - bend, end[1]), end)
        parts.append(f"C{' '.join(_pair(_xy(point, form)) for point in bends)}")
    return " ".join(parts)


def _at(one: Placed, other: Placed, task: str, diagram: Diagram) -> float:
    """Where across the flow a task's strand meets a box: straight at a tall unit, bundled at a common block."""
    if one.box.kind == "mix" and one.home is None:
        return other.middle[1]
    if one.home is not None:
        return one.middle[1]
    users = [name for name in diagram.tasks if name in one.box.tasks]
    return one.middle[1] + STRAND * (users.index(task) - (len(users) - 1) / 2)


def _box(one: Placed, look: Look, form: Form) -> str:
    """A box with its title, and its stripe where several tasks use it."""
    (x, y), (width, height) = _xy(one.middle, form), _xy(one.size, form)
    left, top = x - width / 2, y - height / 2
    common = len(one.box.tasks) > 1
    edge = look.color(one.home) if one.home else style.SHARED
    fill = style.PANEL if common else style.PAGE
    shape = f'x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="9"'
    parts = [f"<g><title>{escaped(_hover(one.box, look))}</title>", f'<rect {shape} fill="{fill}"/>']
    if not common:
        parts.append(f'<rect {shape} fill="{faint(edge, 0.14)}"/>')
    parts.append(f'<rect {shape} fill="none" stroke="{edge}" stroke-width="1.5"/>')
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
    color, (x, y) = look.color(task), _xy(one.middle, form)
    parts = [f"<g><title>{escaped(_hover(one.box, look))}</title>", f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{color}"/>']
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
        parts += _bar(x - bar / 2, y + 14, bar, color, weight, weights)
        if weight is not None:
            lowest = y + 42 + len(lines) * 14
            parts.append(_words(x, lowest, number(weight, 2), size=12, color=style.MUTED))
    else:
        lift = 0.0 if weight is None else 9.0
        parts.append(_words(x + 16, y + 5 - lift, look.title(task), size=15, anchor="start", weight=600))
        said = None if weight is None else _("weight {weight}").format(weight=number(weight, 2))
        parts += _bar(x + 16, y + 6, 110, color, weight, weights)
        if said is not None:
            parts.append(_words(x + 134, y + 14, said, size=12.5, color=style.MUTED, anchor="start"))
    return "".join(parts) + "</g>"


def _bar(
    x: float,
    y: float,
    room: float,
    color: str,
    weight: float | None,
    weights: Mapping[str, float] | None,
) -> list[str]:
    """The bar of a weight on its track; half of the track is the weight 1 unless a weight is above 2."""
    if weight is None or not weights:
        return []
    full = max(2.0, *(value for value in weights.values() if np.isfinite(value)), 2.0)
    part = room * min(max(weight / full, 0.0), 1.0) if np.isfinite(weight) else 0.0
    size = 'height="8" rx="4"'
    return [
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{room:.1f}" {size} fill="{faint(color, 0.18)}"/>',
        f'<rect class="moves" x="{x:.1f}" y="{y:.1f}" width="{part:.1f}" {size} fill="{color}"/>',
    ]


def _words(
    x: float, y: float, text: str, size: float = 13, color: str = style.INK, anchor: str = "middle", weight: int = 400
) -> str:
    """Text of the picture, escaped."""
    look = f'font-size="{size:g}" fill="{color}" text-anchor="{anchor}" font-weight="{weight}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escaped(text)}</text>'


def _hover(box: Box, look: Look) -> str:
    """What a box says when the pointer rests on it."""
    names = style.listed(look.title(task) for task in box.tasks)
    count = ngettext("{count} parameter", "{count} parameters", box.parameters).format(count=f"{box.parameters:,}")
    return f"{box.title} · {count} · {names}"


def _xy(point: Point, form: Form) -> Point:
    """A point along and across the flow as x and y."""
    return (point[1], point[0]) if form.across else point


def _pair(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"
