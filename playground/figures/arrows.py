"""The arrow lab: gradients as arrows that one can take hold of, and what every method makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from playground.basics.words import _
from playground.figures import style
from playground.figures.marks import Mark, legend
from playground.figures.plane import Plane, joined, line, words
from playground.figures.style import TASK_COLORS, as_html, faint, number

REACH = 3.3
"""Half of the plane's width: gradients are at most 3 long."""

DASHED = 'stroke-dasharray="7 5"'
"""Attribute of a line that goes on beyond the picture."""

SIGNS = {"helped": "▲", "hurt": "▼", "left": "●"}
"""What stands for a task whose loss falls, rises or stays; it is told by shape and colour alike."""

EFFECT_COLORS = {"helped": style.RIGHT, "hurt": style.WRONG, "left": style.MUTED}


@dataclass(frozen=True)
class Outcome:
    """What one method does: its look, weights [T], direction [2], and what becomes of each task."""

    mark: Mark
    weights: np.ndarray
    direction: np.ndarray
    effects: tuple[str, ...]


def effect_words() -> dict[str, str]:
    """What each effect is called."""
    return {"helped": _("its loss falls"), "hurt": _("its loss rises"), "left": _("its loss stays")}


def task_name(place: int) -> str:
    """The title of a task of the lab, counted from 0."""
    return _("Task {number}").format(number=place + 1)


def lab(gradients: np.ndarray, nearest: np.ndarray, chosen: Sequence[Outcome]) -> str:
    """The large picture: the gradients, the hull of their tips, the shortest mean, and the steps of some methods.

    gradients: [T, 2]. nearest: [2] the point of the hull that is nearest to the origin.
    """
    plane = Plane(-REACH, REACH, -REACH, REACH)
    parts = [_hull(plane, gradients), _origin(plane)]
    parts += [_direction(plane, one) for one in chosen]
    (x, y) = plane.place(nearest)
    parts.append(
        f'<circle class="nearest" cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="{style.PAGE}" stroke="{style.INK}" stroke-width="2"/>'
    )
    parts += [_gradient(plane, place, tip) for place, tip in enumerate(gradients)]
    picture = plane.svg("".join(parts), ("x₁", "x₂"), "lab")
    return f'<div class="half">{picture}</div><div class="legend">{legend(one.mark for one in chosen)}{_key()}</div>'


def lab_text(gradients: np.ndarray, steps: Sequence[Outcome]) -> str:
    """The large picture in words."""
    drawn = [
        _("{task}: gradient ({x}, {y})").format(task=task_name(place), x=number(float(x), 2), y=number(float(y), 2))
        for place, (x, y) in enumerate(gradients)
    ]
    parts = [
        _("{method}: direction ({x}, {y}), {hurt}").format(
            method=one.mark.title,
            x=number(float(one.direction[0]), 2),
            y=number(float(one.direction[1]), 2),
            hurt=hurt_words(one.effects),
        )
        for one in steps
    ]
    return style.join(drawn) + ". " + style.join(parts) + "."


def hurt_words(effects: Sequence[str]) -> str:
    """Who is hurt by a step."""
    hurt = [task_name(place) for place, effect in enumerate(effects) if effect == "hurt"]
    return _("hurts {tasks}").format(tasks=style.listed(hurt)) if hurt else _("hurts nobody")


def cards(gradients: np.ndarray, steps: Sequence[Outcome], absent: Mapping[str, str] | None = None) -> str:
    """A small card for every method: its direction among the gradients, its weights, and who is helped or hurt.

    absent: titles of methods that cannot work with these gradients, each with the reason.
    """
    reasons = [
        f'<div class="card"><div class="facts"><div class="name">{as_html(title)} ✗</div>{as_html(why)}</div></div>'
        for title, why in (absent or {}).items()
    ]
    return f'<div class="cards">{"".join([*(_card(gradients, one) for one in steps), *reasons])}</div>'


def cards_text(steps: Sequence[Outcome]) -> str:
    """The cards in words."""
    return style.join(f"{one.mark.title}: {hurt_words(one.effects)}" for one in steps) + "."


def _card(gradients: np.ndarray, one: Outcome) -> str:
    """One method."""
    plane = Plane(-REACH, REACH, -REACH, REACH)
    tips = [_arrow(plane, np.zeros(2), tip, faint(TASK_COLORS[place], 0.55), 5.0) for place, tip in enumerate(gradients)]
    x, y = plane.place(np.zeros(2))
    inside = "".join(tips) + _direction(plane, one, 8.0, 2.0) + f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{style.INK}"/>'
    under = f'<rect x="52" y="10" width="378" height="366" rx="24" fill="{style.PANEL}"/>'
    picture = f'<svg class="drawing" viewBox="52 10 378 366" aria-hidden="true">{under}{inside}</svg>'
    rows = "".join(_row(place, float(weight), one.effects[place]) for place, weight in enumerate(one.weights))
    return f'<div class="card">{picture}<div class="facts"><div class="name">{one.mark.entry}</div>{rows}</div></div>'


