"""Gains in a picture as small as a stamp: a bar a task with its interval, full where it is told."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from playground.basics.words import _
from playground.figures import style
from playground.figures.style import Look, as_html
from playground.statistics.differences import GAINS, LOSES, MEAN

WIDTH, ROW, BAR = 120, 11, 7
"""Pixels: the whole, a task's row, and its bar."""
LINE = "#80868f"
"""A grey that is seen on light and on dark, as a picture of its own does not know on which it stands."""


def gains(told: Mapping[str, Mapping[str, Any]], look: Look) -> str:
    """Markup of the picture. told: by task, and Δm, as `Difference.to_dict` writes it; what has no number is left out."""
    rows = [(name, one) for name, one in told.items() if one.get("mean") is not None]
    if not rows:
        return ""
    ends = [abs(float(one[end])) for _name, one in rows for end in ("low", "mean", "high") if one.get(end) is not None]
    reach = min(max(ends), 3 * max(abs(float(one["mean"])) for _name, one in rows)) or 1.0
    half = WIDTH / 2

    def at(value: float) -> float:
        return half + (half - 2) * max(-1.0, min(1.0, value / reach))

    parts = []
    for place, (name, one) in enumerate(rows):
        top, end = place * ROW + (ROW - BAR) / 2, at(float(one["mean"]))
        color = style.SHARED if name == MEAN else look.color(name)
        strong = 0.85 if one["verdict"] in (GAINS, LOSES) else 0.25
        left, width = min(half, end), abs(end - half)
        parts.append(f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{BAR}" fill="{color}" '
                     f'fill-opacity="{strong}" stroke="{color}" stroke-width="0.7"/>')  # fmt: skip
        if one.get("low") is not None:
            y = top + BAR / 2
            parts.append(f'<path d="M{at(float(one["low"])):.1f} {y:.1f}H{at(float(one["high"])):.1f}" stroke="{LINE}"/>')
    height = ROW * len(rows)
    parts.append(f'<path d="M{half} 0V{height}" stroke="{LINE}" stroke-width="1.2"/>')
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
        f"{''.join(parts)}</svg>"
    )
    # As an address, since pages clean drawings out of markup.
    address = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{as_html(words(told))}" width="{WIDTH}" height="{height}" src="data:image/svg+xml;base64,{address}">'


def words(told: Mapping[str, Mapping[str, Any]]) -> str:
    """The picture in words: how many tasks gain and how many lose."""
    verdicts = [one["verdict"] for name, one in told.items() if name != MEAN]
    said = _("Recorded gains: of {count} tasks {gain} told to gain, {lose} told to lose.")
    return said.format(count=len(verdicts), gain=verdicts.count(GAINS), lose=verdicts.count(LOSES))
