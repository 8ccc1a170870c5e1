"""What sharing brought: the gain of each task over its single-task baseline, with its spread over seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from playground.figures import style
from playground.figures.style import Look, Sheet, axis, faint, layout
from playground.words import _, ngettext

FEWEST_SEEDS = 3
"""Fewer seeds than these are said to be few."""

MEAN = "Δm"
"""The mean over tasks, as a row of its own."""

SLOT = 54
"""Height of a bar with its room, in pixels."""


def gains(frame: pd.DataFrame, look: Look) -> go.Figure:
    """A bar a task with its mean gain in percent, its standard deviation over seeds, every seed as a dot, and Δm.

    frame: columns task, seed, gain in percent, positive where sharing helped; NaN where a baseline gives no gain.
    """
    title = _("Gain over one network a task")
    frame = frame.dropna(subset=["gain"])
    rows = _rows(frame, look)
    height = 150 + SLOT * max(len(rows), 2)
    if not rows:
        return style.empty(title, _nothing(), height)
    figure = Sheet(layout(title, _seeds(frame), height=height, hovermode="closest", showlegend=False))
    for name, values in rows.items():
        _bar(figure, name, style.SHARED if name == MEAN else look.color(name), values)
    reach = 1.25 * max(1.0, *(float(np.abs(values).max()) for values in rows.values()))
    figure.add_border(0, line={"color": style.INK, "width": 1.5})
    words = {"y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False, "font": {"color": style.MUTED}}
    figure.add_annotation(**words, x=0, xanchor="left", xshift=8, text=_("helps →"))
    figure.add_annotation(**words, x=0, xanchor="right", xshift=-8, text=_("← hurts"))
    # The number stands with the name, where no bar, whisker or dot can cover it.
    named = [f"{look.label(name)}<br><b>{_signed(float(values.mean()))} %</b>" for name, values in rows.items()]
    figure.update_layout(
        xaxis=axis(_("Gain (%)"), range=[-reach, reach]),
        yaxis=axis(
            "",
            categoryorder="array",
            categoryarray=list(rows)[::-1],
            tickvals=list(rows),
            ticktext=named,
            showgrid=False,
            fixedrange=True,
        ),
    )
    return figure.figure()


def gains_text(frame: pd.DataFrame, look: Look) -> str:
    """The gains in words."""
    frame = frame.dropna(subset=["gain"])
    rows = _rows(frame, look)
    if not rows:
        return _nothing()
    parts = [
        _("{task} {gain} %").format(task=look.title(name), gain=_signed(float(values.mean()))) for name, values in rows.items()
    ]
    return _("Gain of each task over its single-task baseline.") + " " + style.sentence(parts) + " " + _seeds(frame)


def mean_gain(frame: pd.DataFrame) -> pd.Series:
    """Δm of each seed: the mean over its tasks, only for seeds in which every task of the frame has a gain."""
    table = frame.pivot_table(index="seed", columns="task", values="gain", dropna=False)
    return table.mean(axis=1, skipna=False).dropna()


def _rows(frame: pd.DataFrame, look: Look) -> dict[str, np.ndarray]:
    """For each task, in the suite's order, the gains of its seeds; Δm last, where there are two tasks or more."""
    present = list(frame["task"].unique())
    order = [task for task in look.colors if task in present] + [task for task in present if task not in look.colors]
    rows = {task: frame.loc[frame["task"] == task, "gain"].to_numpy(float) for task in order}
    overall = mean_gain(frame).to_numpy(float) if len(order) > 1 else np.empty(0)
    return rows | ({MEAN: overall} if len(overall) else {})


def _bar(figure: Sheet, name: str, color: str, values: np.ndarray) -> None:
    """One bar from zero to the mean, its whisker, and a dot for each seed."""
    spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    figure.add_bar(
        x=[float(values.mean())],
        y=[name],
        orientation="h",
        width=0.56,
        marker={"color": faint(color, 0.75), "line": {"width": 0}, "cornerradius": 4},
        error_x={"array": [spread], "visible": len(values) > 1, "color": style.INK, "thickness": 1.5, "width": 6},
        uid=f"bar-{name}",
        hovertemplate="%{x:+.2f} %<extra></extra>",
    )
    figure.add_scatter(
        x=values,
        y=[name] * len(values),
        mode="markers",
        marker={"color": style.PAGE, "size": 9, "line": {"color": color, "width": 2}},
        uid=f"seeds-{name}",
        hovertemplate="%{x:+.2f} %<extra></extra>",
    )


def _nothing() -> str:
    """The sentence of an empty chart."""
    return _("No gain is known yet: it needs this run and its baselines.")


def _signed(value: float) -> str:
    """A gain with its sign and one digit."""
    return f"{value:+.1f}".replace("-", "−")


def _seeds(frame: pd.DataFrame) -> str:
    """What the whiskers are, and a warning where there are too few seeds to trust them."""
    count = int(frame["seed"].nunique())
    if count >= FEWEST_SEEDS:
        return _("Mean of {count} seeds; whiskers are one standard deviation, dots are seeds.").format(count=count)
    text = ngettext(
        "Only {count} seed: too few to tell a gain from luck.", "Only {count} seeds: too few to tell a gain from luck.", count
    )
    return text.format(count=count)
