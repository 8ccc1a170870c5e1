"""The results of the runs in the history: what each row gained and cost, as a table to look at and one to take along."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import pandas as pd
import streamlit as st

from playground import public_names
from playground.basics.words import _
from playground.figures.steps.changes import turned
from playground.measures import label, measure
from playground.runs.precomputed import recorded
from playground.runs.results import history
from playground.runs.results.comparison import Comparison, compare, higher_is_better
from playground.runs.results.history import History
from playground.runs.store.entries import Entry
from playground.runs.store.naming import key_of
from playground.runs.store.store import Store
from playground.statistics.differences import MEAN, Difference, paired
from playground.statistics.verdicts import verdict_word
from playground.ui.runs import differing
from playground.ui.runs.groups import Group, data_of
from playground.ui.text import harmless

AT_ONCE = 60
"""Runs that are read together: what was recorded of them is forgotten but for the result."""


class Kept:
    """What ended runs came to, kept for all sessions: the few records that a result needs. Safe to share between threads."""

    def __init__(self) -> None:
        self._histories: dict[tuple[int, int], History] = {}
        self._lock = Lock()

    def histories(self, store: Store, entries: Sequence[Entry]) -> dict[int, History]:
        """By number the histories of those runs that are over."""
        over = {(entry.id, entry.attempt): entry for entry in entries if not entry.active}
        with self._lock:
            missing = [key for key in over if key not in self._histories]
            for start in range(0, len(missing), AT_ONCE):
                part = missing[start : start + AT_ONCE]
                attempts = dict(part)
                for one in store.histories(number for number, _attempt in part):
                    assert one.id is not None
                    thin = History(one.run, one.status, recorded.result(one), one.id, one.message)
                    self._histories[one.id, attempts[one.id]] = thin
            return {
                number: self._histories[number, attempt] for number, attempt in over if (number, attempt) in self._histories
            }


@st.cache_resource(show_spinner=False)
def kept() -> Kept:
    """The one that all sessions share."""
    return Kept()


@dataclass
class Result:
    """A row of the history with what its runs came to.

    name: what its visitor calls it; "" for nothing. runs, against: those that are over, and their baselines.
    """

    group: Group
    name: str
    runs: list[History]
    against: list[History]

    @cached_property
    def comparison(self) -> Comparison | None:
        """The runs beside their baselines, on test; None while none has a score."""
        finished = [one for one in self.runs if one.scores("test")]
        return compare(finished, self.against) if finished else None

    def gain(self, task: str) -> Difference:
        """What may be said of the gain of a task, or of `MEAN`."""
        found = self.comparison.differences if self.comparison else {}
        if task == MEAN and self.comparison and MEAN not in found:
            return self.comparison.delta_m()
        return found.get(task, paired({}))

    def score(self, task: str) -> tuple[float, str]:
        """The mean score of a task on test, and how it reads with its spread."""
        if self.comparison is None or task not in self.comparison.experiment.tasks:
            return float("nan"), "–"
        spread = self.comparison.column("score", task)
        return spread.mean, spread.text(2)

    @property
    def scores(self) -> dict[str, dict[int, float]]:
        """For each task its score on test by seed."""
        found: dict[str, dict[int, float]] = {task: {} for task in self.group.experiment.tasks}
        for one in self.runs:
            for task, score in one.scores("test").items():
                found[task][one.run.seed] = score
        return found

    @property
    def cost(self) -> tuple[float, float]:
        """Backward passes and milliseconds of one step, mean over seeds; NaN where nothing came to its end."""
        frame = history.costs(self.runs)
        return float(frame["passes"].mean()), float(frame["milliseconds"].mean())

    @property
    def turned(self) -> str:
        """What was turned in flight, and when; "" where nothing was."""
        return turned(self.runs)

    @property
    def title(self) -> str:
        """Its name, or a short one from its settings."""
        return self.name or self.group.title


def results_of(store: Store, groups: Sequence[Group], me: str) -> list[Result]:
    """The results of rows, with the names that their visitor gave them."""
    wanted = {entry.id: entry for group in groups for entry in (*group.entries, *group.against)}
    found, names = kept().histories(store, list(wanted.values())), store.names(me)
    return [
        Result(
            group,
            names.get(key_of(group.experiment), ""),
            [found[entry.id] for entry in group.entries if entry.id in found],
            [found[entry.id] for entry in group.against if entry.id in found],
        )
        for group in groups
    ]


# --- the table ---------------------------------------------------------------------------------------------------------


@dataclass
class Table:
    """A table of results: numbers to sort by, and how each of them reads."""

    frame: pd.DataFrame
    texts: dict[tuple[int, str], str]

    def styled(self) -> object:
        """What a page shows: sorted by the numbers, read as the texts."""
        styler = self.frame.style
        for (row, column), text in self.texts.items():
            # Bound now, as the loop goes on.
            styler = styler.format(lambda _value, text=text: text, subset=pd.IndexSlice[[row], [column]])
        return styler


def table(results: Sequence[Result], pinned: Sequence[str], me: str) -> Table:
    """One row a result. Gains and scores of each task where all have the same data, else Δm alone."""
    experiments = [one.group.experiment for one in results]
    same_data = len({one.group.data for one in results}) == 1
    tasks = list(dict.fromkeys(task for one in experiments for task in one.tasks)) if same_data else []
    titles = _titles(results, tasks)
    fields = [name for name in differing.fields_that_differ(experiments) if name not in differing.ALWAYS]
    words = differing.labels(fields, experiments)
    settings = {words[name]: differing.column(name, experiments) for name in fields}
    rows, texts = list[dict[str, object]](), dict[tuple[int, str], str]()

    def say(row: dict[str, object], column: str, number: float, text: str) -> None:
        row[column], texts[len(rows), column] = number, text

    for number, one in enumerate(results):
        row: dict[str, object] = {_("Pinned"): one.group.key in pinned} if pinned else {}
        row |= {_("Name"): harmless(one.name)} if any(other.name for other in results) else {}
        row |= {} if same_data else {_("Data"): harmless(data_of(one.group.experiment))}
        row |= {_("Sharing"): differing.value("sharing", one.group.experiment)}
        row |= {_("Weighting"): differing.value("weighting", one.group.experiment)}
        overall = one.gain(MEAN)
        say(row, _("Δm, %"), overall.mean, _told(overall))
        for task in tasks:
            gain = one.gain(task)
            say(row, _("{task}: gain, %").format(task=titles[task]), gain.mean, _told(gain))
            say(row, _("{task}: {metric}").format(task=titles[task], metric=_metric(results, task)), *one.score(task))
        passes, milliseconds = one.cost
        say(row, _("Passes a step"), passes, "–" if passes != passes else f"{passes:g}")
        say(row, _("ms a step"), milliseconds, "–" if milliseconds != milliseconds else f"{milliseconds:.2f}")
        row |= {_("Seeds"): len(one.group.entries), _("First seed"): one.group.seeds[0], _("Status"): one.group.status}
        row |= {label: _harmless(values[number]) for label, values in settings.items()}
        row |= {_("Turned in flight"): one.turned} if any(other.turned for other in results) else {}
        row |= {_("When"): one.group.when, _("Yours"): bool(one.group.own(me))}
        rows.append(row)
    return Table(pd.DataFrame(rows), texts)


def _harmless(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value


def _told(one: Difference) -> str:
    """A gain with its interval; the word where it is not told."""
    return one.text() if one.told or not one.count else f"{one.text()} · {verdict_word(one)}"


def _titles(results: Sequence[Result], tasks: Sequence[str]) -> dict[str, str]:
    """Titles of tasks; two that are called alike are told apart by their names."""
    known = {task.name: _(task.title) for one in results for task in one.group.experiment.the_suite.tasks()}
    titles = [known[task] for task in tasks]
    return {task: harmless(known[task] if titles.count(known[task]) == 1 else f"{known[task]} ({task})") for task in tasks}


def _metric(results: Sequence[Result], task: str) -> str:
    """The name of a task's metric with its unit."""
    return label(next(one for result in results for one in result.group.experiment.the_tasks if one.name == task))


