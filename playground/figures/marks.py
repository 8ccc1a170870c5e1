"""How methods look where many of them stand in one picture: a colour and a shape each, on every picture the same.

Everywhere else colour is the task. Here there are two losses and many methods, so colour and shape together are the
method, and losses are told by words. Twelve colours and seven shapes give 84 methods a look of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playground.figures.style import DARK, as_html

COLORS = (
    "#862e9c",
    "#1864ab",
    "#5c940d",
    "#2b8a3e",
    "#c92a2a",
    "#6741d9",
    "#495057",
    "#c2255c",
    "#a15c00",
    "#0b7285",
    "#d9480f",
    "#364fc7",
)
"""One colour a method, on a light page; a test measures that each stands out."""

PARTNERS: Mapping[str, str] = {
    **DARK,
    **dict(
        zip(
            COLORS,
            (
                "#e599f7",
                "#74c0fc",
                "#c0eb75",
                "#69db7c",
                "#ff8787",
                "#b197fc",
                "#ced4da",
                "#faa2c1",
                "#e8b06a",
                "#3bc9db",
                "#ff922b",
                "#91a7ff",
            ),
            strict=True,
        )
    ),
}
"""For each colour of a light page its partner on a dark one, those of the other figures among them."""

SHAPES = (
    "M-5,0a5,5 0 1 0 10,0a5,5 0 1 0 -10,0z",
    "M-4.5,-4.5h9v9h-9z",
    "M0,-6L5.5,4.5H-5.5z",
    "M0,-6.3L6.3,0L0,6.3L-6.3,0z",
    "M0,6L5.5,-4.5H-5.5z",
    "M-2,-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
    "M-6,-3.2L-3.2,-6L0,-2.8L3.2,-6L6,-3.2L2.8,0L6,3.2L3.2,6L0,2.8L-3.2,6L-6,3.2L-2.8,0z",
)
"""Outlines around the origin, about 12 pixels wide, as SVG paths."""


@dataclass(frozen=True)
class Mark:
    """How a method looks: its title as plain text, its colour, and the outline of its shape."""

    title: str
    color: str
    shape: str

    def drawn(self, x: float, y: float, size: float = 1.0, more: str = "") -> str:
        """The mark at a place, as SVG; `more` are attributes of its group."""
        return (
            f'<g transform="translate({x:.1f} {y:.1f})" {more}><path d="{self.shape}" transform="scale({size:g})" '
            f'fill="{self.color}" stroke="#ffffff" stroke-width="1.2"/></g>'
        )

    @property
    def entry(self) -> str:
        """A line of a legend: the mark and the title."""
        picture = f'<svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">{self.drawn(0, 0, 1.1)}</svg>'
        return f'<span class="entry">{picture}<span>{as_html(self.title)}</span></span>'


def marks(titles: Mapping[str, str]) -> dict[str, Mark]:
    """A mark for each method of the catalogue, given by key in the catalogue's order with its title."""
    return {
        key: Mark(title, COLORS[place % len(COLORS)], SHAPES[place % len(SHAPES)])
        for place, (key, title) in enumerate(titles.items())
    }


def legend(shown: Iterable[Mark]) -> str:
    """Marks with their titles in a row that breaks where it must."""
    return f'<div class="entries">{"".join(mark.entry for mark in shown)}</div>'
