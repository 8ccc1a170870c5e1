"""A part of the plane as SVG: axes with few ticks, lines of equal height, and places in pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.figures import style
from playground.figures.style import as_html, faint, number

Pair = Sequence[float] | np.ndarray
"""Two numbers, across and down."""

WIDTH, HEIGHT = 440.0, 420.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 10.0, 10.0, 44.0
"""Room around the field for ticks and the axes' titles, in pixels of the picture."""


@dataclass(frozen=True)
class Plane:
    """A field of the picture for x from `left` to `right` and y from `low` to `high`."""

    left: float
    right: float
    low: float
    high: float

    def place(self, points: np.ndarray) -> np.ndarray:
        """[..., 2] points of the plane as pixels of the picture; far outside, they stay just outside."""
        points = np.asarray(points, float)
        x = LEFT + (points[..., 0] - self.left) / (self.right - self.left) * (WIDTH - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - (points[..., 1] - self.low) / (self.high - self.low) * (HEIGHT - TOP - BOTTOM)
        return np.clip(np.stack([x, y], axis=-1), -2 * WIDTH, 3 * WIDTH)

    def svg(self, inside: str, titles: tuple[str, str], name: str, ticks: bool = True) -> str:
        """The whole picture with its axes; what is `inside` is cut at the field. name: unique on the page."""
        width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        field = f'x="{LEFT:g}" y="{TOP:g}" width="{width:g}" height="{height:g}"'
        bounds = f"{self.left:g},{self.right:g},{self.low:g},{self.high:g}"
        place = f"{LEFT:g},{TOP:g},{width:g},{height:g}"
        return (
            f'<svg class="drawing plane" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" font-family="inherit" aria-hidden="true" '
            f'data-window="{bounds}" data-field="{place}" data-name="{name}">'
            f'<defs><clipPath id="{name}-field"><rect {field} rx="6"/></clipPath></defs>'
            f'<rect class="field" {field} rx="6" fill="{style.PANEL}"/>{self._axes(ticks)}'
            f'<g clip-path="url(#{name}-field)">{inside}</g>'
            f'<rect {field} rx="6" fill="none" stroke="{style.GRID}"/>{self._titles(titles)}</svg>'
        )

    def _axes(self, ticks: bool) -> str:
        if not ticks:
            return ""
        parts = []
        for value in round_numbers(self.left, self.right):
            (x, _y) = self.place(np.array([value, self.low]))
            parts.append(line((x, TOP), (x, HEIGHT - BOTTOM), style.GRID))
            parts.append(words(x, HEIGHT - BOTTOM + 16, number(value), "middle"))
        for value in round_numbers(self.low, self.high):
            (_x, y) = self.place(np.array([self.left, value]))
            parts.append(line((LEFT, y), (WIDTH - RIGHT, y), style.GRID))
            parts.append(words(LEFT - 6, y + 4, number(value), "end"))
        return "".join(parts)

    def _titles(self, titles: tuple[str, str]) -> str:
        middle = (LEFT + WIDTH - RIGHT) / 2
        upright = (
            f'<g transform="translate(13 {(TOP + HEIGHT - BOTTOM) / 2:g}) rotate(-90)">{words(0, 0, titles[1], "middle")}</g>'
        )
        return words(middle, HEIGHT - 11, titles[0], "middle") + upright


def words(x: float, y: float, text: str, anchor: str = "start", color: str = style.MUTED, size: float = 13) -> str:
    """Text of a picture, escaped."""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{color}" text-anchor="{anchor}">{as_html(text)}</text>'


def line(start: Pair, end: Pair, color: str, width: float = 1.0, more: str = "") -> str:
    """A straight line between two places in pixels."""
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" stroke="{color}" '
        f'stroke-width="{width:g}" {more}/>'
    )


def joined(places: np.ndarray) -> str:
    """[N, 2] places as the points of a polyline; those that are no numbers are left out."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places if math.isfinite(x) and math.isfinite(y))


def round_numbers(low: float, high: float, most: int = 7) -> list[float]:
    """At most about so many round numbers between two bounds: multiples of 1, 2 or 5 times a power of ten."""
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * (1 - 1e-9))
    return [place * step for place in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def contours(plane: Plane, values: np.ndarray, color: str, levels: int = 14) -> str:
    """Lines of equal height, spread so that between neighbours lies an equal part of the field; deep ones are stronger.

    values: [rows, columns] heights on an even grid over the plane, the first row at its lower edge.
    """
    heights = np.quantile(values, np.linspace(0.02, 0.96, levels))
    parts = []
    for place, height in enumerate(np.unique(heights)):
        segments = level_line(values, float(height))
        rows, columns = values.shape
        reach = np.array([(plane.right - plane.left) / (columns - 1), (plane.high - plane.low) / (rows - 1)])
        drawn = plane.place(segments * reach + np.array([plane.left, plane.low]))
        path = "".join(f"M{a[0]:.1f},{a[1]:.1f}L{b[0]:.1f},{b[1]:.1f}" for a, b in drawn)
        strength = 0.75 - 0.55 * place / levels
        parts.append(f'<path d="{path}" fill="none" stroke="{faint(color, strength)}" stroke-width="1"/>')
    return "".join(parts)


def level_line(values: np.ndarray, height: float) -> np.ndarray:
    """[N, 2, 2] the line on which a grid of values has a height, as segments in units of the grid: (column, row).

    Marching squares: where the height lies between two neighbours, the line crosses the edge between them; the
    crossings of a cell are joined.
    """
    rows, columns = values.shape
    x, y = np.meshgrid(np.arange(columns - 1.0), np.arange(rows - 1.0))
    corners = np.stack([values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]], axis=-1) - height
    after = np.roll(corners, -1, axis=-1)
    crossed = (corners > 0) != (after > 0)
    part = np.where(crossed, corners / np.where(crossed, corners - after, 1.0), 0.0)
    # The edges in the order below, right, above, left, each run through from its own first corner.
    edges = np.stack(
        [
            np.stack([x + part[..., 0], y], -1),
            np.stack([x + 1, y + part[..., 1]], -1),
            np.stack([x + 1 - part[..., 2], y + 1], -1),
            np.stack([x, y + 1 - part[..., 3]], -1),
        ],
        axis=-2,
    )
    # A cell has 0, 2 or 4 crossings; in the order of its edges, neighbours are joined.
    order = np.argsort(~crossed, axis=-1, kind="stable")
    sorted_edges = np.take_along_axis(edges, order[..., None], axis=-2)
    count = crossed.sum(-1)
    return np.concatenate([sorted_edges[count >= 2][:, :2], sorted_edges[count == 4][:, 2:]])
