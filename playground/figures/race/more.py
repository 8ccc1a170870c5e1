"""Further pictures of a race: mean ranks, the probability of being best, parallel coordinates, and maps of Δm.

Each figure has a sibling `…_text` that says the same in words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from playground.basics.words import _
from playground.figures import style
from playground.figures.race.race import ROW, label, looks
from playground.figures.style import Sheet, as_html, axis, faint, layout
from playground.race.plan import FIXED
from playground.race.result import Result
from playground.statistics.contest import Moderated

LEVELS = 3
"""Bars of groups that stand one above the other in a diagram of ranks before they begin anew."""

# --- ranks and chances -------------------------------------------------------------------------------------------------


def ranks(result: Result) -> go.Figure:
    """The critical-difference diagram: mean ranks over seeds, best on the left; bars join those that cannot be told apart."""
    title = _("Mean ranks: a bar joins those that are too close to tell")
    found = result.ranks
    if found is None or not math.isfinite(found.distance):
        return style.empty(title, _("Ranks need two seeds that all have come through."))
    colors, titles = looks(result.race), result.race.titles
    order = sorted(found.means, key=lambda key: found.means[key])
    cliques = found.cliques()
    words = _("Critical difference {distance} (Nemenyi, 5 %)").format(distance=f"{found.distance:.1f}")
    figure = Sheet(layout(title, words, height=150 + ROW * len(order), hovermode="closest", showlegend=False))
    for place, key in enumerate(order):
        color, symbol = colors[key]
        figure.add_scatter(
            x=[found.means[key]],
            y=[-place],
            mode="markers",
            marker={"color": color, "symbol": symbol, "size": 11, "line": {"color": style.PAGE, "width": 1}},
            uid=f"rank-{key}",
            hovertemplate=f"<b>{as_html(titles[key])}</b><br>%{{x:.2f}}<extra></extra>",
        )
    for number, clique in enumerate(cliques):
        y = 0.7 + 0.5 * (number % LEVELS)
        figure.add_scatter(
            x=[found.means[clique[0]], found.means[clique[-1]]],
            y=[y, y],
            mode="lines",
            line={"color": style.INK, "width": 3},
            uid=f"clique-{number}",
            hovertemplate=as_html(style.listed(titles[key] for key in clique)) + "<extra></extra>",
        )
    figure.update_layout(
        xaxis=axis(_("Mean rank (1 is best)")),
        yaxis=axis(
            "",
            tickvals=[-place for place in range(len(order))],
            ticktext=[label(titles[key]) for key in order],
            tickfont={"size": 13},
            showgrid=True,
            fixedrange=True,
            range=[-len(order), 0.9 + 0.5 * min(LEVELS, max(1, len(cliques)))],
            nticks=None,
        ),
    )
    return figure.figure()


def ranks_text(result: Result) -> str:
    """The ranks in words."""
    found, titles = result.ranks, result.race.titles
    if found is None or not math.isfinite(found.distance):
        return _("Ranks need two seeds that all have come through.")
    order = sorted(found.means, key=lambda key: found.means[key])
    parts = [f"{titles[key]} {found.means[key]:.1f}" for key in order]
    head = _("Mean ranks; two have to differ by {distance} to be told apart.").format(distance=f"{found.distance:.1f}")
    return f"{head} {style.sentence(parts)}"


def chances(result: Result) -> go.Figure:
    """The probability of being best, a bar each, the likeliest first."""
    title = _("How likely is each to be the best?")
    order = _likeliest(result)
    if not order:
        return style.empty(title, _("It needs two seeds that all have come through."))
    colors, titles = looks(result.race), result.race.titles
    figure = Sheet(
        layout(title, _("Bootstrap over seeds"), height=150 + ROW * len(order), hovermode="closest", showlegend=False)
    )
    for key in order:
        figure.add_bar(
            x=[100 * result.chances[key]],
            y=[key],
            orientation="h",
            width=0.6,
            marker={"color": faint(colors[key][0], 0.8), "line": {"width": 0}},
            uid=f"chance-{key}",
            hovertemplate=f"{as_html(titles[key])}: %{{x:.1f}} %<extra></extra>",
        )
    figure.update_layout(
        xaxis=axis(_("Probability of being best (%)"), range=[0, 100]),
        yaxis=axis(
            "",
            categoryorder="array",
            categoryarray=order[::-1],
            tickvals=order,
            ticktext=[label(titles[key]) for key in order],
            tickfont={"size": 13},
            fixedrange=True,
            nticks=None,
        ),
    )
    return figure.figure()


def _likeliest(result: Result) -> list[str]:
    return sorted(result.chances, key=lambda key: -result.chances[key])


def chances_text(result: Result) -> str:
    """The probabilities in words."""
    parts = [f"{result.race.titles[key]} {100 * result.chances[key]:.0f} %" for key in _likeliest(result)]
    return (
        _("The probability of being best.") + " " + style.sentence(parts)
        if parts
        else _("It needs two seeds that all have come through.")
    )


# --- many tasks --------------------------------------------------------------------------------------------------------


def parallel(result: Result) -> go.Figure:
    """One axis a task and one for Δm, a line an entrant; dragging along an axis picks those that pass through."""
    title = _("Every task at once: drag along an axis to pick entrants")
    keys = [key for key in result.order if key in result.delta_m]
    if not keys or not result.tasks:
        return style.empty(title, _("No entrant has come to its end yet."))
    tasks = {task.name: _(task.title) for task in result.race.experiment.the_tasks if task.name in result.by_task}
    columns = {as_html(title): [result.by_task[name][key].mean for key in keys] for name, title in tasks.items()}
    columns["Δm"] = [result.delta_m[key].mean for key in keys]
    numbers = [number for column in columns.values() for number in column if math.isfinite(number)]
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    fixed = [0.0 if result.standings[key].entrant.kind == FIXED else 1.0 for key in keys]
    figure = Sheet(
        layout(
            title,
            _("Gain over one network a task (%); grey: fixed weights"),
            height=420,
            margin={"l": 60, "r": 60, "t": 110, "b": 30},
        )
    )
    figure.traces.append(
        {
            "type": "parcoords",
            "dimensions": [
                {"label": name, "values": [number if math.isfinite(number) else low for number in column], "range": [low, high]}
                for name, column in columns.items()
            ],
            "line": {"color": fixed, "colorscale": [[0, style.SHARED], [1, COLOR]], "cmin": 0, "cmax": 1},
            "domain": {"x": [0, 1], "y": [0, 0.86]},
            "uid": "parallel",
        }
    )
    return figure.figure()


COLOR = style.TASK_COLORS[0]


def parallel_text(result: Result) -> str:
    """The gains of every task in words."""
    tasks = {task.name: _(task.title) for task in result.race.experiment.the_tasks if task.name in result.by_task}
    parts = [
        f"{result.race.titles[key]}: "
        + style.listed(f"{title} {result.by_task[name][key].text()} %" for name, title in tasks.items())
        for key in result.order
        if key in result.delta_m
    ]
    return _("Gain of every task over one network a task.") + " " + style.sentence(parts)


# --- maps --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """A field of a map: a mean gain in percent, the ends of its interval, and whether it is told from zero."""

    mean: float
    low: float | None
    high: float | None

    @property
    def told(self) -> bool:
        """Whether its interval leaves zero out."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high

    def words(self) -> str:
        """Mean and interval."""
        ends = "" if self.low is None or self.high is None else f" [{self.low:+.1f}, {self.high:+.1f}]"
        return f"{self.mean:+.1f}{ends} %".replace("-", "−")


