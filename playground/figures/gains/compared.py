"""Strategies side by side: what each gained, and how that depends on depth, likeness and labels.

Colour is the task and dash is the strategy. What may be said of gains comes from `playground.runs.results.sweeps`. Each figure
has a sibling `…_text` that says the same in words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import plotly.graph_objects as go

from playground.basics.words import _, ngettext
from playground.figures import style
from playground.figures.style import Look, Sheet, as_html, axis, faint, layout
from playground.statistics.differences import MEAN, Difference
from playground.statistics.verdicts import percent, phrase

SLOT = 40
"""Height of a strategy's row, in pixels."""

Found = Mapping[tuple[int, float, str], Difference]
"""What may be said of the gain under each strategy (a place in a list of names), at each value of what was turned, of each
task; corrected together, see `playground.statistics.differences`."""


def gains(found: Found, look: Look, names: Sequence[str], nothing: str = "") -> go.Figure:
    """The gain of every task under every strategy: a dot for the mean, a whisker of its 95 % interval, rings for seeds.

    found: at one value of what is turned. The whisker's dash is the strategy's. A dot is full where a gain or loss is
    told, and hollow where it is too close to tell. nothing: what an empty figure says, if not the usual.
    """
    title = _("Gain of each strategy over one network a task")
    cells = {(task, place): one for (place, _value, task), one in _ordered(found, look).items()}
    height = 130 + SLOT * max(len(cells), 2)
    if not cells:
        return style.empty(title, nothing or _nothing(), height)
    figure = Sheet(layout(title, _seeds(cells.values()), height=height, hovermode="closest", showlegend=False))
    dashes, rows = list(style.method_dashes(names).values()), []
    for (task, place), one in cells.items():
        row = f"{task} {place}"
        rows.append((row, f"{look.label(task)} · {as_html(names[place])}<br><b>{percent(one)}</b>"))
        _whisker(figure, row, look.color(task), dashes[place], one)
    low, high = _reach(cells.values())
    reach = 1.15 * max(1.0, -low, high)
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


def gains_text(found: Found, look: Look, names: Sequence[str], nothing: str = "") -> str:
    """The gains in words."""
    cells = _ordered(found, look)
    parts = [
        phrase(_("{task} under {strategy}").format(task=look.title(task), strategy=names[place]), one)
        for (place, _value, task), one in cells.items()
    ]
    if not parts:
        return nothing or _nothing()
    return _("Gain of each task over its single-task baseline.") + " " + style.sentence(parts) + " " + _seeds(cells.values())


def _ordered(found: Found, look: Look) -> dict[tuple[int, float, str], Difference]:
    """What has a number, by task in the order of the suite, strategy and value; without Δm."""
    there = {place: one for place, one in found.items() if one.count and place[2] != MEAN}
    order = [*look.colors, *(task for _place, _value, task in there if task not in look.colors)]
    return dict(sorted(there.items(), key=lambda item: (order.index(item[0][2]), item[0][0], item[0][1])))


def _reach(found: Collection[Difference]) -> tuple[float, float]:
    """From where to where an axis goes: over all seeds, and over the intervals unless these are wider by far."""
    numbers = [number for one in found for _seed, number in one.by_seed]
    ends = [end for one in found if one.known for end in (one.low, one.high)]
    most = 2 * max(map(abs, numbers))
    return max(min([0.0, *numbers, *ends]), -most), min(max([0.0, *numbers, *ends]), most)


def _whisker(figure: Sheet, row: str, color: str, dash: str, one: Difference) -> None:
    """The seeds as small rings, the interval as a line, the mean as a dot, hollow where it is not told."""
    hover = {"hovertemplate": "%{x:+.2f} %<extra></extra>"}
    ring = {"color": style.PAGE, "size": 7, "line": {"color": faint(color, 0.6), "width": 1.5}}
    numbers = [number for _seed, number in one.by_seed]
    figure.add_scatter(x=numbers, y=[row] * len(numbers), mode="markers", marker=ring, uid=f"seeds-{row}", **hover)
    line = {"color": color, "width": 3, "dash": dash}
    ends = [one.low, one.high] if one.known else [one.mean] * 2
    figure.add_scatter(x=ends, y=[row] * 2, mode="lines", line=line, uid=f"line-{row}", hoverinfo="skip")
    inside, around = (color, style.PAGE) if one.told else (style.PAGE, color)
    dot = {"color": inside, "size": 12, "line": {"color": around, "width": 2}}
    figure.add_scatter(x=[one.mean], y=[row], mode="markers", marker=dot, uid=f"mean-{row}", **hover)


