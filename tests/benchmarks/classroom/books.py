"""What is written down during an hour of class, and what the store says of it afterwards."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from playground.runs.database.tables import guesses, runs
from playground.runs.store.store import Store

RERUNS = ("change", "play", "turn", "answer")
"""Times of these kinds are reruns of an open page; the others open one."""
BELATED = 10.0
"""Seconds after a fault in which times still count as those of the fault."""
GRACE = 120.0
"""Seconds that runs may still take when all visitors have gone."""


class Taken(NamedTuple):
    """How long something took that began at a time. Seconds, of `time.monotonic`."""

    kind: str
    at: float
    seconds: float


class Fault(NamedTuple):
    """What was broken on purpose, and from when to when."""

    name: str
    begun: float
    ended: float


@dataclass
class Books:
    """One class.

    taken: times of all reruns; waits: from Play to the first step; silences: longest time without news of what trains.
    asked: numbers of all runs that a page named to its visitor. told: sentences about what could not be done just then.
    silent: presses of Play after which there was neither a run nor a sentence. unanswered: reruns that never came back.
    broken: tracebacks on a page. forgotten: returns on which a visitor's runs were not there any more.
    answers: predictions that were taken without a complaint, as visitor and question. stored: bytes of the store at the end.
    """

    taken: list[Taken] = field(default_factory=list)
    waits: list[Taken] = field(default_factory=list)
    silences: list[Taken] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    memory: list[tuple[float, float, float]] = field(default_factory=list)
    asked: set[int] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    unanswered: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    answers: set[tuple[str, str]] = field(default_factory=set)
    stored: int = 0

    def take(self, kind: str, seconds: float) -> None:
        """Write down what has just come to its end."""
        self.taken.append(Taken(kind, time.monotonic() - seconds, seconds))

    def calm(self, one: Taken) -> bool:
        """Whether nothing was broken while it went on, nor shortly before."""
        return all(one.at + one.seconds < fault.begun or one.at > fault.ended + BELATED for fault in self.faults)

    def seconds(self, kinds: Iterable[str], calm: bool = True) -> list[float]:
        """Times of some kinds in order: those of calm minutes, or those around faults."""
        return sorted(one.seconds for one in self.taken if one.kind in kinds and self.calm(one) == calm)


def quantile(values: Sequence[float], part: float) -> float:
    """Of values in order; nan for none."""
    return values[min(len(values) - 1, int(part * len(values)))] if values else float("nan")


@dataclass(frozen=True)
class Verdict:
    """What the store says at the end. lost: runs that are not there or did not finish, with their status. doubled: keys that
    were trained more than once, and runs with a step recorded twice. answers: predictions that it holds."""

    lost: dict[int, str]
    doubled: list[str]
    answers: int


def judge(store: Store, books: Books, code: str, grace: float = GRACE) -> Verdict:
    """Wait for what still trains, and look at everything that was asked for."""
    until = time.monotonic() + grace
    asked = sorted(books.asked)
    while True:
        entries = store.entries(asked, most=len(asked)) if asked else []
        if not any(entry.active for entry in entries) or time.monotonic() > until:
            break
        store.watch(entry.id for entry in entries)
        time.sleep(0.5)
    statuses = {entry.id: entry.status for entry in entries}
    lost = {number: statuses.get(number, "gone") for number in asked if statuses.get(number) != "finished"}
    with store.engine.connect() as connection:
        keys = Counter(connection.scalars(select(runs.c.key).where(runs.c.status == "finished")))
        kept = connection.scalar(select(func.count()).select_from(guesses).where(guesses.c.code == code)) or 0
    doubled = [f"{key}: {count} runs" for key, count in keys.items() if count > 1]
    for history in store.histories(asked):
        steps = [record["step"] for record in history.records if record["kind"] == "measured"]
        if steps != sorted(set(steps)):
            doubled.append(f"run {history.id}: steps recorded twice")
    return Verdict(lost, doubled, kept)


def memory(process: int) -> float:
    """Megabytes that a process has for itself, and its part of what it shares; 0 for one that is gone."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def children(process: int) -> list[int]:
    """Processes that a process has started."""
    found: list[int] = []
    for one in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += map(int, one.read_text(encoding="ascii").split())
        except OSError:
            continue  # its thread is over
    return found
