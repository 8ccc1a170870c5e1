"""One fleet in training, driven event by event, with what its visitors ask for. It knows no store: data in, data out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.experiment import Run
from playground.runs.limits import Limits
from playground.runs.store import STOPPED, UNWATCHED, Entry
from playground.training.events import Event, Failed, Finished, Measured, Record, Started, Stepped, record_of

if TYPE_CHECKING:
    from playground.training.loop import Training

Train = Callable[[Sequence[Run]], "Training"]


@dataclass(frozen=True)
class Outcome:
    """A run is over: its number, its last status, and why in one sentence."""

    id: int
    status: str
    message: str = ""


class Job:
    """R runs that train together.

    They are one program, so they go as the least patient of them is asked to go: the job pauses when all its runs are to
    pause, and is slowed down when all are to be slow. A run that is stopped is left out of what is written; when the last
    one is over, so is the job.

    records: what was recorded of each run and not yet taken away, by run number.
    outcomes: which runs ended, not yet taken away.
    step: steps taken. written: what the store says about it.
    urgent: something is worth being written at once.
    begun: when it was made, in monotonic seconds.
    paused: it holds still. shown: whether the store says so.
    """

    def __init__(self, entries: Sequence[Entry], runs: Sequence[Run], train: Train, limits: Limits):
        self.limits = limits
        self.places = {entry.id: place for place, entry in enumerate(entries)}
        self.size = len(entries)
        self.live = [entry.id for entry in entries]
        self.records: dict[int, list[Record]] = {number: [] for number in self.live}
        self.outcomes: list[Outcome] = []
        self.step = self.written = 0
        self.urgent = False
        self.begun = time.monotonic()
        self.paused = self.shown = False
        self.pace = math.inf
        self._asked, self._taken, self._next = 0, 0, 0.0
        self._between = False  # its first event, "started", takes no step and need not wait
        self._measured = False
        self._rates: dict[int, float] = {}
        self._weights: dict[int, tuple[float, ...]] = {}
        self.training = train(runs)
        self.events = self.training.events()
        self.obey({entry.id: entry for entry in entries})

    # --- what is asked ---------------------------------------------------------------------------------------------

    def obey(self, orders: Mapping[int, Entry]) -> None:
        """Follow what the store says about the runs; a run that it no longer gives to this worker is dropped."""
        self.live = [number for number in self.live if number in orders]
        for number in list(self.live):
            if orders[number].wish == "stop":
                self._end(number, "stopped", STOPPED)
            elif orders[number].watched < time.time() - self.limits.unwatched:
                self._end(number, "stopped", UNWATCHED)
        asked = [orders[number] for number in self.live]
        if asked:
            self._set_pace(asked)
            self._turn_knobs(asked)

    def _set_pace(self, asked: Sequence[Entry]) -> None:
        """Pause and speed: full speed if any run wants it, else the highest pace that is asked for."""
        paused = all(entry.wish == "pause" for entry in asked)
        if paused != self.paused:
            self.paused, self.urgent = paused, True
        self._asked = max(entry.singles for entry in asked)
        if not paused:
            self._taken = self._asked  # single steps that were not taken in time are void
        self.pace = max(entry.pace or math.inf for entry in asked)
        # Somebody looks at every single step: then every step is worth recording.
        self.training.record_all = self.paused or self.pace < math.inf

    def _turn_knobs(self, asked: Sequence[Entry]) -> None:
        """Hand new rates and weights on, for each value the places of the runs that it is new for."""
        rates: dict[float, list[int]] = {}
        weights: dict[tuple[float, ...], list[int]] = {}
        for entry in asked:
            if entry.rate is not None and self._rates.get(entry.id) != entry.rate:
                self._rates[entry.id] = entry.rate
                rates.setdefault(entry.rate, []).append(self.places[entry.id])
            if entry.weights is not None and self._weights.get(entry.id) != entry.weights:
                self._weights[entry.id] = entry.weights
                weights.setdefault(entry.weights, []).append(self.places[entry.id])
        for rate, places in rates.items():
            self.training.set_rate(rate, places)
        for values, places in weights.items():
            self.training.set_weights(values, places)

    # --- what is done ----------------------------------------------------------------------------------------------

    def wait(self, now: float) -> float:
        """Seconds until it may go on: 0 at once, infinity while it is paused. `now` is a monotonic time."""
        if not self._between:
            return 0.0
        if self.paused:
            return 0.0 if self._taken < self._asked else math.inf
        # `_next` was set by the pace of that time; a higher one since then must not wait for it.
        return min(max(0.0, self._next - now), 1 / self.pace)

    def turn(self, now: float) -> None:
        """Go on to the next event and keep what it says. Raises whatever the training raises."""
        if self._between:
            self._next = now + 1 / self.pace
        event = next(self.events)
        self._between = isinstance(event, (Started, Stepped))
        for number in self.live:
            record = record_of(event, self.places[number], self.size)
            if record is not None:
                self.records[number].append(record)
        self._note(event)

    def _note(self, event: Event) -> None:
        match event:
            case Stepped(step):
                self.step = step
                if self.paused:
                    self._taken, self.urgent = self._taken + 1, True
            case Measured() if not self._measured:
                self._measured = self.urgent = True
            case Failed(_, place, reason):
                for number in [number for number in self.live if self.places[number] == place]:
                    self._end(number, "failed", reason)
            case Finished():
                for number in list(self.live):
                    self._end(number, "finished")

    def fail(self, message: str) -> None:
        """All of it is over, with one sentence why."""
        for number in list(self.live):
            self._end(number, "failed", message)

    def close(self) -> None:
        """Let the training go."""
        self.events.close()  # type: ignore[attr-defined]  # an iterator by contract, a generator in fact

    def _end(self, number: int, status: str, message: str = "") -> None:
        self.live.remove(number)
        self.outcomes.append(Outcome(number, status, message))
        self.urgent = True
