"""What pages show before anybody has trained, made by one command: each example, the Sharing page and its sweeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playground.basics.errors import Invalid, unknown
from playground.basics.words import _
from playground.code_version import fingerprint
from playground.experiment import Experiment, Run
from playground.presets import presets
from playground.runs.precomputed import recorded
from playground.runs.results import sweeps
from playground.runs.results.headless import Progress, Result, train_all
from playground.runs.results.history import History
from playground.training.observing.events import Record

STUDY = "sharing"
"""The recording of what the Sharing page shows first; its sweeps are named "sharing_depth" and so on."""


@dataclass(frozen=True)
class RecordingPlan:
    """What one recording holds.

    shown: experiments that are looked at, with all that moves; of the others only results are kept.
    runs, baselines: everything that is trained; a run that is its own baseline is trained once.
    """

    name: str
    shown: tuple[Experiment, ...]
    runs: tuple[Run, ...]
    baselines: tuple[Run, ...]

    @property
    def all_runs(self) -> list[Run]:
        """Every run once."""
        return list(dict.fromkeys([*self.runs, *self.baselines]))

    @property
    def current(self) -> bool:
        """Whether its file holds just these runs, made by this code."""
        found = recorded.header(recorded.place(self.name))
        return found.code == fingerprint() and found.keys == tuple(run.key for run in self.all_runs)


def names() -> list[str]:
    """Every recording that pages ask for."""
    return [*presets(), STUDY, *(f"{STUDY}_{over}" for over in sweeps.OVER)]


def plan(name: str) -> RecordingPlan:
    """What a recording holds, by its name. Raises Invalid for a name that is none."""
    if name not in names():
        raise Invalid([unknown("PRESET", name, names())])
    if name in presets():
        preset = presets()[name]
        return _plan(name, (preset.experiment,), preset.seeds)
    experiments = sweeps.first()
    if name == STUDY:
        return _plan(name, tuple(experiments), sweeps.FIRST_SEEDS)
    plain, seeds = [one.set(measure=False) for one in experiments], range(sweeps.FIRST_SEEDS)
    points = sweeps.points(name.removeprefix(f"{STUDY}_"), plain, sweeps.scarcest(plain[0]))
    return RecordingPlan(name, (), tuple(sweeps.runs(points, seeds)), tuple(sweeps.baselines(points, seeds)))


def _plan(name: str, experiments: tuple[Experiment, ...], seeds: int) -> RecordingPlan:
    own = tuple(Run(rate, seed) for one in experiments for rate in one.trainings() for seed in range(seeds))
    against = tuple(Run(rate, seed) for rate in experiments[0].baselines() for seed in range(seeds))
    return RecordingPlan(name, experiments, own, against)


def record(wanted: RecordingPlan, progress: Progress | None = None) -> list[Result]:
    """Train what a recording holds and write it; the results of the experiments that are looked at."""
    found = train_all(wanted.all_runs, progress)
    looked_at = {rate for one in wanted.shown for rate in one.trainings()}

    def kept(history: History) -> list[Record]:
        if not wanted.shown:
            return recorded.result(history)
        if history.experiment in looked_at:
            return recorded.whole(history, pictured=history.run.seed == 0)
        return recorded.baseline(history)

    against = [found[run] for run in wanted.baselines]
    own = [([found[run] for run in wanted.runs if run.experiment in one.trainings()], one) for one in wanted.shown]
    results = [Result(one, runs, against) for runs, one in own]
    gains = results[0].comparison.differences if len(results) == 1 else {}
    recorded.write(list(found.values()), recorded.place(wanted.name), kept, gains)
    return results


def record_stale(anew: bool, progress: Progress | None = None) -> Iterator[tuple[RecordingPlan, bool]]:
    """Every recording in turn, and whether it was made now: one that this code made stays, unless all are made anew.

    So a command that was broken off goes on where it stood. Files that belong to nothing any more are taken away.
    """
    plans = [plan(name) for name in names()]
    for path in recorded.RECORDED.glob("*.json.gz"):
        if path not in {recorded.place(one.name) for one in plans}:
            path.unlink()
    for one in plans:
        if due := anew or not one.current:
            record(one, progress)
        yield one, due


def sizes(name: str) -> str:
    """How large the file of a recording is, in words."""
    path = recorded.place(name)
    return _("{size} kB in {path}").format(size=max(1, path.stat().st_size // 1024), path=path)