def csv(results: Sequence[Result]) -> str:
    """The table to take along, a row for each result and task and for Δm, in plain numbers and English names."""
    rows = []
    for number, one in enumerate(results, start=1):
        experiment, (passes, milliseconds) = one.group.experiment, one.cost
        common = {
            "run": number,
            "name": harmless(one.name),
            "data": harmless(data_of(experiment)),
            "seeds": len(one.group.entries),
            "first_seed": one.group.seeds[0],
            "status": one.group.status,
            "turned_in_flight": one.turned,
            "passes_a_step": passes,
            "ms_a_step": milliseconds,
        }
        settings = {name: harmless(str(value)) for name, value in public_names.public(experiment.to_flat()).items()}
        for task in [*experiment.the_tasks, None]:
            name = task.name if task else MEAN
            found = one.gain(name)
            row: dict[str, object] = {"task": harmless(task.name if task else "delta_m")}
            if task and one.comparison:
                score, alone = (one.comparison.column(column, task.name) for column in ("score", "baseline"))
                row |= {"metric": measure(task).title, "higher_is_better": higher_is_better(task), "score": score.mean}
                row |= {"score_deviation": score.deviation, "baseline": alone.mean, "baseline_deviation": alone.deviation}
            row |= {"gain_percent": found.mean, "gain_low": found.low, "gain_high": found.high}
            row |= {"gain_seeds": found.count, "verdict": found.verdict}
            rows.append(common | row | settings)
    buffer = io.StringIO()
    pd.DataFrame(rows).to_csv(buffer, index=False)
    return buffer.getvalue()