# --- sweeps ------------------------------------------------------------------------------------------------------------


def against(
    found: Found, look: Look, names: Sequence[str], title: str, unit: str, log: bool = False, nothing: str = ""
) -> go.Figure:
    """Gain against what was turned: a line for each task and strategy, with its 95 % intervals as a band.

    found: at all values. Dots are full where a gain or loss is told. log: values stand on a logarithmic axis.
    nothing: what an empty figure says, if not the usual.
    """
    lines = _lines(found, look)
    if not lines:
        return style.empty(title, nothing or _nothing(), 440)
    subtitle = _("Above zero sharing pays. Colour: task; dash: strategy; bands: 95 % intervals; full dots are told.")
    figure = Sheet(layout(title, subtitle, height=480))
    dashes, named = list(style.method_dashes(names).values()), set[str]()
    for (task, place), curve in lines.items():
        values, mean = list(curve), [one.mean for one in curve.values()]
        color, key = look.color(task), f"{task}-{place}"
        hidden = {"mode": "lines", "showlegend": False, "hoverinfo": "skip", "legendgroup": task}
        none = {"width": 0, "color": faint(color, 0)}
        ends = [(one.low, one.high) if one.known else (one.mean, one.mean) for one in curve.values()]
        figure.add_scatter(**hidden, x=values, y=[low for low, _high in ends], uid=f"{key}-low", line=none)
        band = {"fill": "tonexty", "fillcolor": faint(color, 0.08), "line": none}
        figure.add_scatter(**hidden, x=values, y=[high for _low, high in ends], uid=f"{key}-high", **band)
        dots = [color if one.told else style.PAGE for one in curve.values()]
        figure.add_scatter(
            x=values,
            y=mean,
            mode="lines+markers",
            name=look.label(task),
            legendgroup=task,
            showlegend=task not in named,
            uid=key,
            line={"color": color, "dash": dashes[place], "width": 2.5},
            marker={"size": 8, "color": dots, "line": {"color": color, "width": 1.5}},
            customdata=[percent(one) for one in curve.values()],
            hovertemplate="%{customdata}<extra>" + f"{look.label(task)} · {as_html(names[place])}" + "</extra>",
        )
        named.add(task)
    for place in sorted({place for _task, place in lines}):
        entry = {"x": [None], "y": [None], "mode": "lines", "hoverinfo": "skip"}
        line = {"color": style.MUTED, "dash": dashes[place], "width": 2.5}
        figure.add_scatter(**entry, name=as_html(names[place]), line=line, uid=f"strategy-{place}")
    figure.add_level(0, line={"color": style.INK, "width": 1.5})
    low, high = _reach([one for curve in lines.values() for one in curve.values()])
    ticks = sorted({value for curve in lines.values() for value in curve})
    exact = {"type": "log", "tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]} if log else {}
    room = 0.05 * max(1.0, high - low)
    figure.update_layout(xaxis=axis(unit, **exact), yaxis=axis(_("Gain (%)"), range=[low - room, high + room]))
    return figure.figure()


def against_text(found: Found, look: Look, names: Sequence[str], title: str, nothing: str = "") -> str:
    """The sweep in words: for each task and strategy the gain at every value, with its interval."""
    lines = _lines(found, look)
    if not lines:
        return f"{title}: {nothing or _nothing()}"
    parts = [
        f"{look.title(task)}, {names[place]}: " + style.listed(f"{value:g}: {percent(one)}" for value, one in curve.items())
        for (task, place), curve in lines.items()
    ]
    return f"{title}. " + style.sentence(parts)


def _lines(found: Found, look: Look) -> dict[tuple[str, int], dict[float, Difference]]:
    """For each task and strategy what may be said at each value, in order."""
    lines: dict[tuple[str, int], dict[float, Difference]] = {}
    for (place, value, task), one in _ordered(found, look).items():
        lines.setdefault((task, place), {})[value] = one
    return lines


def _nothing() -> str:
    """The sentence of an empty chart."""
    return _("No gain is known yet: it needs these runs and their baselines.")


def _seeds(found: Collection[Difference]) -> str:
    """What the whiskers are, or that there is nothing they could be, and which seeds gave no gain."""
    count = max(one.count for one in found)
    if count == 1:
        return _("One seed, so no spread is known.")
    text = _("{count} seeds (rings); lines are 95 % intervals, full dots are told.").format(count=count)
    failed = sorted({seed for one in found for seed in one.failed})
    if failed:
        words = ngettext("Without gain: seed {seeds}.", "Without gains: seeds {seeds}.", len(failed))
        text += " " + words.format(seeds=", ".join(map(str, failed)))
    return text