Cells = Mapping[tuple[str, str], Cell]
"""A map by row and column."""


def cell_of(one: Moderated) -> Cell:
    """A field of what may be said of an entrant."""
    return Cell(one.mean, one.low if one.known else None, one.high if one.known else None)


def heat(cells: Cells, title: str, rows: Sequence[str], columns: Sequence[str]) -> go.Figure:
    """Δm as a map with its intervals on hover; a field that is told from zero has its number in bold."""
    if not cells:
        return style.empty(title, _("Nothing to show yet."))
    subtitle = _("Δm (%): blue helps, orange hurts; bold is told from zero, intervals on hover")
    values = [[cells[row, column].mean if (row, column) in cells else None for column in columns] for row in rows]
    numbers = sorted(abs(one.mean) for one in cells.values() if math.isfinite(one.mean))
    # One entrant that fell apart should not make all others pale.
    reach = max(numbers[int(0.9 * (len(numbers) - 1))] if numbers else 1.0, 1e-9)
    words = [[_field(cells.get((row, column))) for column in columns] for row in rows]
    hover = [
        [
            f"<b>{as_html(row)} · {as_html(column)}</b><br>{cells[row, column].words()}" if (row, column) in cells else ""
            for column in columns
        ]
        for row in rows
    ]
    figure = Sheet(layout(title, subtitle, height=210 + 34 * len(rows), hovermode="closest"))
    figure.traces.append(
        {
            "type": "heatmap",
            "x": [as_html(column) for column in columns],
            "y": [as_html(row) for row in rows],
            "z": values,
            "text": words,
            "texttemplate": "%{text}",
            "textfont": {"size": 12, "color": style.INK},
            "customdata": hover,
            "hovertemplate": "%{customdata}<extra></extra>",
            "zmin": -reach,
            "zmax": reach,
            "colorscale": [
                [0, faint(style.TASK_COLORS[1], 0.75)],
                [0.5, faint(style.PANEL, 0.4)],
                [1, faint(style.TASK_COLORS[0], 0.75)],
            ],
            "colorbar": {"title": {"text": _("Δm (%)")}, "thickness": 12, "tickfont": {"color": style.INK}},
            "xgap": 2,
            "ygap": 2,
            "uid": "heat",
        }
    )
    figure.update_layout(
        xaxis=axis("", tickangle=-40, fixedrange=True, showgrid=False, nticks=None),
        yaxis=axis("", autorange="reversed", fixedrange=True, showgrid=False, nticks=None),
    )
    return figure.figure()


def _field(cell: Cell | None) -> str:
    if cell is None or not math.isfinite(cell.mean):
        return ""
    text = f"{cell.mean:+.1f}".replace("-", "−")
    return f"<b>{text}</b>" if cell.told else text


def heat_text(cells: Cells, title: str) -> str:
    """A map in words."""
    return f"{title}: " + style.sentence(f"{row}, {column}: {one.words()}" for (row, column), one in cells.items())
