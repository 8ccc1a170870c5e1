"""A report: one HTML file of a run, or of several beside each other, that needs no network and runs no code of its visitors."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from playground import catalog, public_names
from playground.basics.words import _, language
from playground.experiment import Experiment
from playground.export.numbers import command, versions
from playground.figures.gains.gains import gains
from playground.figures.steps import curves, pairs
from playground.figures.steps.changes import turned_in_flight
from playground.figures.steps.lines import Extras
from playground.figures.style import look_of
from playground.measures import label
from playground.runs.results import history
from playground.runs.results.comparison import Comparison, compare
from playground.runs.results.history import History
from playground.statistics.differences import paired
from playground.statistics.verdicts import hint, percent, verdict_word, without

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #ddd; padding: .3rem .7rem; text-align: left; vertical-align: top; }
pre { background: #f4f4f4; padding: .7rem; overflow-x: auto; }
"""


@dataclass(frozen=True)
class Part:
    """One experiment of a report: its runs, one a seed, and what they are measured against; name: how it is called there."""

    experiment: Experiment
    runs: Sequence[History]
    baselines: Sequence[History] = ()
    name: str = ""

    @property
    def seeds(self) -> list[int]:
        return sorted({run.run.seed for run in self.runs})


def report(parts: Sequence[Part]) -> str:
    """The whole file. What visitors brought (columns, classes) stands in it as text alone."""
    title = _("Report: {names}").format(names=" · ".join(_name(part) for part in parts))
    body = [_tag("h1", title)]
    script = True  # plotly's own code travels once, before the first figure
    for part in parts:
        comparison = compare(part.runs, part.baselines) if part.baselines else None
        body.append(_tag("h2", _name(part)))
        if changed := turned_in_flight(part.runs):
            body.append(_tag("p", changed))
        if comparison is not None:
            body.append(_gains(part.experiment, comparison))
        for figure in _figures(part, comparison):
            body.append(figure.to_html(full_html=False, include_plotlyjs=script, config={"responsive": True}))
            script = False
        body += _settings(part)
    if len(parts) > 1:
        body += [_tag("h2", _("Settings that differ")), _table(_differing(parts))]
    body += [_tag("h2", _("Versions")), _table(pd.DataFrame(versions().items(), columns=[_("Package"), _("Version")]))]
    body += [_tag("h2", _("References")), _references(parts)]
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">{_tag("title", title)}<style>{STYLE}</style>'
    )
    return f'<!doctype html>\n<html lang="{language()}"><head>{head}</head><body>\n' + "\n".join(body) + "\n</body></html>\n"


def _name(part: Part) -> str:
    """What an experiment of the report is called."""
    one = part.experiment
    method = catalog.methods()[one.weighting.name]
    return part.name or " · ".join(_(card.title) for card in (one.the_suite.card, one.the_strategy.card, method.card))


def _gains(experiment: Experiment, comparison: Comparison) -> str:
    """The table of scores and gains with intervals, and the sentence on their mean."""
    rows, none = [], paired({})
    for task in experiment.the_tasks:
        told = comparison.differences.get(task.name, none)
        rows.append(
            {
                _("Task"): _(task.title),
                _("Metric"): label(task),
                _("This run"): comparison.column("score", task.name).text(2),
                _("Single task"): comparison.column("baseline", task.name).text(2),
                _("Gain, %"): told.text(),
                _("Verdict"): "–" if told is none else verdict_word(told),
            }
        )
    overall = comparison.delta_m()
    words = _("Δm {value}, the mean gain over tasks: {verdict}.")
    said = words.format(value=percent(overall), verdict=verdict_word(overall) + hint(overall) + without(overall))
    about = _("Mean ± standard deviation over seeds on test data; […] is a 95 % interval, corrected for all of them together.")
    missing = [
        _("{task} is left out: {reason}").format(task=name, reason=reason) for name, reason in comparison.missing.items()
    ]
    return _table(pd.DataFrame(rows)) + "".join(_tag("p", text) for text in (said, about, *missing))


def _figures(part: Part, comparison: Comparison | None) -> list[Any]:
    """What the page draws of a run, each of which can be zoomed."""
    look, runs = look_of(part.experiment.the_suite.tasks()), part.runs
    extras = Extras([record for run in runs[:1] for record in run.of_kind("changed")])
    frame, scores = history.curves(runs), history.scores(runs)
    found = [gains(comparison.differences, look)] if comparison is not None and comparison.differences else []
    found += [
        curves.losses(frame, look, extras=extras),
        curves.scores(scores[scores["split"] == "validation"], look, extras=extras),
        curves.weights(frame, look, extras),
    ]
    if not (angles := history.cosines(runs)).empty:
        found += [pairs.cosines(angles, look), curves.norms(frame, look)]
    return found


def _settings(part: Part) -> list[str]:
    """Settings, what was tried, and the command that trains it again."""
    rates = ", ".join(f"{run.rate:g}" for run in part.experiment.trainings())
    tried = _("Seeds {seeds}; learning rates tried: {rates}; {count} runs, {baselines} baselines.").format(
        seeds=", ".join(map(str, part.seeds)), rates=rates, count=len(part.runs), baselines=len(part.baselines)
    )
    return [
        _tag("h3", _("Settings")),
        _tag("p", tried),
        _tag("pre", public_names.to_toml(part.experiment)),
        _tag("p", _("Kept as experiment.toml, this trains it again:")),
        _tag("pre", command(part.seeds)),
    ]


def _differing(parts: Sequence[Part]) -> pd.DataFrame:
    """A row for each setting in which the experiments differ."""
    flats = [part.experiment.to_flat() for part in parts]
    names = dict.fromkeys(name for flat in flats for name in flat)
    rows = [[name, *(str(flat.get(name, "–")) for flat in flats)] for name in names]
    columns = [_("Setting"), *(str(number) for number in range(1, len(parts) + 1))]
    return pd.DataFrame([row for row in rows if len(set(row[1:])) > 1], columns=columns)


def _references(parts: Sequence[Part]) -> str:
    """Where data, strategies and methods are from, each once."""
    items = dict[str, str]()
    for part in parts:
        one = part.experiment
        entries = (one.the_suite, one.the_backbone, one.the_strategy, catalog.methods()[one.weighting.name], one.the_schedule)
        for entry in entries:
            if entry.card.paper:
                link = html.escape(entry.card.link, quote=True)
                source = f'<a href="{link}">{html.escape(entry.card.paper)}</a>' if link else html.escape(entry.card.paper)
                items[entry.card.title] = f"<li>{html.escape(_(entry.card.title))}: {source}</li>"
    return f"<ul>{''.join(items.values())}</ul>"


def _tag(name: str, text: str) -> str:
    """A text in an element, escaped."""
    return f"<{name}>{html.escape(text)}</{name}>"


def _table(frame: pd.DataFrame) -> str:
    """A table, every cell of it escaped."""
    return frame.to_html(index=False, escape=True, border=0)
