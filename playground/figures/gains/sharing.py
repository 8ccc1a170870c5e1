"""Strategies side by side: what each learned to share. What each gained is drawn in `playground.figures.gains.compared`.

Colour is the task and dash is the strategy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from playground.basics.words import N_, _
from playground.figures import style
from playground.figures.steps import overlays
from playground.figures.steps.lines import Extras
from playground.figures.style import Look, as_html, faint, number

NARROW = 3
"""Maps with so many columns are drawn at three moments of a training; wider ones at the first and the last."""

EDGE = 18.0
"""Room for what stands beside the rows and over the columns of a map, in pixels."""

MOST_NUMBERS = 8
"""Maps with more columns than this are drawn without numbers in their cells."""


# --- what was learned --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """How one thing that a strategy learned is read.

    title: what to see. unit: what the numbers are.
    form: "lines" over steps, for [L, T]; or "maps" at a few moments, for [L, rows, columns] and less.
    paint: whose colour a cell has: the "row"'s task, the "column"'s task, "sign" (green helps, red hurts), or "none".
    rows, columns: what they are: "task", "level", "expert", or "number".
    mean: whether seeds have it in common; else the first seed is shown, as experts stand in another order for every seed.
    percent: whether numbers are parts of one and shown in percent, with their sign.
    so_far: whether the mean over all moments so far is shown, for things that one moment says little about.
    start: what is shown at step 0, where that is something to compare with; "" for nothing special.
    from_zero: whether a number below zero is as good as none, and has no colour.
    """

    title: str
    unit: str = ""
    form: str = "maps"
    paint: str = "none"
    rows: str = "task"
    columns: str = "task"
    mean: bool = True
    percent: bool = False
    so_far: bool = False
    start: str = ""
    from_zero: bool = False


READINGS: Mapping[str, Reading] = {
    "cka": Reading(
        N_("How alike do two tasks see the same examples?"),
        N_("debiased CKA: 1 is the same, about 0 is nothing in common"),
        start=N_("untrained"),
        from_zero=True,
    ),
    "affinity": Reading(
        N_("What does a step on one task (row) do to another (column)?"),
        N_("part of the loss that it takes away, in percent"),
        paint="sign",
        percent=True,
        so_far=True,
    ),
    "distance": Reading(N_("How far is each tower from the mean tower?"), N_("Distance"), form="lines"),
    "size": Reading(N_("How large is what a task adds of its own?"), N_("Relative size"), form="lines"),
    "open": Reading(N_("How much of each block does a task take?"), N_("Mean mask"), form="lines"),
    "mask": Reading(N_("Which features does a task (row) take?"), N_("mask"), paint="row", columns="number", mean=False),
    "singular": Reading(N_("Do the towers lie along few directions?"), N_("singular values"), rows="level", columns="number"),
    "mix": Reading(N_("From whom (column) does a task (row) take features?"), N_("coefficient"), paint="column"),
    "alpha": Reading(N_("From which half (column) does a half (row) take features?"), N_("coefficient"), paint="column"),
    "alike": Reading(N_("How alike are the prefixes of two tasks?"), N_("cosine, 1 is the same")),
    "beta": Reading(N_("From which level does a task (row) read?"), N_("weight"), paint="row", columns="level"),
    "gate": Reading(
        N_("How much of each expert (column) does a task (row) take?"), N_("share"), paint="row", columns="expert", mean=False
    ),
}
"""How each thing that strategies learn is read; anything else is drawn by its shape."""


def learned(
    name: str,
    steps: np.ndarray,
    values: np.ndarray,
    tasks: Sequence[str],
    look: Look,
    levels: Sequence[str],
    height: int = 300,
    twins: np.ndarray | None = None,
) -> tuple[go.Figure | str, str]:
    """What a strategy learned, and the same in words.

    name: as the strategy calls it. steps: [N]. values: [R, N, …] of R seeds. tasks: names of the T tasks that are learned.
    levels: names of the blocks, the first one first. twins: [R, L, T] likeness of two networks of each task at the end, which
    stands beside the likeness of tasks; where there are less levels, the last one stands for those that follow.
    """
    reading = READINGS.get(name) or _by_shape(name, values.shape[2:], len(tasks))
    if reading.form == "lines":
        frame = _frame(steps, values, tasks)
        named = [_level(levels, place) for place in range(values.shape[2])]
        title, unit = _(reading.title), _(reading.unit)
        figure = overlays.by_level(frame, look, named, title, unit, Extras(height=height + 90 * (len(named) - 1)))
        return figure, overlays.by_level_text(frame, look, named, title)
    return _maps(reading, steps, values, tasks, look, levels, twins)


def legend(tasks: Sequence[str], look: Look) -> tuple[str, str]:
    """Which colour is which task, for maps that mark rows and columns with dots; and the same in words."""
    entries = "".join(
        f'<span class="entry"><span class="dot" style="background:{look.color(task)}"></span>{as_html(look.title(task))}</span>'
        for task in tasks
    )
    return f'<div class="entries">{entries}</div>', style.listed(look.title(task) for task in tasks)


def _by_shape(name: str, shape: tuple[int, ...], tasks: int) -> Reading:
    """How something is read that nobody has described: lines where there is a number a task, else maps."""
    if len(shape) == 2 and shape[1] == tasks:
        return Reading(name, name, form="lines")
    rows = "task" if len(shape) > 1 and shape[-2] == tasks else "number"
    return Reading(name, "", rows=rows, columns="task" if shape and shape[-1] == tasks else "number", mean=False)


def _frame(steps: np.ndarray, values: np.ndarray, tasks: Sequence[str]) -> pd.DataFrame:
    """[R, N, L, T] as columns seed, step, level, task, value."""
    runs, count, levels, width = values.shape
    seed, step, level, task = (axis.ravel() for axis in np.indices((runs, count, levels, width)))
    return pd.DataFrame(
        {
            "seed": seed,
            "step": np.asarray(steps)[step],
            "level": level,
            "task": [tasks[place] for place in task],
            "value": values.ravel(),
        }
    )


def _maps(
    reading: Reading,
    steps: np.ndarray,
    values: np.ndarray,
    tasks: Sequence[str],
    look: Look,
    levels: Sequence[str],
    twins: np.ndarray | None,
) -> tuple[str, str]:
    """One row of maps for each level, at a few moments from the first to the last, and beside them what twins reach."""
    with np.errstate(all="ignore"):
        shown = _mean(values) if reading.mean else values[0]
    stacked = reading.rows != "level" and shown.ndim > 3
    while shown.ndim < 4:
        shown = shown[:, None]
    if reading.so_far:
        shown = np.stack([_mean(shown[: place + 1]) for place in range(len(shown))])
    moments = style.decimated(len(steps), 3 if shown.shape[3] <= NARROW else 2)
    rows = _names(reading.rows, shown.shape[2], tasks, look, levels)
    columns = _names(reading.columns, shown.shape[3], tasks, look, levels)
    top = _greatest(shown, reading)
    parts, words = [], []
    for level in range(shown.shape[1]):
        title = _level(levels, level) if stacked else ""
        maps = []
        for moment in moments:
            table = shown[moment, level]
            start = _(reading.start) if steps[moment] == 0 else ""
            caption = start or _("step {step}").format(step=int(steps[moment]))
            maps.append(f'<div><div class="quiet">{as_html(caption)}</div>{_map(table, rows, columns, reading, top)}</div>')
        if twins is not None:
            maps.append(_twins(twins, level, columns, reading, top))
        # All beside each other or all below each other: never two and one.
        whole = len(maps) * (_size(rows, columns)[0] + 10)
        grid = f'<div class="maps" style="--whole:{whole:.0f}px">{"".join(maps)}</div>'
        head = f'<div style="margin-top:6px">{as_html(title)}</div>' if title else ""
        parts.append(head + grid)
        words.append((f"{title}: " if title else "") + _said(shown[moments[-1], level], rows, columns, reading))
        words += _beside(reading, steps, shown[:, level], twins, level, rows, columns)
    who = _("mean over seeds") if reading.mean and len(values) > 1 else _("first seed")
    unit = _("; ").join([_(reading.unit), who]) if reading.unit else who
    caption = f'<span class="title">{as_html(_(reading.title))}</span>'
    caption += f'<span class="subtitle">{as_html(unit[0].upper() + unit[1:])}</span>'
    said = _("At step {step}.").format(step=int(steps[moments[-1]]))
    return (
        f"<div><div>{caption}</div>{''.join(parts)}</div>",
        f"{_(reading.title)} {said} {style.sentence(words)}",
    )


def _twins(twins: np.ndarray, level: int, columns: Sequence[Name], reading: Reading, top: float) -> str:
    """A map with one row: how alike two networks of each task see the examples after the blocks of one level."""
    row = Name(_("two networks of one task"))
    drawn = _map(_of_level(twins, level)[None], [row], columns, reading, top)
    return f'<div><div class="quiet">{as_html(row.words)}</div>{drawn}</div>'


def _of_level(twins: np.ndarray, level: int) -> np.ndarray:
    """[T] the mean over seeds at one level; the last one that there is, where the tasks' networks have more."""
    return _mean(twins)[min(level, twins.shape[1] - 1)]


