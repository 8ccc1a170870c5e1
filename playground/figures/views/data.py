"""The data of a suite before anything is learned: bars of labels, how targets go together, and examples with their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.basics.words import _, ngettext
from playground.data_summary import EXAMPLES, Labels, Survey
from playground.figures import style
from playground.figures.style import Look, as_html, axis, faint, layout, number
from playground.figures.views.views import view
from playground.suites.base import Probe, Task

MOST_BARS = 20
"""Classes that have a bar of their own; of more, the commonest ones are drawn."""

LOW = 16
"""Height of a row of squares of many tasks, in pixels."""

ROOM = 18
"""Letters of a class's name below its bar."""


def labels(task: Task, look: Look, found: Labels) -> go.Figure:
    """A bar for each class, or for each range of a number: how many examples (objects, pixels, words) have it."""
    counted = _(found.counted)
    title, below = look.label(task.name), _below(task, found)
    if found.edges is None:
        kept, names = _kept(task, found)
        x: list[Any] = [as_html(_cut(name)) for name in names]
        counts, hover = found.counts[kept], "%{customdata}: %{y:,}<extra></extra>"
        own: dict[str, Any] = {"customdata": [as_html(name) for name in names]}
        across = axis("", type="category", showgrid=False, tickangle=0 if len(names) <= 6 else None)
    else:
        x = ((found.edges[1:] + found.edges[:-1]) / 2).tolist()
        counts, hover, own = found.counts, "%{x:.3g}: %{y:,}<extra></extra>", {"width": np.diff(found.edges).tolist()}
        across = axis(task.unit or _("value"), showgrid=False)
    bar = {
        "type": "bar",
        "x": x,
        "y": counts.tolist(),
        "marker": {"color": faint(look.color(task.name), 0.75), "line": {"width": 1, "color": style.PAGE}},
        "hovertemplate": hover,
        **own,
    }
    more = {"height": 250, "hovermode": "closest", "showlegend": False, "bargap": 0.15 if found.edges is None else 0}
    return go.Figure(data=[bar], layout=layout(title, below, **more, xaxis=across, yaxis=axis(counted)), _validate=False)


def labels_text(task: Task, look: Look, found: Labels) -> str:
    """The bars in words."""
    total = int(found.counts.sum())
    if found.edges is None:
        kept, names = _kept(task, found)
        parts = [f"{name} {int(found.counts[place]):,}" for name, place in zip(names, kept, strict=True)]
    else:
        most = int(found.counts.argmax())
        low, high = number(found.edges[most]), number(found.edges[most + 1])
        parts = [_("most of them between {low} and {high}").format(low=low, high=high)]
    words = _("{task}: {count} {counted}.").format(task=look.title(task.name), count=f"{total:,}", counted=_(found.counted))
    return words + " " + style.sentence(parts)


def _kept(task: Task, found: Labels) -> tuple[np.ndarray, list[str]]:
    """Places of the classes that are drawn, in their order, and their names."""
    kept = np.sort(np.argsort(-found.counts, kind="stable")[:MOST_BARS])
    names = [_(task.classes[place]) if place < len(task.classes) else str(place) for place in kept]
    return kept, names


def _below(task: Task, found: Labels) -> str:
    """What to see in the bars: how uneven the classes are, or where the numbers lie."""
    total = int(found.counts.sum())
    if not total:
        return _("No label at all.")
    if found.edges is None:
        share = round(100 * found.counts.max() / total)
        if len(found.counts) > MOST_BARS:
            words = _("The {most} commonest of {count} classes; the commonest has {share} %.")
            return words.format(most=MOST_BARS, count=len(found.counts), share=share)
        if found.counted != EXAMPLES:
            return _("The commonest class has {share} %.").format(share=share)
        return _("The commonest class has {share} %: what always guessing it gets right.").format(share=share)
    places = np.repeat((found.edges[1:] + found.edges[:-1]) / 2, found.counts)
    return _("Middle {middle}, half of them between {low} and {high}.").format(
        **{name: number(float(np.quantile(places, q))) for name, q in (("low", 0.25), ("middle", 0.5), ("high", 0.75))}
    )


