"""How every figure looks: colour is the task, dash is the method, grey is what all tasks share.

Figures are drawn for a light page. `DARK` names for each colour its partner on a dark page; whoever shows a figure swaps
them, so that a figure itself knows no theme. All colours are therefore written as ``#rrggbb``, in small letters, with two
digits more where they let something shine through.

The colours of tasks start from Okabe and Ito's (Color Universal Design, 2008), moved so that each stands out from its page
by a contrast of 3 at least, and the first six stay apart for eyes that lack one kind of cone: a test measures both.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import plotly.graph_objects as go

from playground.basics.words import _
from playground.suites.base import Task

TASK_COLORS = ("#0072b2", "#d55e00", "#009e8e", "#b678e8", "#8a1538", "#1f2f6b", "#7d7a00", "#d6568c")
"""One colour a task, by its place in its suite; they repeat after the eighth."""

PAGE = "#ffffff"
INK = "#1b2430"
MUTED = "#5d6875"
SHARED = "#8793a1"
GRID = "#e4e8ec"
PANEL = "#f4f6f8"
RIGHT = "#0a7d4f"
WRONG = "#b3261e"

DARK: Mapping[str, str] = {
    **dict(
        zip(
            TASK_COLORS,
            ("#3f8fe8", "#ff9340", "#35dcc0", "#d9a8ff", "#d8436f", "#f4f0c0", "#c9c43f", "#ffb8d6"),
            strict=True,
        )
    ),
    PAGE: "#10151c",
    INK: "#e8ecf1",
    MUTED: "#a3afbd",
    SHARED: "#7f8c9b",
    GRID: "#29323d",
    PANEL: "#1a212b",
    RIGHT: "#4fd69c",
    WRONG: "#ff8a80",
}
"""For each colour of a figure its partner on a dark page."""

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""One dash a method or configuration, in the order in which they are shown."""

MANY = 12
"""With more tasks than these, charts have no legend, which would be longer than they are, and whoever points at a line is told
its task."""

HEIGHT = 360
"""Usual height of a chart, in pixels."""

WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60"
"""Chinese characters and their punctuation, as a part of a pattern."""

MOST_POINTS = 200
"""Points that a trace is drawn with at most."""


@dataclass(frozen=True)
class Look:
    """How the tasks of a suite are shown, in the order of the suite.

    colors: for each task's name its colour on a light page.
    titles: for each task's name its title in the visitor's language, as plain text.
    dashes: for each task's name its dash, where colours repeat; a whole line for all others.
    """

    colors: Mapping[str, str]
    titles: Mapping[str, str]
    dashes: Mapping[str, str] = field(default_factory=dict)

    def color(self, task: str) -> str:
        """The colour of a task; the neutral one for a name that the suite does not have."""
        return self.colors.get(task, SHARED)

    def dash(self, task: str) -> str:
        """The dash of a task: the second task of a colour has another one than the first."""
        return self.dashes.get(task, DASHES[0])

    def title(self, task: str) -> str:
        """The title of a task as plain text, for words and alternatives."""
        return self.titles.get(task, task)

    def label(self, task: str) -> str:
        """The title of a task as plotly shows it: no character of it is read as markup."""
        return as_html(self.title(task))


def task_colors(names: Iterable[str]) -> dict[str, str]:
    """A colour for each task of a suite, given in the suite's own order, whichever of them are learned."""
    return {name: TASK_COLORS[place % len(TASK_COLORS)] for place, name in enumerate(names)}


