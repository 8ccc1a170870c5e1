"""Strategies side by side: what each gained, how that depends on depth, likeness and labels, and what each learned to share.

Colour is the task and dash is the strategy. Frames come from `playground.runs.sweeps` and `playground.runs.history`. Each
figure has a sibling `…_text` that says the same in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from playground.figures import curves, style
from playground.figures.curves import Extras
from playground.figures.style import Look, Sheet, axis, escaped, faint, layout, number
from playground.words import N_, _

SLOT = 40
"""Height of a strategy's row, in pixels."""

NARROW = 3
"""Maps with so many columns are drawn at three moments of a training; wider ones at the first and the last."""

EDGE = 18.0
"""Room for what stands beside the rows and over the columns of a map, in pixels."""

MOST_NUMBERS = 8
"""Maps with more columns than this are drawn without numbers in their cells."""


# --- gains -------------------------------------------------------------------------------------------------------------


def gains(frame: pd.DataFrame, look: Look, names: Sequence[str]) -> go.Figure:
    """The gain of every task under every strategy: a dot for the mean, a whisker of one standard deviation, dots for seeds.

    frame: columns strategy (a place in `names`), task, seed, gain in percent. The whisker's dash is the strategy's.
    """
    title = _("Gain of each strategy over one network a task")
    frame = frame.dropna(subset=["gain"])
    cells = _cells(frame, look)
    height = 130 + SLOT * max(len(cells), 2)
    if not cells:
        return style.empty(title, _nothing(), height)
    figure = Sheet(layout(title, _seeds(frame), height=height, hovermode="closest", showlegend=False))
    dashes, rows = list(style.method_dashes(names).values()), []
    for (task, place), values in cells.items():
        row = f"{task} {place}"
        rows.append((row, f"{look.label(task)} · {escaped(names[place])}<br><b>{_signed(values)} %</b>"))
        _whisker(figure, row, look.color(task), dashes[place], values)
    reach = 1.15 * max(1.0, *(float(np.abs(values).max()) for values in cells.values()))
    figure.add_border(0, line={"color": style.INK, "width": 1.5})
    words = {"y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False, "font": {"color": style.MUTED}}
    figure.add_annotation(**words, x=0, xanchor="left", xshift=8, text=_("helps →"))
    figure.add_annotation(**words, x=0, xanchor="right", xshift=-8, text=_("← hurts"))
    order = [row for row, _text in rows]
    figure.update_layout(
        xaxis=axis(_("Gain (%)"), range=[-reach, reach]),
        yaxis=axis(
            "",
            categoryorder="array",
            categoryarray=order[::-1],
            tickvals=order,
            ticktext=[text for _row, text in rows],
            tickfont={"size": 13},
            showgrid=False,
            fixedrange=True,
        ),
    )
    return figure.figure()


def gains_text(frame: pd.DataFrame, look: Look, names: Sequence[str]) -> str:
    """The gains in words."""
    frame = frame.dropna(subset=["gain"])
    parts = [
        _("{task} under {strategy} {gain} %").format(task=look.title(task), strategy=names[place], gain=_signed(values))
        for (task, place), values in _cells(frame, look).items()
    ]
    if not parts:
        return _nothing()
    return _("Gain of each task over its single-task baseline.") + " " + style.sentence(parts) + " " + _seeds(frame)


def _cells(frame: pd.DataFrame, look: Look) -> dict[tuple[str, int], np.ndarray]:
    """The gains of all seeds by task, in the order of the suite, and strategy."""
    groups = {
        (str(task), int(place)): rows["gain"].to_numpy(float) for (task, place), rows in frame.groupby(["task", "strategy"])
    }
    order = [*look.colors, *(task for task, _place in groups if task not in look.colors)]
    return dict(sorted(groups.items(), key=lambda item: (order.index(item[0][0]), item[0][1])))


def _whisker(figure: Sheet, row: str, color: str, dash: str, values: np.ndarray) -> None:
    """The seeds as small rings, one standard deviation as a line, the mean as a dot."""
    hover = {"hovertemplate": "%{x:+.2f} %<extra></extra>"}
    ring = {"color": style.PAGE, "size": 7, "line": {"color": faint(color, 0.6), "width": 1.5}}
    figure.add_scatter(x=values, y=[row] * len(values), mode="markers", marker=ring, uid=f"seeds-{row}", **hover)
    mean = float(values.mean())
    spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    line = {"color": color, "width": 3, "dash": dash}
    ends = [mean - spread, mean + spread]
    figure.add_scatter(x=ends, y=[row] * 2, mode="lines", line=line, uid=f"line-{row}", hoverinfo="skip")
    dot = {"color": color, "size": 12, "line": {"color": style.PAGE, "width": 1.5}}
    figure.add_scatter(x=[mean], y=[row], mode="markers", marker=dot, uid=f"mean-{row}", **hover)


# --- sweeps ------------------------------------------------------------------------------------------------------------


def against(frame: pd.DataFrame, look: Look, names: Sequence[str], title: str, unit: str, log: bool = False) -> go.Figure:
    """Gain against what was turned: a line for each task and strategy, with a band of one standard deviation over seeds.

    frame: columns strategy (a place in `names`), value, task, seed, gain in percent. log: values stand on a logarithmic axis.
    """
    frame = frame.dropna(subset=["gain"])
    if frame.empty:
        return style.empty(title, _nothing(), 440)
    subtitle = _("Above zero sharing pays. Colour is the task, dash the strategy; bands are one standard deviation.")
    figure = Sheet(layout(title, subtitle, height=480))
    dashes, named = list(style.method_dashes(names).values()), set[str]()
    for (task, place), rows in _lines(frame, look).items():
        values, mean, spread = _spread_by_value(rows)
        color, key = look.color(task), f"{task}-{place}"
        hidden = {"mode": "lines", "showlegend": False, "hoverinfo": "skip", "legendgroup": task}
        none = {"width": 0, "color": faint(color, 0)}
        figure.add_scatter(**hidden, x=values, y=mean - spread, uid=f"{key}-low", line=none)
        band = {"fill": "tonexty", "fillcolor": faint(color, 0.08), "line": none}
        figure.add_scatter(**hidden, x=values, y=mean + spread, uid=f"{key}-high", **band)
        figure.add_scatter(
            x=values,
            y=mean,
            mode="lines+markers",
            name=look.label(task),
            legendgroup=task,
            showlegend=task not in named,
            uid=key,
            line={"color": color, "dash": dashes[place], "width": 2.5},
            marker={"size": 8},
            hovertemplate="%{y:+.1f} %<extra>" + f"{look.label(task)} · {escaped(names[place])}" + "</extra>",
        )
        named.add(task)
    for place in sorted(frame["strategy"].unique()):
        entry = {"x": [None], "y": [None], "mode": "lines", "hoverinfo": "skip"}
        line = {"color": style.MUTED, "dash": dashes[int(place)], "width": 2.5}
        figure.add_scatter(**entry, name=escaped(names[int(place)]), line=line, uid=f"strategy-{place}")
    figure.add_level(0, line={"color": style.INK, "width": 1.5})
    ticks = sorted(frame["value"].unique().tolist())
    exact = {"type": "log", "tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]} if log else {}
    figure.update_layout(xaxis=axis(unit, **exact), yaxis=axis(_("Gain (%)")))
    return figure.figure()


def against_text(frame: pd.DataFrame, look: Look, names: Sequence[str], title: str) -> str:
    """The sweep in words: for each task and strategy the gain at every value."""
    frame = frame.dropna(subset=["gain"])
    if frame.empty:
        return f"{title}: {_nothing()}"
    parts = []
    for (task, place), rows in _lines(frame, look).items():
        values, mean, _spread = _spread_by_value(rows)
        points = [f"{value:g}: {_plain(one)} %" for value, one in zip(values, mean, strict=True)]
        parts.append(f"{look.title(task)}, {names[place]}: " + style.listed(points))
    return f"{title}. " + style.sentence(parts)


def _lines(frame: pd.DataFrame, look: Look) -> dict[tuple[str, int], pd.DataFrame]:
    """The rows of each task, in the order of the suite, and strategy."""
    return {key: frame[(frame["task"] == key[0]) & (frame["strategy"] == key[1])] for key in _cells(frame, look)}


def _spread_by_value(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values in order, with mean and standard deviation of the gain at each; a single seed has none, and no band."""
    groups = rows.groupby("value")["gain"]
    mean = groups.mean()
    return mean.index.to_numpy(float), mean.to_numpy(float), groups.std(ddof=1).fillna(0.0).to_numpy(float)


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


READINGS: Mapping[str, Reading] = {
    "cka": Reading(N_("How alike do two tasks see the same examples?"), N_("CKA, 1 is the same")),
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
    name: str, steps: np.ndarray, values: np.ndarray, tasks: Sequence[str], look: Look, levels: Sequence[str], height: int = 300
) -> tuple[go.Figure | str, str]:
    """What a strategy learned, and the same in words.

    name: as the strategy calls it. steps: [N]. values: [R, N, …] of R seeds. tasks: names of the T tasks that are learned.
    levels: names of the blocks, the first one first.
    """
    reading = READINGS.get(name) or _by_shape(name, values.shape[2:], len(tasks))
    if reading.form == "lines":
        frame = _frame(steps, values, tasks)
        named = [_level(levels, place) for place in range(values.shape[2])]
        title, unit = _(reading.title), _(reading.unit)
        figure = curves.by_level(frame, look, named, title, unit, Extras(height=height + 90 * (len(named) - 1)))
        return figure, curves.by_level_text(frame, look, named, title)
    return _maps(reading, steps, values, tasks, look, levels)


def legend(tasks: Sequence[str], look: Look) -> tuple[str, str]:
    """Which colour is which task, for maps that mark rows and columns with dots; and the same in words."""
    entries = "".join(
        f'<span class="entry"><span class="dot" style="background:{look.color(task)}"></span>{escaped(look.title(task))}</span>'
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
    reading: Reading, steps: np.ndarray, values: np.ndarray, tasks: Sequence[str], look: Look, levels: Sequence[str]
) -> tuple[str, str]:
    """One row of maps for each level, at a few moments from the first to the last."""
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
            caption = _("step {step}").format(step=int(steps[moment]))
            maps.append(f'<div><div class="quiet">{escaped(caption)}</div>{_map(table, rows, columns, reading, top)}</div>')
        # As many beside each other as there is room for at a size at which the numbers can be read.
        least = f"minmax(min({_size(rows, columns)[0]:.0f}px,100%),1fr)"
        grid = f'<div style="display:grid;grid-template-columns:repeat(auto-fill,{least});gap:10px">{"".join(maps)}</div>'
        head = f'<div style="margin-top:6px">{escaped(title)}</div>' if title else ""
        parts.append(head + grid)
        words.append((f"{title}: " if title else "") + _said(shown[moments[-1], level], rows, columns, reading))
    who = _("mean over seeds") if reading.mean and len(values) > 1 else _("first seed")
    unit = _("; ").join([_(reading.unit), who]) if reading.unit else who
    caption = f'<span class="title">{escaped(_(reading.title))}</span>'
    caption += f'<span class="subtitle">{escaped(unit[0].upper() + unit[1:])}</span>'
    said = _("At step {step}.").format(step=int(steps[moments[-1]]))
    return (
        f"<div><div>{caption}</div>{''.join(parts)}</div>",
        f"{_(reading.title)} {said} {style.sentence(words)}",
    )


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
            color = faint(_color(reading, row, column, value), 0.62 * min(1.0, abs(value) / scale) if np.isfinite(value) else 0)
            said = f"{row.words} → {column.words}: {_cell(value, reading)}"
            box = f'x="{x + 0.5:.1f}" y="{y + 0.5:.1f}" width="{wide - 1:.1f}" height="{high - 1:.1f}" rx="2"'
            cell = f'<rect {box} fill="{style.PANEL}"/><rect {box} fill="{color}"/>'
            if count <= MOST_NUMBERS:
                size = min(12.0, wide / 2.8)
                place = f'x="{x + wide / 2:.1f}" y="{y + high / 2 + 0.36 * size:.1f}" font-size="{size:.1f}"'
                cell += f'<text {place} text-anchor="middle" fill="{style.INK}">{escaped(_cell(value, reading))}</text>'
            parts.append(f"<g><title>{escaped(said)}</title>{cell}</g>")
    return (
        f'<svg class="drawing" viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:{1.5 * width:.0f}px" '
        f'xmlns="http://www.w3.org/2000/svg" aria-hidden="true" font-family="inherit">{"".join(parts)}</svg>'
    )


def _size(rows: Sequence[Name], columns: Sequence[Name]) -> tuple[float, float]:
    """Width and height of a map in pixels; one with many columns has narrow cells without numbers."""
    wide, high = (40.0, 28.0) if len(columns) <= MOST_NUMBERS else (max(4.0, 224.0 / len(columns)), 18.0)
    return EDGE + wide * len(columns), EDGE + high * len(rows)


def _mark(x: float, y: float, name: Name) -> str:
    """What stands beside a row or over a column: a dot in the task's colour, or a few signs."""
    if name.color is not None:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{name.color}"><title>{escaped(name.words)}</title></circle>'
    text = f'x="{x:.1f}" y="{y + 3.5:.1f}" font-size="10" text-anchor="middle" fill="{style.MUTED}"'
    return f"<text {text}>{escaped(name.short)}</text>"


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


# --- words -------------------------------------------------------------------------------------------------------------


def _nothing() -> str:
    """The sentence of an empty chart."""
    return _("No gain is known yet: it needs these runs and their baselines.")


def _plain(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def _signed(values: np.ndarray) -> str:
    """The mean with its sign, and its standard deviation where there is one."""
    text = _plain(float(values.mean()))
    return f"{text} ± {float(values.std(ddof=1)):.1f}" if len(values) > 1 else text


def _seeds(frame: pd.DataFrame) -> str:
    """What the whiskers are, or that there is nothing they could be."""
    count = int(frame["seed"].nunique())
    if count == 1:
        return _("One seed, so no spread is known.")
    return _("Mean of {count} seeds; lines are one standard deviation, rings are seeds.").format(count=count)
