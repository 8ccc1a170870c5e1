"""Who comes next: which waiting fleet a worker takes, and which of the fleets that it has goes on.

Shares go by visitor, however many runs somebody asks for. Both rules are plain functions of what is known and a clock that
is handed in, so that an hour of hundreds of visitors can be played in a second.

*Taking.* The fleets that wait stand in rounds: first the first one of everybody who has nothing in training, then the
second one of everybody, and so on; within a round who has gone longest without comes first, and the fleets of one visitor
keep their order. A worker without work takes the first. A worker at work takes one beside what it has for a visitor who
has nothing in training, at once if no worker has less to do, else a moment later; that is why short work never waits for
the end of long work.

*Going on.* The fleets of one worker take turns of a few hundredths of a second, by visitor. Most of the time goes round by
start-time fair queueing (Goyal, Vin, Cheng 1996: who has had least since both were there is next), the rest to who has had
least lately, so that short work ends soon although the long one beside it keeps most of its share.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from playground.runs.database.limits import Limits

FAVOUR = 0.25
"""Part of a worker's time that goes to whoever has had least lately; the rest goes round."""
LATELY = 30.0
"""Seconds after which what somebody has had counts a third of what it did."""
MOST_KNOWN = 1000
"""Visitors of whom a worker keeps what they have had."""


@dataclass(frozen=True)
class Waiting:
    """Runs that wait and can be trained together.

    visitor: for whom they would be trained. since: when they were asked for, in seconds. runs: their numbers.
    """

    visitor: str
    since: float
    runs: tuple[int, ...]


@dataclass(frozen=True)
class Fleet:
    """What a worker takes at a time.

    visitor: for whom. turn: its round, 0 where its visitor has nothing in training. runs: their numbers.
    """

    visitor: str
    turn: int
    runs: tuple[int, ...]


@dataclass(frozen=True)
class Held:
    """A fleet that a worker has. active: it trains at full speed, neither paused nor slowed down."""

    visitor: str
    worker: str
    active: bool = True


@dataclass(frozen=True)
class Queue:
    """Everything that waits, of each visitor in its order, and everything that workers have.

    A run that several visitors asked for is listed for each of them, and is trained for who comes first.

    served: by visitor when its last fleet that is over ended, in the time of `Waiting.since`; missing where none is.
    most: runs of a fleet at most.
    """

    waiting: Sequence[Waiting] = ()
    held: Sequence[Held] = ()
    served: Mapping[str, float] = field(default_factory=dict)
    most: int = 40

    def running(self) -> Counter[str]:
        """Fleets in training at full speed, by visitor."""
        return Counter(one.visitor for one in self.held if one.active)

    def in_order(self) -> Iterator[Fleet]:
        """The fleets in the order in which they are taken, as things stand."""
        lists: dict[str, list[Waiting]] = {}
        for one in self.waiting:
            lists.setdefault(one.visitor, []).append(one)
        places = {visitor: place for place, visitor in enumerate(lists)}
        running = self.running()

        def key(visitor: str, turn: int, one: Waiting) -> tuple[int, float, int, str]:
            return turn, max(one.since, self.served.get(visitor, -math.inf)), places[visitor], visitor

        heads = [key(visitor, running[visitor], own[0]) for visitor, own in lists.items()]
        heapq.heapify(heads)
        for own in lists.values():
            own.reverse()  # the next one is taken from the end
        taken: set[int] = set()
        while heads:
            turn, _without, _place, visitor = heapq.heappop(heads)
            own = lists[visitor]
            left = [run for run in own[-1].runs if run not in taken]
            if len(left) <= self.most:
                own.pop()
            if left:
                yield Fleet(visitor, turn, tuple(left[: self.most]))
                taken.update(left[: self.most])
                turn += 1
            if own:
                heapq.heappush(heads, key(visitor, turn, own[-1]))

    def place(self, runs: Collection[int]) -> int | None:
        """The place of the first fleet with any of these runs, 1 for the one that is taken next; None where none waits."""
        return next((place for place, fleet in enumerate(self.in_order(), 1) if not set(runs).isdisjoint(fleet.runs)), None)

    def spread(self) -> dict[str, int]:
        """On how many workers each visitor trains."""
        places: dict[str, set[str]] = defaultdict(set)
        for one in self.held:
            if one.active:
                places[one.visitor].add(one.worker)
        return {visitor: len(workers) for visitor, workers in places.items()}