def look_of(tasks: Sequence[Task]) -> Look:
    """The look of all tasks of a suite; always call it with `suite.tasks()`, so that a task keeps its colour."""
    turns = {task.name: DASHES[place // len(TASK_COLORS) % len(DASHES)] for place, task in enumerate(tasks)}
    return Look(task_colors(task.name for task in tasks), {task.name: _(task.title) for task in tasks}, turns)


def method_dashes(names: Iterable[str]) -> dict[str, str]:
    """A dash for each method or configuration, in the order given."""
    return {name: DASHES[place % len(DASHES)] for place, name in enumerate(names)}


def faint(color: str, strength: float) -> str:
    """`color` with a strength between 0 (invisible) and 1."""
    return f"{color[:7]}{round(255 * min(max(strength, 0.0), 1.0)):02x}"


def as_html(text: str) -> str:
    """`text` with the characters that plotly or HTML would read as markup made harmless."""
    return html.escape(str(text), quote=True)


def number(value: float, digits: int = 3) -> str:
    """A number for the eye: `digits` significant digits, with a true minus sign; "–" for what is not a number."""
    if not np.isfinite(value):
        return "–"
    plain = value == 0 or 1e-3 <= abs(value) < 1e4
    return (f"{value:.{digits}g}" if plain else f"{value:.{digits - 1}e}").replace("-", "−")


def axis(title: str, **more: object) -> dict[str, object]:
    """The common look of an axis with a title. A `uirevision` of its own lets go of its zoom when the unit changes."""
    return {
        "title": {"text": title, "standoff": 8},
        "gridcolor": GRID,
        "linecolor": GRID,
        "zeroline": False,
        "automargin": True,
        "ticks": "",
        "nticks": 7,
        # With a format of its own every number beside a logarithmic axis is as large as the others.
        **({"tickformat": "~g"} if more.get("type") == "log" else {}),
        **more,
    }


def layout(title: str, subtitle: str = "", **more: object) -> dict[str, object]:
    """The common layout: words above, legend below, nothing over the data.

    `uirevision` never changes, so that zoom and hidden legend entries outlive new data.
    """
    return {
        "title": {"text": title, "subtitle": {"text": subtitle, "font": {"color": MUTED}}, "x": 0, "xanchor": "left"},
        "font": {"color": INK, "size": 15},
        "paper_bgcolor": "#ffffff00",
        "plot_bgcolor": "#ffffff00",
        "margin": {"l": 8, "r": 12, "t": 70 if title else 12, "b": 8},
        "height": HEIGHT,
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": PANEL, "bordercolor": GRID, "font": {"color": INK}, "align": "left"},
        "legend": {
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "xref": "container",
            "x": 0,
            "xanchor": "left",
            "itemwidth": 36,
            "bgcolor": "#ffffff00",
        },
        "uirevision": "kept",
        "dragmode": "zoom",
        "template": None,
        **more,
    }


class Sheet:
    """A figure in the making: traces, shapes and words as plain values, made into a figure once.

    plotly checks every value of every trace that is added to a figure, which takes longer than all else that happens
    when a page is drawn. A live page cannot wait for that, so the figure is made without; a test checks them all.
    """

    def __init__(self, layout: dict[str, object]):
        self.layout = {**layout}
        self.traces: list[dict[str, object]] = []
        self.shapes: list[dict[str, object]] = []
        self.words: list[dict[str, object]] = []

    def add_scatter(self, **trace: object) -> None:
        """Points or a line."""
        self.traces.append({"type": "scatter", **trace})

    def add_bar(self, **trace: object) -> None:
        """A bar."""
        self.traces.append({"type": "bar", **trace})

    def add_shape(self, **shape: object) -> None:
        """A line or an area over the whole panel."""
        self.shapes.append(shape)

    def add_annotation(self, **words: object) -> None:
        """A few words at a place."""
        self.words.append(words)

    def add_level(self, y: float, line: dict[str, object]) -> None:
        """A horizontal line across the panel."""
        self.add_shape(type="line", xref="paper", x0=0, x1=1, y0=y, y1=y, line=line)

    def add_border(self, x: float, line: dict[str, object]) -> None:
        """A vertical line through the panel."""
        self.add_shape(type="line", yref="paper", y0=0, y1=1, x0=x, x1=x, line=line)

    def update_layout(self, **more: object) -> None:
        """Axes and other parts of the layout."""
        self.layout |= more

    def figure(self) -> go.Figure:
        """The figure."""
        return go.Figure(
            data=self.traces, layout={**self.layout, "shapes": self.shapes, "annotations": self.words}, _validate=False
        )


def empty(title: str, sentence: str, height: int = HEIGHT) -> go.Figure:
    """A chart without data, with a sentence that says why."""
    hidden = {"visible": False, "fixedrange": True}
    note = {
        "text": sentence,
        "x": 0.5,
        "y": 0.5,
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "font": {"color": MUTED},
    }
    return go.Figure(layout=layout(title, height=height, xaxis=hidden, yaxis=hidden, annotations=[note]))


def join(parts: Iterable[str]) -> str:
    """Several short statements as one sentence of a text alternative, without its full stop."""
    return _("; ").join(parts)


def sentence(parts: Iterable[str]) -> str:
    """Several short statements as one whole sentence of a text alternative."""
    return _("{sentence}.").format(sentence=join(parts))


def listed(parts: Iterable[str]) -> str:
    """Several names in a row."""
    return _(", ").join(parts)


def wrapped(text: str, room: int) -> list[str]:
    """`text` in lines of at most `room` letters; a Chinese character is as wide as two, and a line may end after it."""
    if not re.search(f"[{WIDE}]", text):
        return textwrap.wrap(text, room)
    lines = [""]
    # One wide character, or a piece of a word; each with the blanks before it.
    for part in re.findall(rf"\s*(?:[{WIDE}]|[^\s{WIDE}]{{1,{room}}})", text):
        if _width(lines[-1] + part) > room:
            lines.append("")
        lines[-1] += part if lines[-1] else part.strip()
    return [line for line in lines if line]


def _width(text: str) -> int:
    """How many letters' room a text takes."""
    return len(text) + len(re.findall(f"[{WIDE}]", text))


def decimated(count: int, most: int = MOST_POINTS) -> np.ndarray:
    """Indices of at most `most` of `count` points, evenly spaced, with the first and the last among them."""
    if count <= most:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, most).round().astype(int))


def smoothed(values: np.ndarray, smooth: float, steps: np.ndarray | None = None) -> np.ndarray:
    """A moving mean over steps, without the bias of its start, as in Adam (Kingma and Ba 2015).

    values: [N], without NaN. smooth: between 0 (the values themselves) and below 1: what is left of a value's weight after the
    usual distance of two values, the median; so it counts steps, and not how densely something was recorded.
    steps: [N] where the values stand; evenly where left out.
    m_n = Σ_k s^((t_n − t_k) / u) v_k / Σ_k s^((t_n − t_k) / u), over k ≤ n, with the usual distance u.
    """
    if smooth <= 0 or len(values) < 2:
        return np.asarray(values, float)
    distances = np.diff(np.arange(len(values)) if steps is None else steps)
    left = smooth ** (distances / np.median(distances))
    total, weight, result = float(values[0]), 1.0, np.empty(len(values))
    result[0] = total
    for place, part in enumerate(left, start=1):
        total, weight = part * total + values[place], part * weight + 1
        result[place] = total / weight
    return result
