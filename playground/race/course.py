"""A race on the way: its runs go through the store and its workers like all others, a portion at a time.

Who looks at a race drives it: what is missing is asked for again and again until nothing is. So a race whose worker, server or
visitor went away goes on where it was as soon as somebody looks at it, and thirty who look at one race train it once, as
runs are found again by their content.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from playground.basics.errors import Invalid
from playground.experiment import Run
from playground.race import report
from playground.race.plan import Race
from playground.race.result import Result, result_of
from playground.race.train import KEPT
from playground.runs.results.history import History
from playground.runs.store.entries import Cursor, Entry
from playground.runs.store.races import KeptRace
from playground.runs.store.store import Store
from playground.training.observing.events import Record

PORTION = 160
"""Runs that are asked for at a time: four fleets."""

LOW = 100
"""Runs of a race that wait or train below which the next portion is asked for."""

EVERY = 0.5
"""Seconds for which what was read is new enough for everybody."""

MOST = 12
"""Races that one server keeps in memory."""


@dataclass
class _Seen:
    """What is known of one run."""

    entry: Entry
    cursor: Cursor = field(default_factory=Cursor)
    records: list[Record] = field(default_factory=list)


@dataclass(frozen=True)
class Look:
    """Where a race stands at one moment.

    kept: what the store knows of it; None where nobody asked for it. result: of the runs that are over.
    going: histories of those in training. counts: how many runs are in each status. done, total: steps.
    begun: when its first run began, in seconds since 1970.
    """

    race: Race
    kept: KeptRace | None
    result: Result
    going: tuple[History, ...]
    counts: Mapping[str, int]
    done: int
    total: int
    begun: float | None
    message: str = ""

    @property
    def over(self) -> bool:
        """Whether all of its runs are over."""
        return self.counts.get("finished", 0) + self.counts.get("failed", 0) == self.race.size

    @property
    def active(self) -> bool:
        """Whether something of it is to come without anybody's doing."""
        return self.kept is not None and self.kept.wish == "run" and not self.over


