"""What is told of a run at one step: headline, gain bars, and the table of numbers; computed here, once for all who look."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from playground.basics.words import _, ngettext
from playground.figures.gains import gains
from playground.figures.steps import pairs
from playground.figures.steps.changes import turned_in_flight
from playground.figures.steps.kept import span
from playground.figures.steps.lines import Extras
from playground.figures.style import Look
from playground.measures import label, measure
from playground.runs.results import against, history
from playground.runs.results.against import Before
from playground.runs.results.comparison import Comparison, compare
from playground.runs.results.history import History
from playground.runs.results.summary import sentence, standing, too_early
from playground.statistics.differences import paired
from playground.statistics.verdicts import hint, percent, verdict_word, without

GAINS_HEIGHT = 340
"""Pixels that the gain bars have at most."""


Cell = str | dict[str, str]
"""Text, or a link to a page of the app: its text, and the link."""


@dataclass(frozen=True)
class Table:
    """Rows of plain text under one row of heads, and lines below."""

    heads: list[str]
    rows: list[list[Cell]]
    notes: list[str]

    def plain(self) -> dict[str, Any]:
        """As a message holds it."""
        return {"heads": self.heads, "rows": self.rows, "notes": self.notes}


def told(
    runs: Sequence[History],
    baselines: Sequence[History],
    step: int | None,
    look: Look,
    cosines: pd.DataFrame,
    before: Before | None = None,
) -> dict[str, Any]:
    """Everything that is said of runs beside their baselines after `step` steps; with what they ended with for None.

    cosines: from `history.cosines`, of the runs whose rate counts. before: the run that stands behind as a ghost.
    """
    comparison = compare(runs, baselines) if step is None else compare(runs, baselines, "validation", step)
    shown = [place for place, run in enumerate(runs) if run.experiment.setting == comparison.setting]
    until = cosines if step is None else cosines[cosines["step"] <= step]
    found, nothing = comparison.differences, nothing_yet(comparison)
    then = before.gains(step) if before else {}
    figure = gains.gains(found, look, nothing, then)
    own = [runs[place] for place in shown]
    count = len(comparison.experiment.tasks) * (len(comparison.experiment.tasks) - 1) // 2
    many = {} if count <= pairs.MOST_PAIRS else {"cosines": _many(until, look)}
    return {
        **many,
        "step": step,
        "headline": sentence(comparison, until),
        "standing": " ".join(part for part in (standing(comparison), turned_in_flight(own)) if part),
        "against": against.sentence(against.against(own, before, step)) if before else "",
        "gains": json.loads(figure.to_json()),
        "gainsHeight": min(figure.layout.height, GAINS_HEIGHT),
        "gainsText": gains.gains_text(found, look, nothing, then),
        "table": table(comparison, own, baselines, look).plain(),
        "shown": shown,
    }


def _many(cosines: pd.DataFrame, look: Look) -> dict[str, Any]:
    """The figure of very many pairs of tasks, which would be too much to send, and its words."""
    figure = pairs.cosines(cosines, look, Extras(height=340))
    return {"figure": json.loads(figure.to_json(remove_uids=False)), "words": pairs.cosines_text(cosines, look)}


def nothing_yet(comparison: Comparison) -> str:
    """Why there are no bars yet; "" for the usual reason."""
    early = too_early(comparison)
    return _("{sentence}.").format(sentence=early) if early else ""


def levels(runs: Sequence[History], baselines: Sequence[History]) -> dict[str, float]:
    """For each task the validation score of what its baselines kept, or have come to; mean over seeds."""
    if not runs or not baselines:
        return {}
    against = compare(runs, baselines, "validation")
    found = {task: against.column("baseline", task).mean for task in runs[0].tasks}
    return {task: value for task, value in found.items() if value == value}


def table(
    comparison: Comparison,
    runs: Sequence[History],
    baselines: Sequence[History],
    look: Look,
    beside: Mapping[str, Mapping[str, str]] | None = None,
) -> Table:
    """The numbers behind the bars: score, baseline, gain, and the learning rate that each used.

    runs: those at the setting that counts. beside: for each task further cells after its baseline, by their heads.
    """
    more = list(next(iter((beside or {}).values()), {}))
    heads = [_("Task"), _("Metric"), _("This run"), _("Single task"), *more, _("Gain, %"), _("Verdict")]
    heads += [_("Rate of the run"), _("Rate of the baseline")]
    ended = comparison.split == "test"  # at an earlier step, or while it goes on, nothing has been kept
    heads += [_("Step of the run"), _("Step of the baseline")] if ended else []
    rows: list[list[Cell]] = []
    none = paired({})
    for task in comparison.experiment.the_tasks:
        gained = comparison.differences.get(task.name, none)
        rate = comparison.baseline_rates.get(task.name)
        setting = comparison.baseline_settings.get(task.name)
        against = history.kept_steps(one for one in baselines if one.experiment.setting == setting).get(task.name, [])
        rows.append(
            [
                _(task.title),
                label(task) + (" ↑" if measure(task).higher_is_better else " ↓"),
                comparison.column("score", task.name).text(2),
                comparison.column("baseline", task.name).text(2),
                *((beside or {}).get(task.name, {}).values()),
                gained.text(),
                "–" if gained is none else verdict_word(gained),
                f"{comparison.rate:g}",
                "–" if rate is None else f"{rate:g}",
                *([span(history.kept_steps(runs).get(task.name, [])), span(against)] if ended else []),
            ]
        )
    missing = [
        _("{task} is left out: {reason}.").format(task=look.title(name), reason=reason)
        for name, reason in comparison.missing.items()
    ]
    return Table(heads, rows, [_overall(comparison), *missing])


def _overall(comparison: Comparison) -> str:
    """Δm, and what the numbers are."""
    names, count = {"test": _("test"), "validation": _("validation")}, len(comparison.seeds)
    words = ngettext(
        "Δm {value}, the mean gain over tasks: {verdict}. Scores on {split} data, of {count} seed.",
        "Δm {value}, the mean gain over tasks: {verdict}. Scores on {split} data, mean ± standard deviation of {count} "
        "seeds; gains with 95 % intervals, corrected for all that stand here together.",
        count,
    )
    overall = comparison.delta_m()
    verdict = verdict_word(overall) + hint(overall) + without(overall)
    return words.format(value=percent(overall), verdict=verdict, split=names[comparison.split], count=count)
