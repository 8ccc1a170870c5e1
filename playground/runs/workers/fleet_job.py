"""One fleet in training, driven event by event, with what its visitors ask for. It knows no store: data in, data out."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.experiment import Choice, Run
from playground.runs.database.limits import Limits
from playground.runs.store.entries import STOPPED, UNWATCHED, Entry
from playground.runs.store.states import Members, State
from playground.training.observing.events import Event, Failed, Finished, Measured, Record, Started, Stepped, record_of

if TYPE_CHECKING:
    from playground.training.loop import Training

log = logging.getLogger("playground.worker")

Train = Callable[[Sequence[Run]], "Training"]


@dataclass(frozen=True)
class JobOutcome:
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
    visitor: on whose share of the worker it trains.
    steps: how many it takes in all.
    turned: when it last went on, in monotonic seconds.
    paused: it holds still. shown: whether the store says so.

    state: what it goes on from; None where it begins. Then `members` are all runs of the fleet that was saved, of which
    `entries` may be a part only: the others are trained along, since rounding depends on who trains together, and nothing is
    told of them.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        runs: Sequence[Run],
        train: Train,
        limits: Limits,
        state: State | None = None,
        members: Members | None = None,
    ):
        self.limits, self.state, self._train = limits, state, train
        self.members = members or Members(tuple(entry.id for entry in entries), tuple(runs), {}, {})
        self.visitor = entries[0].share
        self.places = {number: place for place, number in enumerate(self.members.ids)}
        self.size = len(self.members.ids)
        self.steps = max(run.experiment.steps for run in runs)
        self._spent = 0.0
        self.live = [entry.id for entry in entries]
        self.records: dict[int, list[Record]] = {number: [] for number in self.live}
        self.outcomes: list[JobOutcome] = []
        self.step = self.written = self.saved = 0 if state is None else state.step
        self._stepped = self.step
        self.urgent = False
        self.turned = 0.0
        self.paused = self.shown = False
        self.pace = math.inf
        self._asked, self._taken, self._next = 0, 0, 0.0
        self._between = state is not None  # its first event, "started", takes no step and need not wait
        self._measured = state is not None
        self._rates, self._weights = dict(self.members.rates), dict(self.members.weights)
        self._save = time.monotonic() + limits.save
        # Set up in its first turn and not here: making the data may take long, and belongs to its visitor's share.
        self._set_up: Callable[[], Training] = lambda: _set_up(train, self.members.runs, state)
        self.training: Training | None = None
        self._events: Iterator[Event] = iter(())
        self._asked_last: list[Entry] = []
        self.obey({entry.id: entry for entry in entries})

    # --- what is asked ---------------------------------------------------------------------------------------------

    def obey(self, orders: Mapping[int, Entry]) -> None:
        """Follow what the store says about the runs; a run that it no longer gives to this worker is dropped."""
        self.live = [number for number in self.live if number in orders]
        for number in list(self.live):
            if orders[number].wish == "stop":
                self._end(number, "stopped", STOPPED)
            elif orders[number].watched < time.time() - self.limits.unwatched and not self._small():
                self._end(number, "stopped", UNWATCHED)
        asked = self._asked_last = [orders[number] for number in self.live]
        if asked:
            self._set_pace(asked)
        if asked and self.training is not None:
            self._turn_knobs(asked, self.training)

    def _small(self) -> bool:
        """Whether it goes on at full speed and, at its speed so far, will soon be done: such a run is trained to its end."""
        if self.paused or self.pace < math.inf:
            return False
        # What was done before it was taken up from its state took time elsewhere.
        here = self.step - self._stepped
        return here > 0 and (self.steps - self.step) * self._spent / here <= self.limits.small

    def _set_pace(self, asked: Sequence[Entry]) -> None:
        """Pause and speed: full speed if any run wants it, else the highest pace that is asked for."""
        paused = all(entry.wish == "pause" for entry in asked)
        if paused != self.paused:
            self.paused, self.urgent = paused, True
        self._asked = max(entry.singles for entry in asked)
        if not paused:
            self._taken = self._asked  # single steps that were not taken in time are void
        self.pace = max(entry.pace or math.inf for entry in asked)

    def _turn_knobs(self, asked: Sequence[Entry], training: Training) -> None:
        """Hand new rates and weights on, for each value the places of the runs that it is new for."""
        # Somebody looks at every single step: then every step is worth recording.
        training.record_all = self.paused or self.pace < math.inf
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
            training.set_rate(rate, places)
        for values, places in weights.items():
            training.set_weights(values, places)

    # --- what is done ----------------------------------------------------------------------------------------------

    def wait(self, now: float) -> float:
        """Seconds until it may go on: 0 at once, infinity while it is paused. `now` is a monotonic time."""
        if not self._between:
            return 0.0
        if self.paused:
            return 0.0 if self._taken < self._asked else math.inf
        # `_next` was set by the pace of that time; a higher one since then must not wait for it.
        return min(max(0.0, self._next - now), 1 / self.pace)

    def work(self, seconds: float) -> None:
        """Go on for about so long, but no further than to what is worth being written at once. Raises what `turn` raises."""
        self.turned = now = time.monotonic()
        until = now + seconds
        while self.live and self.wait(now) <= 0:
            self.turn(now)
            now = time.monotonic()
            # Never in the middle of a step: what is told to pause has then paused.
            if self._between and (self.urgent or now >= until):
                break
        self._spent += now - self.turned

    def turn(self, now: float) -> None:
        """Go on to the next event and keep what it says; set up the training first. Raises whatever the training raises."""
        if self.training is None:
            self.training = self._set_up()
            self._events = self.training.events()
            self._turn_knobs(self._asked_last, self.training)
        if self._between:
            self._next = now + 1 / self.pace
        event = next(self._events)
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

    # --- what is kept ----------------------------------------------------------------------------------------------

    def due(self, now: float) -> bool:
        """Whether it is time to save its state: it has gone on since, long enough ago; sooner where it holds still."""
        sooner = 0.9 * self.limits.save if self.paused else 0.0
        return self.savable and now >= self._save - sooner

    @property
    def savable(self) -> bool:
        """Whether it stands between two steps, and further than what is saved of it."""
        return self._between and self.training is not None and bool(self.live) and self.step > self.saved

    def saving(self) -> State | None:
        """Its state, to be written with all that was recorded up to here; None where it is too large, or cannot be written."""
        from playground.training.saving import save  # brings torch, which the server does without

        assert self.training is not None
        self.saved = self.step
        try:
            packed = save(self.training)
        except Exception as error:  # whatever it is, the training itself goes on
            log.warning("runs %s are not saved: %s: %s", self.live, type(error).__name__, error)
            return None
        about = Members(self.members.ids, self.members.runs, self._rates, self._weights).written()
        state = State(self.step, about, packed.text, packed.numbers, packed.digest)
        return state if state.megabytes <= self.limits.state else None

    def saved_in(self, seconds: float) -> None:
        """Saving took so long: it is done again when that is no more than a fiftieth of the time."""
        self._save = time.monotonic() + max(self.limits.save, 50 * seconds)

    def fail(self, message: str) -> None:
        """All of it is over, with one sentence why."""
        for number in list(self.live):
            self._end(number, "failed", message)

    @property
    def mixed(self) -> bool:
        """Whether its runs have several weighting methods, or one with several knobs."""
        return len({run.experiment.weighting for run in self.members.runs}) > 1

    def apart(self, held: Mapping[int, Entry]) -> list[Job]:
        """A job for each weighting method of its runs, from their first step on; it gives up those that are `held`."""
        groups: dict[Choice, list[tuple[Entry, Run]]] = {}
        for number, run in zip(self.members.ids, self.members.runs, strict=True):
            if number in self.live and number in held:
                groups.setdefault(run.experiment.weighting, []).append((held[number], run))
        self.drop(list(self.live))
        parts = [zip(*group, strict=True) for group in groups.values()]
        return [Job(entries, runs, self._train, self.limits) for entries, runs in parts]

    def close(self) -> None:
        """Let the training go."""
        if self.training is not None:
            self._events.close()  # type: ignore[attr-defined]  # an iterator by contract, a generator in fact

    def drop(self, numbers: Sequence[int]) -> None:
        """These runs are no longer its own, nor what was recorded of them."""
        self.live = [number for number in self.live if number not in numbers]
        for number in numbers:
            self.records.pop(number, None)

    def _end(self, number: int, status: str, message: str = "") -> None:
        self.live.remove(number)
        self.outcomes.append(JobOutcome(number, status, message))
        self.urgent = True


def _set_up(train: Train, runs: Sequence[Run], state: State | None) -> Training:
    """The training of some runs, at its beginning or where it was saved; raises Invalid where that state does not fit."""
    training = train(runs)
    if state is not None:
        from playground.training.packing import Packed
        from playground.training.saving import take_up

        take_up(training, Packed(state.text, state.numbers, state.digest))
    return training
