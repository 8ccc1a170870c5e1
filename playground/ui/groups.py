"""Runs of one experiment that were asked for together, as one row of the history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from playground.errors import Invalid
from playground.experiment import CHOICES, Experiment
from playground.runs.store import Entry
from playground.tasks.table import YourTable
from playground.ui.scene import Scene
from playground.words import _


@dataclass(frozen=True)
class Group:
    """An experiment and its runs, one a seed."""

    experiment: Experiment
    entries: tuple[Entry, ...]

    @property
    def scene(self) -> Scene:
        """The scene that shows it: its seeds from the first on."""
        seeds = sorted(entry.seed for entry in self.entries)
        return Scene(self.experiment, seeds[0], min(20, seeds[-1] - seeds[0] + 1))

    @property
    def status(self) -> str:
        """The status of its runs, or all of them where they differ."""
        return _(", ").join(sorted({status_words()[entry.status] for entry in self.entries}))

    @property
    def name(self) -> str:
        """A short name: data, sharing, weighting."""
        one = self.experiment
        return f"{title('suite', one)} · {title('sharing', one)} · {title('weighting', one)}"

    def row(self, me: str) -> dict[str, object]:
        """What the table of the history shows."""
        one = self.experiment
        tasks = [_(task.title) for task in one.the_tasks]
        return {
            _("When"): datetime.fromtimestamp(max(entry.created for entry in self.entries), UTC),
            _("Data"): data_of(one),
            _("Tasks"): ", ".join(tasks),
            _("Sharing"): title("sharing", one),
            _("Weighting"): title("weighting", one),
            _("Rate"): f"{one.rate:g}",
            _("Steps"): one.steps,
            _("Seeds"): len(self.entries),
            _("Status"): self.status,
            _("Yours"): all(entry.visitor == me for entry in self.entries),
        }


def data_of(experiment: Experiment) -> str:
    """Title of the data; of a table that somebody brought, with the name of its file."""
    suite = experiment.the_suite
    name = f": {suite.the_table.name}" if isinstance(suite, YourTable) and suite.table else ""
    return title("suite", experiment) + name


def title(choice: str, experiment: Experiment) -> str:
    """Title of what was chosen."""
    return _(CHOICES[choice]()[getattr(experiment, choice).name].card.title)


def status_words() -> dict[str, str]:
    """Every status in the visitor's language."""
    return {
        "queued": _("queued"),
        "running": _("running"),
        "paused": _("paused"),
        "finished": _("finished"),
        "stopped": _("stopped"),
        "failed": _("failed"),
        "lost": _("lost"),
    }


def grouped(entries: Iterable[Entry]) -> list[Group]:
    """Entries by submission and experiment, in the order in which they come; those of an older program that cannot be read
    any more, and those on a table that is gone or another visitor's, are left out."""
    found: dict[tuple[str, Experiment], list[Entry]] = {}
    for entry in entries:
        try:
            experiment = entry.run.experiment
            experiment.the_suite.tasks()  # asked anew each time: runs on a table are shown to whoever brought it
            found.setdefault((entry.submission, experiment), []).append(entry)
        except Invalid:
            continue
    return [Group(experiment, tuple(members)) for (_submission, experiment), members in found.items()]


def differences(groups: Sequence[Group]) -> pd.DataFrame:
    """One row for each setting in which the experiments differ, one column a group."""
    flats = [group.experiment.to_flat() for group in groups]
    names = sorted({name for flat in flats for name in flat})
    rows = [(name, [flat.get(name) for flat in flats]) for name in names]
    differing = [(name, values) for name, values in rows if any(value != values[0] for value in values)]
    columns = [f"{number}" for number in range(1, len(groups) + 1)]
    return pd.DataFrame(
        [[name, *("–" if value is None else str(value) for value in values)] for name, values in differing],
        columns=[_("Setting"), *columns],
    )
