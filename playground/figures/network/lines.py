"""The lines of a network's picture: strands from box to box, ties between towers, and what a unit takes from each task."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from playground.basics.diagram import Diagram
from playground.figures import style
from playground.figures.network.places import BUNDLE, STRAND, Form, Placed, Point, is_tall, pair, xy
from playground.figures.network.uses import Use
from playground.figures.style import Look, as_html, number

PLAIN = 2.5
"""Thickness of a line that always carries the same."""
ROOM = 16.0
"""Pixels between two towers from which on a number fits beside their tie."""


@dataclass(frozen=True)
class Carried:
    """What lines carry. uses: where it stands in what is learned. values: as `playground.figures.network.uses.used` gives
    them."""

    uses: Mapping[str, Use] = field(default_factory=dict)
    values: Mapping[str, tuple[float, float | None]] = field(default_factory=dict)


def strands(
    source: Placed, reader: Placed, by_name: Mapping[str, Placed], diagram: Diagram, look: Look, form: Form, carried: Carried
) -> Iterable[str]:
    """The lines from a box to one that reads it: one in the colour of whoever has a lane of its own, else one a task."""
    tasks = [task for task in diagram.tasks if task in source.box.tasks and task in reader.box.tasks]
    home = reader.home if source.box.kind in ("input", "mix") or source.home is None else source.home
    between = range(source.box.column + 1, reader.box.column)
    ways = [by_name[name] for column in between if (name := f"{source.box.name} past {column}") in by_name]
    for task in [home] if home else tasks:
        stops = [source, *ways, reader]
        points = [source.port(1, _at(source, stops[1], task, diagram))]
        if between and home and is_tall(source.box):
            points += _aside(source, reader, by_name, form)
        for before, way in itertools.pairwise(stops[:-1]):
            points += [way.port(-1, _at(way, before, task, diagram)), way.port(1, _at(way, before, task, diagram))]
        points.append(reader.port(-1, _at(reader, stops[-2], task, diagram)))
        line = f'fill="none" {_carries(f"{source.box.name}>{reader.box.name}", carried)} stroke-opacity="0.85"'
        yield f'<path d="{_path(points, form)}" {line} stroke="{look.color(task)}"/>'


def _carries(name: str, carried: Carried, most: float = 7.0) -> str:
    """The thickness of a line: what it carries, where that is learned. playground/ui/charts/uses.js moves it by its name."""
    if name not in carried.uses:
        return f'stroke-width="{PLAIN:g}"'
    low, found = 0.6, carried.values.get(name)
    width = PLAIN if found is None else low + found[0] * (most - low)
    return f'class="moves" stroke-width="{width:.2f}" data-use="{as_html(name)}" data-low="{low}" data-high="{most:.2f}"'


def ties(diagram: Diagram, by_name: Mapping[str, Placed], form: Form, carried: Carried) -> Iterable[str]:
    """The ties between towers: as thick as the pull is strong and the towers are near, with their distance beside them."""
    for tie in diagram.ties:
        one, other = by_name[tie.first], by_name[tie.second]
        name, x = f"tie:{tie.first}>{tie.second}", one.middle[0]
        ends = [(x, one.middle[1] + one.size[1] / 2), (x, other.middle[1] - other.size[1] / 2)]
        line = f'fill="none" stroke="{style.SHARED}" stroke-linecap="butt" {_carries(name, carried, thickness(tie.strength))}'
        yield f'<path d="M{pair(xy(ends[0], form))} L{pair(xy(ends[1], form))}" {line}/>'
        # Beside it, where neighbours stand far enough from each other for a number that can be read.
        if not form.across and ends[1][1] - ends[0][1] >= ROOM:
            far = carried.values.get(name, (0.0, None))[1]
            at = f'x="{x + 10:.1f}" y="{(ends[0][1] + ends[1][1]) / 2 + 4:.1f}" font-size="12" fill="{style.MUTED}"'
            yield f'<text {at} data-use="{as_html(name)}">{"" if far is None else number(far, 2)}</text>'


def thickness(strength: float) -> float:
    """Pixels of a tie between towers that are alike: two more for each tenfold strength."""
    return min(max(8 + 2 * math.log10(max(strength, 1e-6)), 2.0), 12.0)


def inside(one: Placed, by_name: Mapping[str, Placed], diagram: Diagram, look: Look, form: Form, carried: Carried) -> str:
    """The lines inside a unit that mixes all tasks: from the lane of each to the lane of each, as thick as its coefficient."""
    if not is_tall(one.box) or len(diagram.tasks) > style.MANY:
        return ""
    lanes = {by_name[name].home: by_name[name].middle[1] for name in one.box.reads if name in by_name}
    lines = []
    for source, reader in itertools.product(diagram.tasks, repeat=2):
        name = f"{one.box.name}:{source}>{reader}"
        if name in carried.uses and source in lanes and reader in lanes:
            points = [one.port(-1, lanes[source]), one.port(1, lanes[reader])]
            line = f'fill="none" stroke="{look.color(source)}" stroke-opacity="0.85" {_carries(name, carried, 5.0)}'
            lines.append(f'<path d="{_path(points, form)}" {line}/>')
    return "".join(lines)


def _aside(source: Placed, reader: Placed, by_name: Mapping[str, Placed], form: Form) -> list[Point]:
    """A stretch beside the boxes of the reader's lane, from just behind `source` to the last column before the reader."""
    across = reader.middle[1] + form.thick / 2 + 4
    ends = [one.middle[0] + one.size[0] / 2 for one in by_name.values() if one.box.column == reader.box.column - 1]
    begin = source.middle[0] + source.size[0] / 2
    return [(begin + 0.6 * form.gap, across), (max(ends), across)]


def _path(points: Sequence[Point], form: Form) -> str:
    """A line through points: straight where it stays at one height, in a bend that begins and ends along the flow elsewhere."""
    parts = [f"M{pair(xy(points[0], form))}"]
    for start, end in itertools.pairwise(points):
        bend = (end[0] - start[0]) * 0.5
        bends = ((start[0] + bend, start[1]), (end[0] - bend, end[1]), end)
        parts.append(f"C{' '.join(pair(xy(point, form)) for point in bends)}")
    return " ".join(parts)


def _at(one: Placed, other: Placed, task: str, diagram: Diagram) -> float:
    """Where across the flow a task's strand meets a box: straight at a tall unit, bundled at a common block."""
    if one.box.kind == "mix" and one.home is None:
        return other.middle[1]
    if one.home is not None:
        return one.middle[1]
    users = [name for name in diagram.tasks if name in one.box.tasks]
    return one.middle[1] + min(STRAND, BUNDLE / len(users)) * (users.index(task) - (len(users) - 1) / 2)