def _beside(
    reading: Reading,
    steps: np.ndarray,
    shown: np.ndarray,
    twins: np.ndarray | None,
    level: int,
    rows: Sequence[Name],
    columns: Sequence[Name],
) -> list[str]:
    """What one level is to be compared with, in words: the networks before they learned, and two networks of one task."""
    found = []
    if reading.start and len(steps) > 1 and steps[0] == 0:
        found.append(f"{_(reading.start)}: {_said(shown[0], rows, columns, reading)}")
    if twins is not None:
        found.append(_said(_of_level(twins, level)[None], [Name(_("two networks of one task"))], columns, reading))
    return found


def _greatest(shown: np.ndarray, reading: Reading) -> float:
    """The number that has the full colour; where tasks help and harm each other, what each does to itself is left out."""
    size = np.abs(shown)
    if reading.paint == "sign":
        size = np.where(np.eye(*shown.shape[-2:]) > 0, np.nan, size)
    return float(np.nanmax(size, initial=0.0)) or 1.0


def _mean(values: np.ndarray) -> np.ndarray:
    """The mean over the first axis of what is a number; NaN where nothing is."""
    there = np.isfinite(values)
    total, count = np.where(there, values, 0.0).sum(0), there.sum(0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


@dataclass(frozen=True)
class Name:
    """A row or a column of a map: its words, and its colour where it is a task's."""

    words: str
    color: str | None = None
    short: str = ""


def _names(kind: str, count: int, tasks: Sequence[str], look: Look, levels: Sequence[str]) -> list[Name]:
    """The names of so many rows or columns; tasks may be doubled (halves) or have one more beside them (in common)."""
    own = [Name(look.title(task), look.color(task)) for task in tasks]
    if kind == "task" and count == len(own):
        return own
    if kind == "task" and count == 2 * len(own):
        return [Name(f"{one.words} {half}", one.color) for one in own for half in (1, 2)]
    if kind == "task" and count == len(own) + 1:
        return [*own, Name(_("in common"), style.SHARED)]
    if kind == "level":
        return [Name(_level(levels, place), None, f"{place + 1}") for place in range(count)]
    if kind == "expert":
        return [Name(_("expert {number}").format(number=place + 1), None, f"{place + 1}") for place in range(count)]
    return [Name(f"{place + 1}", None, f"{place + 1}" if count <= MOST_NUMBERS else "") for place in range(count)]


def _level(levels: Sequence[str], place: int) -> str:
    """The name of a level; what comes after the last block is what the heads read."""
    if place >= len(levels):
        return _("what the heads read")
    return _("block {number} ({name})").format(number=place + 1, name=levels[place])


def _map(table: np.ndarray, rows: Sequence[Name], columns: Sequence[Name], reading: Reading, top: float) -> str:
    """A table of numbers as an SVG: the stronger the colour, the greater the number."""
    count = len(columns)
    width, height = _size(rows, columns)
    wide, high = (width - EDGE) / count, (height - EDGE) / len(rows)
    parts = [_mark(EDGE + (place + 0.5) * wide, EDGE / 2, name) for place, name in enumerate(columns)]
    parts += [_mark(EDGE / 2, EDGE + (place + 0.5) * high, name) for place, name in enumerate(rows)]
    for i, row in enumerate(rows):
        scale = (float(np.nanmax(np.abs(table[i]), initial=0.0)) or 1.0) if reading.rows == "level" else max(top, 1e-12)
        for j, column in enumerate(columns):
            value = float(table[i, j])
            x, y = EDGE + j * wide, EDGE + i * high
            size = max(value, 0.0) if reading.from_zero else abs(value)
            color = faint(_color(reading, row, column, value), 0.62 * min(1.0, size / scale) if np.isfinite(value) else 0)
            said = f"{row.words} → {column.words}: {_cell(value, reading)}"
            box = f'x="{x + 0.5:.1f}" y="{y + 0.5:.1f}" width="{wide - 1:.1f}" height="{high - 1:.1f}" rx="2"'
            cell = f'<rect {box} fill="{style.PANEL}"/><rect {box} fill="{color}"/>'
            if count <= MOST_NUMBERS:
                font = min(12.0, wide / 2.8)
                place = f'x="{x + wide / 2:.1f}" y="{y + high / 2 + 0.36 * font:.1f}" font-size="{font:.1f}"'
                cell += f'<text {place} text-anchor="middle" fill="{style.INK}">{as_html(_cell(value, reading))}</text>'
            parts.append(f"<g><title>{as_html(said)}</title>{cell}</g>")
    return (
        f'<svg class="drawing" viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:{1.5 * width:.0f}px" '
        f'xmlns="http://www.w3.org/2000/svg" aria-hidden="true" font-family="inherit">{"".join(parts)}</svg>'
    )


def _size(rows: Sequence[Name], columns: Sequence[Name]) -> tuple[float, float]:
    """Width and height of a map in pixels; one with many columns has narrow cells without numbers."""
    # Three maps of two tasks stand beside each other in a third of a laptop's page.
    room = 34.0 if len(columns) == 2 else 40.0
    wide, high = (room, 28.0) if len(columns) <= MOST_NUMBERS else (max(4.0, 224.0 / len(columns)), 18.0)
    return EDGE + wide * len(columns), EDGE + high * len(rows)


def _mark(x: float, y: float, name: Name) -> str:
    """What stands beside a row or over a column: a dot in the task's colour, or a few signs."""
    if name.color is not None:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{name.color}"><title>{as_html(name.words)}</title></circle>'
    text = f'x="{x:.1f}" y="{y + 3.5:.1f}" font-size="10" text-anchor="middle" fill="{style.MUTED}"'
    return f"<text {text}>{as_html(name.short)}</text>"


def _color(reading: Reading, row: Name, column: Name, value: float) -> str:
    if reading.paint == "sign":
        return style.RIGHT if value >= 0 else style.WRONG
    return {"row": row.color, "column": column.color}.get(reading.paint) or style.SHARED


def _cell(value: float, reading: Reading) -> str:
    """A number as a cell shows it."""
    if not np.isfinite(value):
        return "–"
    if reading.percent:
        percent = 100 * value
        digits = 0 if abs(percent) >= 10 else 1 if abs(percent) >= 1 else 2
        return f"{percent:+.{digits}f}".replace("-", "−")
    return number(round(value, 2), 2)


def _said(table: np.ndarray, rows: Sequence[Name], columns: Sequence[Name], reading: Reading) -> str:
    """A map in words; of a wide one, the greatest number of each row."""
    lines = []
    for row, values in zip(rows, table, strict=True):
        if len(columns) > MOST_NUMBERS:
            lines.append(_("{row}: {mean} on average").format(row=row.words, mean=_cell(float(_mean(values)), reading)))
        else:
            cells = [f"{column.words} {_cell(float(value), reading)}" for column, value in zip(columns, values, strict=True)]
            lines.append(f"{row.words}: " + style.listed(cells))
    return style.join(lines)
