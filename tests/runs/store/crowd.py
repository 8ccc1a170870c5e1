"""A crowd with a clock: what becomes of everybody's fleets under the rules of `playground.runs.store.fairness`, without
training."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from playground.runs.database.limits import Limits
from playground.runs.store.fairness import Held, Queue, Taking, Turns, Waiting

TICK = 0.5
"""Seconds in which what everybody had is summed up."""


@dataclass
class Fleet:
    """Work that a visitor asks for at a time. work: seconds of one core, the setup included. setup: cannot be divided."""

    visitor: str
    asked: float
    work: float
    setup: float = 0.0
    worker: int | None = None
    begun: float | None = None
    ended: float | None = None
    had: float = 0.0
    turned: float = 0.0

    @property
    def active(self) -> bool:
        return self.worker is not None and self.ended is None


@dataclass
class Crowd:
    """What `workers` make of fleets until a time is over, in seconds. Each fleet is one run whose number is its place."""

    fleets: list[Fleet]
    workers: int
    until: float
    limits: Limits = field(default_factory=Limits)
    most_held: int = 0

    def __post_init__(self) -> None:
        self.fleets.sort(key=lambda fleet: fleet.asked)
        self.served: dict[str, np.ndarray] = {fleet.visitor: np.zeros(int(self.until / TICK) + 60) for fleet in self.fleets}
        self._waiting: list[int] = []
        self._next = 0
        names = [f"w{place}" for place in range(self.workers)]
        self._taking = [Taking(name, self.limits) for name in names]
        self._turns = [Turns() for _ in names]
        self._jobs: list[list[Fleet]] = [[] for _ in names]
        self._spread: list[dict[str, int]] = [{} for _ in names]
        self._look = [0.0] * self.workers
        self._served: dict[str, float] = {}
        self.play()

    def play(self) -> None:
        clocks = [0.001 * place for place in range(self.workers)]
        while min(clocks) < self.until:
            worker = clocks.index(min(clocks))
            clocks[worker] += self._act(worker, clocks[worker])

    def queue(self) -> Queue:
        held = [Held(fleet.visitor, f"w{place}") for place, jobs in enumerate(self._jobs) for fleet in jobs]
        return Queue([Waiting(self.fleets[i].visitor, self.fleets[i].asked, (i,)) for i in self._waiting], held, self._served)

    def _act(self, worker: int, now: float) -> float:
        """What one worker does at a time; the seconds that it takes."""
        while self._next < len(self.fleets) and self.fleets[self._next].asked <= now:
            self._waiting.append(self._next)
            self._next += 1
        jobs = self._jobs[worker]
        if now >= self._look[worker] or not jobs:
            self._take(worker, now)
        if not jobs:
            return self.limits.idle
        visitor = self._turns[worker].next(list(dict.fromkeys(fleet.visitor for fleet in jobs)), now)
        fleet = min((fleet for fleet in jobs if fleet.visitor == visitor), key=lambda fleet: fleet.turned)
        return self._train(worker, fleet, now)

    def _take(self, worker: int, now: float) -> None:
        queue, jobs = self.queue(), self._jobs[worker]
        self._spread[worker] = queue.spread()
        chosen = self._taking[worker].choose(queue, now, not jobs)
        if chosen is not None and len(jobs) < self.limits.held:
            fleet = self.fleets[chosen.runs[0]]
            fleet.worker = worker
            self._waiting.remove(chosen.runs[0])
            jobs.append(fleet)
            self.most_held = max(self.most_held, sum(one.visitor == fleet.visitor for one in jobs))
        self._look[worker] = now + self.limits.idle

    def _train(self, worker: int, fleet: Fleet, now: float) -> float:
        first = fleet.begun is None
        seconds = fleet.setup if first and fleet.setup else min(self.limits.slice, fleet.work - fleet.had)
        fleet.begun = now if first else fleet.begun
        fleet.had += seconds
        fleet.turned = now
        self._turns[worker].charge(fleet.visitor, seconds, now + seconds, self._spread[worker].get(fleet.visitor, 1))
        self._add(fleet.visitor, now, seconds)
        if fleet.had >= fleet.work - 1e-9:
            fleet.ended = self._served[fleet.visitor] = now + seconds
            self._jobs[worker].remove(fleet)
        return seconds

    def _add(self, visitor: str, now: float, seconds: float) -> None:
        """Book what was had to the ticks in which it was had."""
        while seconds > 1e-12:
            tick = int(now / TICK + 1e-9)
            part = min(seconds, (tick + 1) * TICK - now)
            if tick < len(self.served[visitor]):
                self.served[visitor][tick] += part
            now, seconds = now + part, seconds - part

    # --- what came of it -------------------------------------------------------------------------------------------

    def shares(self, window: float = 60.0) -> dict[str, float]:
        """By visitor what it had over its worst window, as a part of a fair share; visitors who always had work in one.

        A fair share is an equal part of all workers among those who have work, and at most one worker for each fleet.
        """
        ticks, length = int(self.until / TICK), int(window / TICK)
        open_fleets = {visitor: np.zeros(ticks, int) for visitor in self.served}
        for fleet in self.fleets:
            end = self.until if fleet.ended is None else fleet.ended
            # A tick counts where the work was there throughout.
            open_fleets[fleet.visitor][int(np.ceil(fleet.asked / TICK)) : int(end / TICK)] += 1
        busy = np.maximum(1, sum((count > 0).astype(int) for count in open_fleets.values()))
        worst = {}
        for visitor, count in open_fleets.items():
            fair = np.minimum(count, self.workers / busy) * TICK
            had = self.served[visitor][:ticks]
            parts = [
                had[start : start + length].sum() / fair[start : start + length].sum()
                for start in range(0, ticks - length + 1, 2)
                if (count[start : start + length] > 0).all()
            ]
            if parts:
                worst[visitor] = float(min(parts))
        return worst

    def waits(self, longest: float) -> list[float]:
        """Seconds until the start of each fleet of at most `longest` seconds whose visitor had nothing else under way."""
        waits = []
        free: dict[str, float] = {}
        for fleet in self.fleets:
            end = self.until if fleet.ended is None else fleet.ended
            if fleet.asked >= free.get(fleet.visitor, 0.0) and fleet.work <= longest and fleet.asked < self.until - 10:
                waits.append((self.until if fleet.begun is None else fleet.begun) - fleet.asked)
            free[fleet.visitor] = max(free.get(fleet.visitor, 0.0), end)
        return waits


def heavy(rng: np.random.Generator, count: int, over: float, setup: float = 0.05, longest: float = 2000.0) -> Iterable[Fleet]:
    """Visitors who come at random and ask once in a while, with heavy-tailed work: most of it short, some of it endless."""
    for visitor in range(count):
        now = float(rng.uniform(0, over))
        for _ in range(int(rng.integers(1, 4))):
            work = min(longest, 0.3 * float(rng.pareto(0.8)) + 0.1)
            yield Fleet(f"v{visitor}", now, max(work, setup), setup)
            now += float(rng.exponential(20.0))