@dataclass
class Taking:
    """The choice of one worker. It remembers since when it could have taken each fleet, to leave it to others for a moment."""

    worker: str
    limits: Limits
    _seen: dict[tuple[str, int, int], float] = field(default_factory=dict)

    def choose(self, queue: Queue, now: float, idle: bool) -> Fleet | None:
        """The fleet to take now, if any. idle: nothing of what the worker has can go on at once."""
        here = Counter(one.visitor for one in queue.held if one.worker == self.worker)
        allowed = (fleet for fleet in queue.in_order() if here[fleet.visitor] < self.limits.each)
        if idle:
            return next(allowed, None)
        loads = Counter(one.worker for one in queue.held if one.active)
        lightest = loads[self.worker] <= min(loads.values(), default=0)
        after = [self.limits.soon if lightest else self.limits.late, *[self.limits.patience] * (self.limits.beside - 1)]
        known, self._seen, chosen = self._seen, {}, None
        for fleet in takewhile(lambda fleet: fleet.turn < len(after), allowed):
            name = (fleet.visitor, fleet.turn, fleet.runs[0])
            self._seen[name] = known.get(name, now)
            if chosen is None and now - self._seen[name] >= after[fleet.turn]:
                chosen = fleet
        return chosen


class Turns:
    """Whose fleet goes on next on one worker, and what everybody has had."""

    def __init__(self) -> None:
        self._had: dict[str, float] = {}
        self._lately: dict[str, tuple[float, float]] = {}
        self._round = 0.0  # what those who are always there have had; who comes newly begins here
        self._debt = 0.0  # seconds of favour that are due; taken when there are any
        self._favouring = False

    def next(self, ready: Sequence[str], now: float) -> str:
        """The visitor whose fleet goes on. ready: visitors of whom one can go on, at least one. now: any clock in seconds."""
        for visitor in ready:
            self._had[visitor] = max(self._had.get(visitor, 0.0), self._round)
        self._favouring = self._debt > 0
        if self._favouring:
            return min(ready, key=lambda visitor: (self._recent(visitor, now), self._had[visitor]))
        chosen = min(ready, key=self._had.__getitem__)
        self._round = self._had[chosen]
        return chosen

    def charge(self, visitor: str, seconds: float, now: float, spread: int = 1) -> None:
        """The visitor chosen last has had `seconds`. spread: workers on which it trains; on each it gets that much less."""
        self._lately[visitor] = (self._recent(visitor, now) + seconds * spread, now)
        # Favours do not count in the round: whoever had one must not wait for it afterwards.
        if not self._favouring:
            self._had[visitor] = self._had.get(visitor, self._round) + seconds * spread
        self._debt += seconds * (FAVOUR - 1 if self._favouring else FAVOUR)
        if len(self._lately) > MOST_KNOWN:
            self._forget(now)

    def _recent(self, visitor: str, now: float) -> float:
        """What it has had lately, in seconds."""
        seconds, then = self._lately.get(visitor, (0.0, now))
        return seconds * math.exp((then - now) / LATELY)

    def _forget(self, now: float) -> None:
        """Keep only the half who came last; for the others it makes no difference any more."""
        kept = sorted(self._lately, key=lambda visitor: self._lately[visitor][1])[MOST_KNOWN // 2 :]
        self._lately = {visitor: self._lately[visitor] for visitor in kept}
        self._had = {visitor: self._had[visitor] for visitor in kept if visitor in self._had}
