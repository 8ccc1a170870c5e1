"""What a class predicted, beside what was measured: bars for the answers, a line and a band for the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from playground.basics.words import _, ngettext
from playground.figures import style
from playground.figures.style import Sheet, as_html, axis, faint, layout, number

BINS = 12
COLOR = style.TASK_COLORS[0]


def percents(answers: Mapping[int, int], ends: tuple[int, int], truth: tuple[float, float, float]) -> go.Figure:
    """A histogram of percents. answers: how often each was given. truth: mean, low and high end of the interval."""
    low, high = ends
    width = max(1, round((high - low) / BINS))
    counts: dict[int, int] = {}
    for value, count in answers.items():
        counts[(value - low) // width] = counts.get((value - low) // width, 0) + count
    figure = Sheet(layout(_("What the class predicts"), _("The line is what was measured, the band its interval."), height=260))
    figure.add_bar(
        x=[low + (place + 0.5) * width for place in counts],
        y=list(counts.values()),
        width=0.9 * width,
        marker={"color": COLOR},
        hovertemplate="%{y}<extra></extra>",
        showlegend=False,
    )
    mean, start, end = truth
    figure.add_shape(
        type="rect", yref="paper", x0=start, x1=end, y0=0, y1=1, fillcolor=faint(style.RIGHT, 0.15), line={"width": 0}
    )
    figure.add_border(mean, line={"color": style.RIGHT, "width": 2})
    left, right = min(low, start), max(high, end)
    figure.update_layout(xaxis=axis(_("Percent"), range=[left, right]), yaxis=axis(_("Answers"), rangemode="tozero"))
    return figure.figure()


def percents_text(answers: Mapping[int, int], truth: tuple[float, float, float]) -> str:
    """The same in words."""
    count = sum(answers.values())
    mean = sum(value * times for value, times in answers.items()) / max(count, 1)
    said = ngettext("{count} answer, on average {mean} %;", "{count} answers, on average {mean} %;", count)
    measured = _("measured: {truth} % [{low}, {high}].")
    ends = {name: number(value) for name, value in zip(("truth", "low", "high"), truth, strict=True)}
    return f"{said.format(count=count, mean=number(mean))} {measured.format(**ends)}"


def choices(answers: Mapping[str, int], options: Mapping[str, str], right: Sequence[str]) -> go.Figure:
    """A bar for each choice; those that are right are green. options: words by choice."""
    names = [as_html(words) for words in options.values()]
    figure = Sheet(layout(_("What the class predicts"), _("Green is what was measured."), height=90 + 32 * len(options)))
    figure.add_bar(
        y=names,
        x=[answers.get(key, 0) for key in options],
        orientation="h",
        marker={"color": [style.RIGHT if key in right else COLOR for key in options]},
        hovertemplate="%{x}<extra></extra>",
        showlegend=False,
    )
    figure.update_layout(
        xaxis=axis(_("Answers"), rangemode="tozero"), yaxis={"autorange": "reversed", "automargin": True, "fixedrange": True}
    )
    return figure.figure()


def choices_text(answers: Mapping[str, int], options: Mapping[str, str], right: Sequence[str]) -> str:
    """The same in words."""
    parts = [_("{choice}: {count}").format(choice=words, count=answers.get(key, 0)) for key, words in options.items()]
    said = style.listed(words for key, words in options.items() if key in right)
    return style.sentence(parts) + " " + _("Measured: {words}.").format(words=said)
