"""Runs as rows of the store and as values that pages and workers hand around."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, select

from playground.basics.knobs import Knob
from playground.basics.words import N_
from playground.experiment import Experiment, Run
from playground.runs.database.tables import experiments, runs
from playground.training.observing.events import Record

HELD = ("running", "paused")
"""A worker has it."""
ACTIVE = ("queued", *HELD)
"""It is not over."""
STATUSES = (*ACTIVE, "finished", "stopped", "failed", "lost")

SEED = Knob(0, low=0, high=2**31 - 1)

STOPPED = N_("Stopped by its visitor.")
UNWATCHED = N_("Stopped because nobody watched it any more.")
DAMAGED = N_("What was recorded of it is damaged in the database; it is shown up to there.")
LOST = N_("The program that trained it ended before it was done.")


@dataclass(frozen=True)
class Entry:
    """One run as the store knows it, without what was recorded of it. Times are in seconds since 1970, UTC.

    id: its number in the store. code: fingerprint of the code that trains it.
    text: its experiment, canonical; `values` is the nested dict of it, `run` the checked value; each text is read once.
    visitor, submission: who asked for it, and with which other runs.
    share: the visitor on whose share of the workers it trains; "" while it waits.
    status: "queued", "running", "paused", "finished", "stopped", "failed" or "lost".
    message: why it ended so, in one sentence; "" where there is nothing to say.
    attempt: 1 for the first training, 2 for one after the first was lost.
    step: steps taken. chunks: chunks written in this attempt.
    wish: what its visitor asked for: "run", "pause" or "stop"; a worker follows within a moment.
    singles: single steps asked for since the attempt began.
    pace: steps a second, 0 for full speed.
    rate, weights: learning rate and static weights turned in flight; None where nobody did.
    touched: whether rate or weights were turned in flight.
    saved: name of the state of its fleet from which its next attempt goes on; "" for none. kept: chunks written by then.
    before: steps that this attempt took over from such a state. tries: how often it was lost since the last one.
    """

    id: int
    key: str
    code: str
    text: str
    seed: int
    shape: str
    visitor: str
    submission: str
    share: str
    status: str
    message: str
    attempt: int
    step: int
    chunks: int
    worker: str
    created: float
    started: float | None
    ended: float | None
    heartbeat: float | None
    watched: float
    wish: str
    singles: int
    pace: float
    rate: float | None
    weights: tuple[float, ...] | None
    touched: bool
    saved: str = ""
    kept: int = 0
    before: int = 0
    tries: int = 0

    @property
    def values(self) -> Mapping[str, Any]:
        """Its experiment as a nested dict."""
        return values_of(self.text)

    @property
    def run(self) -> Run:
        """The experiment with its seed; raises Invalid if this program does not accept the experiment."""
        return Run(experiment_of(self.text), SEED.read("seed", self.seed))

    @property
    def active(self) -> bool:
        """Whether it waits or trains."""
        return self.status in ACTIVE


@dataclass(frozen=True)
class Submission:
    """What became of the runs that were submitted.

    id: name of the submission.
    runs: the runs' numbers, in the order in which they were given.
    new: the numbers of those that were queued; the others were found.
    """

    id: str
    runs: tuple[int, ...]
    new: frozenset[int]


class Cursor(NamedTuple):
    """How far somebody has read a run: `chunk` chunks of attempt `attempt`."""

    attempt: int = 0
    chunk: int = 0


@dataclass(frozen=True)
class News:
    """What was recorded of a run since a cursor.

    records: new records, in order; of a damaged run those before the damage.
    cursor: read on from here.
    anew: the run began anew, so what was read of it before is void.
    """

    entry: Entry
    records: list[Record]
    cursor: Cursor
    anew: bool


def held_by(worker: str) -> ColumnElement[bool]:
    """Runs that this worker has."""
    return and_(runs.c.status.in_(HELD), runs.c.worker == worker)


COLUMNS = [column for column in runs.c if column.name != "experiment"]


def entries_of(
    connection: Connection,
    condition: ColumnElement[bool],
    newest_first: bool = False,
    most: int | None = None,
    skip: int = 0,
) -> list[Entry]:
    """The runs that meet a condition, the oldest first unless said otherwise."""
    order = (runs.c.created.desc(), runs.c.id.desc()) if newest_first else (runs.c.created, runs.c.id)
    query = select(*COLUMNS, experiments.c.text).join(experiments).where(condition).order_by(*order).limit(most).offset(skip)
    return [entry_of(dict(row)) for row in connection.execute(query).mappings()]


def entry_of(row: dict[str, Any]) -> Entry:
    """The entry of a row of the database, with its experiment's text beside the columns of `runs`."""
    weights = row.pop("weights")
    return Entry(weights=None if weights is None else tuple(json.loads(weights)), **row)


@lru_cache(maxsize=1000)
def values_of(text: str) -> Mapping[str, Any]:
    """The nested dict of an experiment; for a text that is none one that its run will then complain about."""
    try:
        values = json.loads(text)
    except json.JSONDecodeError:
        return {"text": text}
    return values if isinstance(values, dict) else {"text": text}


@lru_cache(maxsize=1000)
def experiment_of(text: str) -> Experiment:
    """The experiment of a stored text; kept, as many runs share one. Raises `Invalid` where it is none."""
    return Experiment.from_dict(values_of(text))


def digest(text: str) -> str:
    """A short name of a text, by which an experiment is found again."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
