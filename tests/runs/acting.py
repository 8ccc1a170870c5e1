"""A training that only acts: it keeps the contract of `playground.training.loop.Training` and learns nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from playground.experiment import Experiment, Run
from playground.training.observing.events import Changed, Event, Failed, Finished, Measured, Started, Stepped

BREAKS, DIVERGES = 13, 14
"""Seeds of a run that raises an exception in its third step, and of one whose loss stops being a number there."""


class Acting:
    """R runs that take `seconds` for a step; every tenth step is recorded. The losses are rate × (1 + place)."""

    seconds = 0.0

    def __init__(self, runs: Sequence[Run], *, device: str | None = None):
        self.runs, self.record_all, self.step = list(runs), False, 0
        self.rates = [run.experiment.rate for run in runs]
        self.weights = [[1.0] * len(runs[0].experiment.tasks) for _ in runs]
        self.waiting: list[Event] = []

    def set_rate(self, rate: float, runs: Sequence[int] | None = None) -> None:
        places = list(range(len(self.runs)) if runs is None else runs)
        for place in places:
            self.rates[place] = rate
        self.waiting.append(Changed(self.step, places, {"rate": rate}))

    def set_weights(self, weights: Sequence[float], runs: Sequence[int] | None = None) -> None:
        places = list(range(len(self.runs)) if runs is None else runs)
        for place in places:
            self.weights[place] = list(weights)
        self.waiting.append(Changed(self.step, places, {"weights": list(weights)}))

    def events(self) -> Iterator[Event]:
        steps, tasks = self.runs[0].experiment.steps, self.runs[0].experiment.tasks
        yield Started("cpu", 10, dict.fromkeys(tasks, 5), 10 + 5 * len(tasks))
        while self.step < steps:
            time.sleep(self.seconds)
            self.step += 1
            waiting, self.waiting = self.waiting, []
            yield from waiting
            for place, run in enumerate(self.runs):
                if self.step == 3 and run.seed == BREAKS:
                    raise RuntimeError("the stage broke")
                if self.step == 3 and run.seed == DIVERGES:
                    yield Failed(self.step, place, "the loss stopped being a number")
            if self.record_all or self.step == 1 or self.step % 10 == 0:
                losses = [[rate * (1 + place)] * len(tasks) for place, rate in enumerate(self.rates)]
                yield Measured(self.step, losses, [list(row) for row in self.weights], None, None)
            yield Stepped(self.step, steps)
        yield Finished(self.step, 1.0, 1.0)


class Slow(Acting):
    """The same, slow enough to be spoken to."""

    seconds = 0.002


def runs_of(count: int = 1, first: int = 0, **settings: object) -> list[Run]:
    """Runs of one small experiment with the seeds first, first + 1, …"""
    small = {"suite": "toy_plane", "tasks": "circle,xor", "steps": 100, "batch": 16, "backbone.width": 8}
    experiment = Experiment.from_flat(small | settings)
    return [Run(experiment, seed) for seed in range(first, first + count)]


def until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something holds; fail if it does not within a time that is generous even on a busy machine."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.005)
