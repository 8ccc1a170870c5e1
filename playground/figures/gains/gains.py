"""What sharing brought: the gain of each task over its single-task baseline, with its 95 % interval."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from playground.basics.words import _, ngettext
from playground.figures import style
from playground.figures.style import Look, Sheet, axis, faint, layout
from playground.statistics.differences import MEAN, Difference, signed
from playground.statistics.verdicts import percent, phrase

SLOT = 54
"""Height of a bar with its room, in pixels."""

LOW_SLOT = 24
"""The same with many tasks, whose names stand on one line with their numbers."""

FAINT = 0.25
"""How strong the colour of a bar is whose gain is not told."""

Found = Mapping[str, Difference]
"""What may be said of each task, by name, and of Δm, corrected together; see `playground.statistics.differences`."""


def gains(found: Found, look: Look, nothing: str = "", before: Found | None = None) -> go.Figure:
    """A bar a task from zero to its mean gain in percent, its 95 % interval as a whisker, every seed as a dot, and Δm.

    found: from `playground.runs.results.comparison.Comparison.differences`; what has no number is left out. A gain or loss that
    is told has a full bar, what is too close to tell a faint one. nothing: what an empty figure says, if not the usual.
    before: the same of the run before, outlined behind the bars.
    """
    title = _("Gain over one network a task")
    rows = _rows(found, look)
    many = len(rows) - 1 > style.MANY
    height = 150 + (LOW_SLOT if many else SLOT) * max(len(rows), 2)
    if not rows:
        return style.empty(title, nothing or _nothing(), height)
    then = {name: one for name, one in (before or {}).items() if name in rows and one.count}
    figure = Sheet(layout(title, _about(rows), height=height, hovermode="closest", showlegend=False, barmode="overlay"))
    for name, one in then.items():
        _ghost(figure, name, style.SHARED if name == MEAN else look.color(name), one)
    for name, one in rows.items():
        _bar(figure, name, style.SHARED if name == MEAN else look.color(name), one)
    reach = max(_reach(rows), 1.1 * max((abs(one.mean) for one in then.values()), default=0.0))
    figure.add_border(0, line={"color": style.INK, "width": 1.5})
    words = {"y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False, "font": {"color": style.MUTED}}
    figure.add_annotation(**words, x=0, xanchor="left", xshift=8, text=_("helps →"))
    figure.add_annotation(**words, x=0, xanchor="right", xshift=-8, text=_("← hurts"))
    # The number stands with the name, where no bar, whisker or dot can cover it.
    gap = "  " if many else "<br>"
    named = [f"{look.label(name)}{gap}<b>{_number(one)}</b>" for name, one in rows.items()]
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


def gains_text(found: Found, look: Look, nothing: str = "", before: Found | None = None) -> str:
    """The gains in words."""
    rows = _rows(found, look)
    if not rows:
        return nothing or _nothing()
    parts = [phrase(name if name == MEAN else look.title(name), one) for name, one in rows.items()]
    said = _("Gain of each task over its single-task baseline.") + " " + style.sentence(parts) + " " + _about(rows)
    then = [
        _("“{task}” {gain}").format(task=name if name == MEAN else look.title(name), gain=percent(one))
        for name, one in (before or {}).items()
        if one.count
    ]
    return said + " " + _("The run before: {gains}.").format(gains=style.listed(then)) if then else said


def _rows(found: Found, look: Look) -> dict[str, Difference]:
    """What has a number, in the suite's order; Δm last."""
    present = [name for name, one in found.items() if one.count]
    order = [name for name in look.colors if name in present]
    order += [name for name in present if name not in look.colors and name != MEAN]
    return {name: found[name] for name in [*order, *([MEAN] if MEAN in present else [])]}


def _reach(rows: Found) -> float:
    """How far the axis goes to either side: past all dots, and past the whiskers unless these are wider than that by far."""
    dots = max(abs(number) for one in rows.values() for _seed, number in one.by_seed)
    ends = max((abs(end) for one in rows.values() if one.known for end in (one.low, one.high)), default=0.0)
    return 1.25 * max(1.0, dots, min(ends, 3 * dots))


def _bar(figure: Sheet, name: str, color: str, one: Difference) -> None:
    """One bar from zero to the mean, its whisker, and a dot for each seed. A bar that is not told is hollow."""
    told = {"color": faint(color, 0.75), "line": {"width": 0}, "cornerradius": 4}
    hollow = {"color": faint(color, FAINT), "line": {"width": 1, "color": faint(color, 0.75)}, "cornerradius": 4}
    whisker = {"color": style.INK, "thickness": 1.5, "width": 6}
    figure.add_bar(
        x=[one.mean],
        y=[name],
        orientation="h",
        width=0.56,
        marker=told if one.told else hollow,
        error_x={"array": [one.half if one.known else 0.0], "visible": one.known, **whisker},
        uid=f"bar-{name}",
        hovertemplate=f"{_number(one)}<extra></extra>",
    )
    numbers = [number for _seed, number in one.by_seed]
    figure.add_scatter(
        x=numbers,
        y=[name] * len(numbers),
        mode="markers",
        marker={"color": style.PAGE, "size": 9, "line": {"color": color, "width": 2}},
        uid=f"seeds-{name}",
        hovertemplate="%{x:+.2f} %<extra></extra>",
    )


def _ghost(figure: Sheet, name: str, color: str, one: Difference) -> None:
    """The outline of the run before: wider than the bar, so that it shows around it."""
    figure.add_bar(
        x=[one.mean],
        y=[name],
        orientation="h",
        width=0.8,
        marker={"color": faint(color, 0.06), "line": {"width": 2, "color": faint(color, 0.55)}, "cornerradius": 4},
        uid=f"ghost-{name}",
        hovertemplate=_("the run before: {gain}").format(gain=_number(one)) + "<extra></extra>",
    )


def _number(one: Difference) -> str:
    """A mean gain with its sign; that it is not told, where it is not."""
    text = f"{signed(one.mean, one.digits(1))} %"
    return text if one.told else _("{gain}, not told").format(gain=text)


def _nothing() -> str:
    """The sentence of an empty chart."""
    return _("No gain is known yet: it needs this run and its baselines.")


def _about(rows: Found) -> str:
    """What the whiskers are, how many seeds there are, and which gave no gain."""
    count = max(one.count for one in rows.values())
    if count == 1:
        return _("Only one seed: a gain cannot be told from luck.")
    text = _("Mean of {count} seeds (dots). Whiskers: 95 % intervals. Faint: too close to tell.").format(count=count)
    failed = sorted({seed for one in rows.values() for seed in one.failed})
    if failed:
        words = ngettext("Without gain: seed {seeds}.", "Without gains: seeds {seeds}.", len(failed))
        text += " " + words.format(seeds=", ".join(map(str, failed)))
    return text