class Course:
    """One race through a store. Safe to share between threads."""

    def __init__(self, store: Store, race: Race):
        self.store, self.race = store, race
        self._seen: dict[Run, _Seen] = {}
        self._lock = Lock()
        self._look: Look | None = None
        self._read = -1e9
        self._result: tuple[int, Result] = (-1, Result(race, {}, (), {}))

    def begin(self, visitor: str) -> None:
        """Ask for the race."""
        text = json.dumps(self.race.to_dict(), sort_keys=True)
        self.store.begin_race(self.race.key, text, visitor)
        self._forget()

    def turn(self, visitor: str, wish: str) -> None:
        """Pause, stop or go on, with all its runs that wait or train."""
        self.store.turn_race(self.race.key, visitor, wish)
        act = {"run": self.store.resume, "pause": self.store.pause, "stop": self.store.stop}[wish]
        with self._lock:
            active = [seen.entry.id for seen in self._seen.values() if seen.entry.active and seen.entry.visitor == visitor]
        if active:
            act(active, visitor)
        self._forget()

    def _forget(self) -> None:
        with self._lock:
            self._read = -1e9

    def look(self, visitor: str) -> Look:
        """Where it stands; reads what is new and asks for what is missing where it is to go on."""
        with self._lock:
            if self._look is None or time.monotonic() - self._read > EVERY:
                self._look = self._update(visitor)
                self._read = time.monotonic()
            return self._look

    def _update(self, visitor: str) -> Look:
        kept, message = self.store.race(self.race.key), ""
        if kept is not None or self._seen or self._look is None:
            self._refresh(visitor)
        if kept is not None and kept.wish == "run":
            try:
                self._ask(visitor)
            except Invalid as invalid:
                message = str(invalid)
        over = {run: seen for run, seen in self._seen.items() if seen.entry.status in ("finished", "failed")}
        if self._result[0] != len(over):
            # It only changes when runs end.
            found = [_history(run, seen) for run, seen in over.items()]
            self._result = (len(over), result_of(self.race, found))
        result = self._result[1]
        if kept is not None and not kept.result and len(over) == self.race.size:
            self.store.finish_race(self.race.key, json.dumps(report.to_dict(result), ensure_ascii=False))
        return self._told(kept, result, message)

    def _refresh(self, visitor: str) -> None:
        """What is new of the runs: those that are over are read once."""
        open_ = [run for run in self.race.runs if run not in self._seen or not _over(self._seen[run])]
        entries = self.store.find(open_, visitor) if open_ else []
        for run, entry in zip(open_, entries, strict=True):
            if entry is None:
                self._seen.pop(run, None)
            elif run not in self._seen or self._seen[run].entry.id != entry.id:
                self._seen[run] = _Seen(entry)
            else:
                self._seen[run].entry = entry
        unread = {seen.entry.id: run for run, seen in self._seen.items() if not _over(seen) and _has_news(seen)}
        for number, news in self.store.read({number: self._seen[run].cursor for number, run in unread.items()}).items():
            seen = self._seen[unread[number]]
            records = [] if news.anew else seen.records
            seen.records = [*records, *(record for record in news.records if record["kind"] in KEPT)]
            seen.entry, seen.cursor = news.entry, news.cursor
        self.store.watch([seen.entry.id for seen in self._seen.values() if seen.entry.active])

    def _ask(self, visitor: str) -> None:
        """Ask for the next portion, in the order of the race, once little of it waits."""
        waits = sum(seen.entry.active for seen in self._seen.values())
        missing = [run for run in self.race.runs if run not in self._seen]
        if not missing or waits >= LOW:
            return
        portion = missing[: max(1, min(PORTION, self.store.limits.visitor - waits))]
        asked = self.store.submit(portion, visitor)
        entries = {entry.id: entry for entry in self.store.entries(asked.runs, most=len(portion))}
        for run, number in zip(portion, asked.runs, strict=True):
            if number in entries:
                self._seen[run] = _Seen(entries[number])

    def _told(self, kept: KeptRace | None, result: Result, message: str) -> Look:
        counts: dict[str, int] = {}
        for seen in self._seen.values():
            counts[seen.entry.status] = counts.get(seen.entry.status, 0) + 1
        going = [_history(run, seen) for run, seen in self._seen.items() if seen.entry.status in ("running", "paused")]
        steps = self.race.experiment.steps
        done = sum(steps if _ended(seen) else seen.entry.step for seen in self._seen.values())
        begun = min((seen.entry.started for seen in self._seen.values() if seen.entry.started), default=None)
        return Look(self.race, kept, result, tuple(going), counts, done, steps * self.race.size, begun, message)


def _ended(seen: _Seen) -> bool:
    return seen.entry.status in ("finished", "failed")


def _over(seen: _Seen) -> bool:
    """Whether it is over and all of it is read."""
    return _ended(seen) and seen.cursor.attempt == seen.entry.attempt and seen.cursor.chunk >= seen.entry.chunks


def _has_news(seen: _Seen) -> bool:
    return seen.cursor.attempt != seen.entry.attempt or seen.cursor.chunk < seen.entry.chunks


def _history(run: Run, seen: _Seen) -> History:
    return History(run, seen.entry.status, seen.records, seen.entry.id, seen.entry.message)


class Courses:
    """The races that one server looks at, each once. Safe to share between threads."""

    def __init__(self, store: Store):
        self.store = store
        self._found: OrderedDict[str, Course] = OrderedDict()
        self._lock = Lock()

    def of(self, race: Race) -> Course:
        """The course of a race."""
        with self._lock:
            course = self._found.pop(race.key, None) or Course(self.store, race)
            self._found[race.key] = course
            while len(self._found) > MOST:
                self._found.popitem(last=False)
            return course


def kept_races(store: Store, most: int = 100) -> Sequence[tuple[KeptRace, Race]]:
    """Stored races, the newest first; those that this program or this visitor cannot read are left out."""
    found = []
    for one in store.races(most):
        try:
            race = Race.from_dict(json.loads(one.text))
            race.experiment.the_suite.tasks()
            found.append((one, race))
        except (Invalid, ValueError):
            continue
    return found
