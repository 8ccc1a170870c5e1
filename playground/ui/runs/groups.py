"""Runs of one experiment as one row of the history: its seeds beside each other, its baselines folded in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from playground.basics.errors import Invalid
from playground.basics.knobs import knobs_of
from playground.basics.words import _
from playground.experiment import CHOICES, Experiment
from playground.runs.store.entries import Entry
from playground.suites.table import YourTable
from playground.ui.scene import Scene
from playground.uploads.kept import storage, visibility


@dataclass(frozen=True)
class Group:
    """An experiment and its runs.

    entries: one a seed; of a seed that was trained more than once the newest that came to its end.
    against: the runs that it is measured against.
    doubles: further runs of the same seeds, which tell the same.
    """

    experiment: Experiment
    entries: tuple[Entry, ...]
    against: tuple[Entry, ...] = ()
    doubles: tuple[Entry, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same row, whatever else is in the table."""
        one = self.entries[0]
        return f"{one.code}:{one.submission if one.touched else ''}:{self.experiment.canonical()}"

    @property
    def scene(self) -> Scene:
        """The scene that shows it: its seeds from the first on."""
        return Scene(self.experiment, self.seeds[0], min(20, self.seeds[-1] - self.seeds[0] + 1))

    @cached_property
    def seeds(self) -> list[int]:
        """Its seeds, in order."""
        return sorted(entry.seed for entry in self.entries)

    @property
    def when(self) -> datetime:
        """When its newest run was asked for."""
        return datetime.fromtimestamp(max(entry.created for entry in self.entries), UTC)

    @property
    def status(self) -> str:
        """The status of its runs, or all of them where they differ."""
        return _(", ").join(sorted({status_words()[entry.status] for entry in self.entries}))

    @property
    def title(self) -> str:
        """A short name: data, sharing, weighting."""
        one = self.experiment
        return f"{data_of(one)} · {title('sharing', one)} · {title('weighting', one)}"

    def own(self, visitor: str) -> list[Entry]:
        """The runs of it that a visitor asked for."""
        return [entry for entry in (*self.entries, *self.doubles) if entry.visitor == visitor]

    @property
    def data(self) -> tuple[object, ...]:
        """Equal for experiments on the same data; two tables of one's own are two."""
        suite = self.experiment.the_suite
        tables = tuple(self.experiment.suite.knobs[name] for name, knob in knobs_of(suite).items() if knob.pattern)
        return (self.experiment.suite.name, *tables, *((task.name, task.kind, task.title) for task in suite.tasks()))


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
    """Entries by experiment, in the order in which they come, each with its baselines.

    Runs of one experiment stand together whoever asked for them and when, unless another code trained them or somebody
    turned a knob in flight. Baselines have a row of their own only where they were asked for by themselves. Entries of an
    older program that cannot be read any more, and those on a table that is gone or another visitor's, are left out: a list
    shows no way to it.
    """
    found: dict[tuple[Experiment, str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        try:
            experiment = entry.run.experiment
            if _listed(experiment, entry.visitor):
                found[experiment, entry.code, entry.submission if entry.touched else ""].append(entry)
        except Invalid:
            continue
    baselines: dict[tuple[Experiment, str], list[Entry]] = defaultdict(list)
    for (experiment, code, submission), members in found.items():
        if experiment == experiment.baseline() and not submission:
            baselines[_at_any_rate(experiment), code] += members
    groups = []
    asked = {entry.submission for (experiment, *_rest), members in found.items() if not _plain(experiment) for entry in members}
    for (experiment, code, _submission), members in found.items():
        folded = _plain(experiment) and all(entry.submission in asked for entry in members)
        if not folded:
            entries_of_seeds, doubles = _one_a_seed(members)
            there = baselines[_at_any_rate(experiment.baseline()), code]
            groups.append(Group(experiment, entries_of_seeds, _against(experiment, entries_of_seeds, there), doubles))
    return groups


def _plain(experiment: Experiment) -> bool:
    """Whether an experiment is what others are measured against."""
    return experiment == experiment.baseline()


def _at_any_rate(experiment: Experiment) -> Experiment:
    return replace(experiment, rate=0.001)


def _one_a_seed(members: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Of each seed one run, the newest of those that came to their end if there is one; and the rest."""
    by_seed: dict[int, Entry] = {}
    for entry in sorted(members, key=lambda one: (one.status == "finished", one.active, one.created, one.id)):
        by_seed[entry.seed] = entry
    chosen = tuple(by_seed[seed] for seed in sorted(by_seed))
    return chosen, tuple(entry for entry in members if entry not in chosen)


def _against(experiment: Experiment, entries: Sequence[Entry], there: Sequence[Entry]) -> tuple[Entry, ...]:
    """The baselines of these runs: those that were asked for together with them, whatever their rate; of seeds that have none,
    those of the same rate, whoever asked for them."""
    submissions, seeds = {entry.submission for entry in entries}, {entry.seed for entry in entries}
    together = [one for one in there if one.submission in submissions and one.seed in seeds]
    rates = {one.values.get("rate") for one in together} | {experiment.rate}
    have = {one.seed for one in together}
    others = [one for one in there if one.seed in seeds - have and one.values.get("rate") in rates]
    return tuple(_one_a_run([*together, *others]))


def _one_a_run(entries: Iterable[Entry]) -> list[Entry]:
    """Of each content one run, a finished one if there is one."""
    found: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda one: (one.status == "finished", one.created)):
        found[entry.key] = entry
    return list(found.values())


def _listed(experiment: Experiment, trained_by: str) -> bool:
    """Whether a run may stand in this visitor's list; asked anew each time. Raises Invalid if its table may not be read."""
    suite = experiment.the_suite
    suite.tasks()
    return not isinstance(suite, YourTable) or not suite.table or visibility.may_list(storage.owner_of(suite.table), trained_by)