def _cut(name: str) -> str:
    return name if len(name) <= ROOM else name[: ROOM - 1] + "…"


def together(found: Survey, look: Look) -> go.Figure:
    """A square for each pair of tasks: the fuller, the more one target tells of the other; below it what chance gives.

    A pair that is no closer than shuffled columns are has an empty square.
    """
    title = _("How the targets go together")
    if len(found.names) < 2:
        return style.empty(title, _("It takes two tasks to compare."), 160)
    names = [look.title(name) for name in found.names]
    ticks = [as_html(_cut(name)) for name in names]
    places = list(range(len(names)))
    strength = found.ties.copy()
    strength[np.diag_indices(len(names))] = np.nan  # that a task goes with itself is no news
    figure = style.Sheet(
        layout(
            title,
            _("0 to 1: how much one tells of the other; in brackets what chance gives."),
            height=170 + (50 if len(names) <= style.MANY else LOW) * len(names),
            hovermode="closest",
            showlegend=False,
        )
    )
    many = len(names) > style.MANY
    for row, column in zip(*np.nonzero(np.isfinite(strength)), strict=True) if not many else ():
        square = {"x0": column - 0.47, "x1": column + 0.47, "y0": row - 0.47, "y1": row + 0.47, "layer": "below"}
        seen = float(strength[row, column]) * (not _by_chance(found, row, column))
        shade = {"fillcolor": style.SHARED, "opacity": 0.04 + 0.59 * seen}
        figure.add_shape(type="rect", xref="x", yref="y", line={"width": 0}, **square, **shade)
    rows, columns = (place.ravel() for place in np.meshgrid(places, places, indexing="ij"))
    numbers = ["" if row == column else _square(found, row, column) for row, column in zip(rows, columns, strict=True)]
    figure.add_scatter(
        x=columns.tolist(),
        y=rows.tolist(),
        **_shaded(found) if many else {"mode": "text", "text": numbers},
        customdata=[as_html(_pair(found, look, row, column)) for row, column in zip(rows, columns, strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
        textfont={"color": style.INK},
        uid="ties",
    )
    room = [-0.5, len(names) - 0.5]
    kept = {"tickvals": places, "ticktext": ticks, "showgrid": False, "fixedrange": True, "nticks": None}
    figure.update_layout(
        xaxis=axis("", **kept | {"range": room, "tickangle": 0 if len(names) <= 5 else -35}),
        yaxis=axis("", **kept | {"range": room[::-1]}),
    )
    return figure.figure()


def _shaded(found: Survey) -> dict[str, object]:
    """Squares of very many pairs as points of one trace, which a browser draws at once; numbers would not fit into them."""
    told = np.where(np.isfinite(found.ties) & ~(found.ties <= found.chance), found.ties, np.nan)
    shades = [
        faint(style.SHARED, 0.08 + 0.9 * value) if np.isfinite(value) else faint(style.SHARED, 0.04) for value in told.flat
    ]
    return {"mode": "markers", "marker": {"symbol": "square", "size": LOW - 6, "color": shades}}


def _by_chance(found: Survey, row: int, column: int) -> bool:
    """Whether two tasks are no closer than most shuffled columns are."""
    return not found.ties[row, column] > found.chance[row, column]


def _square(found: Survey, row: int, column: int) -> str:
    """What stands in a square: how close, and what chance gives; nothing to compare is a dash."""
    value, chance = found.ties[row, column], found.chance[row, column]
    if not np.isfinite(value):
        return number(value)
    return f'{number(value, 2)}<br><span style="font-size:11px">({number(chance, 2)})</span>'


def _pair(found: Survey, look: Look, row: int, column: int) -> str:
    """Two tasks and all that is known of them, on one line."""
    names = look.title(found.names[row]), look.title(found.names[column])
    said = [number(found.ties[row, column], 2)]
    if np.isfinite(found.ties[row, column]):
        said.append(_("chance gives up to {value}").format(value=number(found.chance[row, column], 2)))
    if np.isfinite(found.linear[row, column]):
        said.append(_("linear correlation {value}").format(value=number(found.linear[row, column], 2)))
    return f"{names[0]} – {names[1]} " + _(", ").join(said)


def together_text(found: Survey, look: Look) -> str:
    """The squares in words, the closest pairs first, and how many are no closer than chance makes them."""
    pairs = [(i, j) for i in range(len(found.names)) for j in range(i) if np.isfinite(found.ties[i, j])]
    if not pairs:
        return _("No two targets can be compared.")
    closest = sorted(pairs, key=lambda pair: found.ties[pair], reverse=True)[:10]
    words = _("How much one target tells of another, from 0 to 1:") + " "
    words += style.sentence(_pair(found, look, i, j) for i, j in closest)
    if count := sum(_by_chance(found, i, j) for i, j in pairs):
        words += " " + ngettext(
            "{count} pair is no closer than shuffled columns are.",
            "{count} pairs are no closer than shuffled columns are.",
            count,
        ).format(count=count)
    return words


# --- examples ----------------------------------------------------------------------------------------------------------


def examples(probe: Probe, tasks: Sequence[Task], look: Look) -> tuple[go.Figure | str, str]:
    """Examples with their labels: drawn as the view of the suite draws answers, and the answers are the truth."""
    outputs = {task.name: said for task in tasks if (said := truth(task, probe)) is not None}
    # Without a truth beside them, words under a picture carry no marks: there is nothing to be right or wrong about.
    shown = replace(probe, targets={}) if probe.view == "pictures" else probe
    figure, _words = view(shown, tasks, look, outputs)
    count = len(probe.inputs)
    words = _("{count} examples with their labels.").format(count=count) + " " + style.sentence(map(look.title, outputs))
    return figure, words


def truth(task: Task, probe: Probe) -> list[Any] | None:
    """What a model that is always right says about the probe, in the form in which kinds show it; None without truth."""
    target = probe.targets.get(task.name)
    if target is None:
        return None
    target = np.asarray(target)
    # A kind that nobody has described here shows its answers as other kinds with such targets do.
    plain = None if target.ndim > 1 else "classes" if task.classes else "regression"
    say = TRUTHS.get(task.kind) or TRUTHS.get(plain or "")
    found: list[Any] | None = None if say is None else say(task, target).tolist()
    return found


def _sure(task: Task, target: np.ndarray) -> np.ndarray:
    """[N, C] all on the true class; evenly where it is unknown."""
    known = np.eye(len(task.classes))[np.maximum(target, 0)]
    return np.where((target >= 0)[:, None], known, 1 / len(task.classes))


def _boxes(task: Task, target: np.ndarray) -> np.ndarray:
    """[N, M, 6] the true boxes, each wholly sure."""
    return np.concatenate([target, np.ones((*target.shape[:-1], 1))], axis=-1)


def _halved(task: Task, target: np.ndarray) -> np.ndarray:
    """[N, height / 2, width / 2] means over 2 × 2 pixels."""
    count, height, width = target.shape
    return target.reshape(count, height // 2, 2, width // 2, 2).mean((2, 4)).round(2)


def _read(task: Task, target: np.ndarray) -> np.ndarray:
    """[N, M, 2] the true words, each looking at its own place."""
    places = np.broadcast_to(np.arange(target.shape[1]), target.shape)
    return np.stack([target, places], axis=-1)


TRUTHS: Mapping[str, Any] = {
    "classes": _sure,
    "binary": _sure,
    "ordinal": _sure,
    "regression": lambda task, target: target.reshape(len(target), -1),
    "boxes": _boxes,
    "mask": lambda task, target: target,
    "depth": _halved,
    "tags": lambda task, target: target,
    "translation": _read,
}
"""By kind of task: the true targets in the form in which the kind shows its answers."""