def _row(place: int, weight: float, effect: str) -> str:
    """A task's line of a card: what becomes of it, and its weight."""
    return (
        f'<div class="row"><span class="sign" style="color:{EFFECT_COLORS[effect]}" title="{as_html(effect_words()[effect])}">'
        f'{SIGNS[effect]}</span><span style="color:{TASK_COLORS[place]}">g{_below(place)}</span>'
        f"<span>× {number(weight, 3)}</span></div>"
    )


def _hull(plane: Plane, gradients: np.ndarray) -> str:
    """All weighted means of the gradients."""
    return (
        f'<polygon class="hull" points="{joined(plane.place(gradients))}" fill="{faint(style.SHARED, 0.16)}" '
        f'stroke="{style.SHARED}" stroke-width="1.5" stroke-dasharray="3 4" stroke-linejoin="round"/>'
    )


def _origin(plane: Plane) -> str:
    x, y = plane.place(np.zeros(2))
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{style.INK}"/>'


def _gradient(plane: Plane, place: int, tip: np.ndarray) -> str:
    """A gradient with its handle, which a pointer or the arrow keys can move."""
    color, (x, y) = TASK_COLORS[place], plane.place(tip)
    origin = plane.place(np.zeros(2))
    name = f"g{_below(place)}"
    label = _("Gradient of {task}; arrow keys turn it and change its length").format(task=task_name(place))
    return (
        f'<g class="gradient" data-task="{place}">{line(origin, (x, y), color, 4)}'
        f'<g class="handle" tabindex="0" role="button" aria-label="{as_html(label)}" transform="translate({x:.1f} {y:.1f})">'
        f'<circle r="20" fill="{faint(color, 0.0)}"/><circle r="14" fill="{color}"/>'
        f"{words(0, 4.5, name, 'middle', style.PAGE, 15)}</g></g>"
    )


def _direction(plane: Plane, one: Outcome, width: float = 2.5, size: float = 1.0) -> str:
    """The direction of a method; one that is longer than the plane is cut at its edge and dashed."""
    reach = float(np.abs(one.direction).max())
    if not np.isfinite(reach):
        return ""
    long = reach > REACH - 0.15
    tip = one.direction * ((REACH - 0.15) / reach if long else 1.0)
    (x, y), origin = plane.place(tip), plane.place(np.zeros(2))
    dash = DASHED if long else ""
    shaft, head = line(origin, (x, y), one.mark.color, width, dash), one.mark.drawn(x, y, size * 1.15)
    return f"<g><title>{as_html(one.mark.title)}</title>{shaft}{head}</g>"


def _arrow(plane: Plane, start: np.ndarray, tip: np.ndarray, color: str, width: float) -> str:
    """A line with a dot at its tip."""
    (x, y), origin = plane.place(tip), plane.place(start)
    return line(origin, (x, y), color, width) + f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{1.8 * width:g}" fill="{color}"/>'


def _below(place: int) -> str:
    """The number of a task as a subscript."""
    return "₁₂₃"[place]


def _key() -> str:
    """What is no method in the picture."""
    hull = (
        f'<svg width="26" height="18" viewBox="0 0 26 18" aria-hidden="true"><rect x="2" y="3" width="22" height="12" '
        f'fill="{faint(style.SHARED, 0.16)}" stroke="{style.SHARED}" stroke-dasharray="3 3"/></svg>'
    )
    dot = (
        f'<svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true"><circle r="5.5" fill="{style.PAGE}" '
        f'stroke="{style.INK}" stroke-width="2"/></svg>'
    )
    beyond = (
        f'<svg width="26" height="18" viewBox="0 0 26 18" aria-hidden="true">'
        f"{line((1, 9), (25, 9), style.MUTED, 2.5, DASHED)}</svg>"
    )
    entries = (
        (hull, _("All weighted means of the gradients")),
        (dot, _("The shortest of them")),
        (beyond, _("Longer than the picture")),
    )
    inside = "".join(f'<span class="entry">{picture}<span>{as_html(text)}</span></span>' for picture, text in entries)
    return f'<div class="entries">{inside}</div>'
