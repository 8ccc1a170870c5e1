"""Fleets as they stood between two steps: written by workers, gone on from by whichever worker has them next.

They lie in the database, as that is all that workers on several machines have in common, and as a state and the records that
belong to it are then written in one transaction: what is recorded after it is told again by the next attempt and never twice.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.code_version import fingerprint
from playground.experiment import Experiment, Run
from playground.runs.database.connection import Database
from playground.runs.database.tables import chunks, runs, states
from playground.runs.store.entries import ACTIVE, HELD, LOST, SEED, STOPPED, held_by

MOST_ABOUT = 2**22
"""Characters of JSON at most that say whose state it is."""

AGAIN = {"status": "queued", "worker": "", "share": "", "heartbeat": None, "tries": runs.c.tries + 1}
"""What becomes of a run that waits again. When it had begun stays, by which it is told from one that never has."""


@dataclass(frozen=True)
class State:
    """A fleet between two steps.

    about: JSON of its runs, in order, and of the knobs that were turned. text, numbers, digest: of the training, as
    `playground.training.packing.Packed` has them. step: steps taken.
    """

    step: int
    about: str
    text: str
    numbers: bytes
    digest: str
    code: str = ""

    @property
    def megabytes(self) -> float:
        """How large it is."""
        return (len(self.numbers) + len(self.text) + len(self.about)) / 2**20


@dataclass(frozen=True)
class Members:
    """Whose state it is.

    ids: the number of each of the R runs in the store. runs: what each trains.
    rates, weights: by run number what its visitor had turned a knob to, where one was turned.
    """

    ids: tuple[int, ...]
    runs: tuple[Run, ...]
    rates: Mapping[int, float]
    weights: Mapping[int, tuple[float, ...]]

    def written(self) -> str:
        """As JSON; equal experiments stand there once."""
        experiments = list(dict.fromkeys(run.experiment for run in self.runs))
        places = {experiment: place for place, experiment in enumerate(experiments)}
        return json.dumps(
            {
                "experiments": [experiment.to_dict() for experiment in experiments],
                "runs": [[one, places[run.experiment], run.seed] for one, run in zip(self.ids, self.runs, strict=True)],
                "rates": list(self.rates.items()),
                "weights": [[number, list(values)] for number, values in self.weights.items()],
            }
        )

    @classmethod
    def read(cls, text: str) -> Members:
        """Of JSON, checked anew; raises Invalid for anything else."""
        try:
            said = json.loads(text)
            known = [Experiment.from_dict(values) for values in said["experiments"]]
            return cls(
                tuple(int(number) for number, _place, _seed in said["runs"]),
                tuple(Run(known[place], SEED.read("seed", seed)) for _number, place, seed in said["runs"]),
                {int(number): float(rate) for number, rate in said["rates"]},
                {int(number): tuple(map(float, values)) for number, values in said["weights"]},
            )
        except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
            raise Invalid([Problem("saved state", _("should say whose it is"), error)]) from error


class States(Database):
    """The side of the store that keeps them."""

    def state(self, name: str) -> State | None:
        """A saved state; None where there is none of this name, by this code and of a bounded size."""
        size = func.length(states.c.numbers) + func.length(states.c.text) < self.limits.state * 2**20 + MOST_ABOUT
        fine = and_(states.c.name == name, states.c.code == fingerprint(), size, func.length(states.c.about) < MOST_ABOUT)
        columns = (states.c.step, states.c.about, states.c.text, states.c.numbers, states.c.digest, states.c.code)
        with self._reading() as connection:
            row = connection.execute(select(*columns).where(fine)).one_or_none()
        return None if row is None else State(*row)

    def give_back(self, worker: str, ids: Iterable[int]) -> None:
        """Runs of this worker wait again, as it has no room for them."""
        with self._writing() as connection:
            which = and_(runs.c.id.in_(list(ids)), held_by(worker))
            connection.execute(update(runs).where(which).values({**AGAIN, "tries": runs.c.tries}))

    def begin_anew(self, worker: str, ids: Iterable[int]) -> None:
        """Runs of this worker whose state is of no use wait again, to begin with their first step."""
        which = and_(runs.c.id.in_(list(ids)), held_by(worker))
        with self._writing() as connection:
            before = saved_of(connection, which)
            connection.execute(update(runs).where(which).values({**AGAIN, "saved": "", "kept": 0}))
            prune(connection, before)

    def start_over(self, worker: str, ids: Iterable[int]) -> None:
        """Runs of this worker begin with their first step once more and stay its own; what was recorded of them goes."""
        which, now = and_(runs.c.id.in_(list(ids)), held_by(worker)), time.time()
        with self._writing() as connection:
            before = saved_of(connection, which)
            connection.execute(update(runs).where(which).values(saved="", kept=0))
            go_back(connection, which, {"started": now, "heartbeat": now})
            prune(connection, before)


def keep(connection: Connection, worker: str, ids: Sequence[int], state: State) -> None:
    """Write the state of a fleet from which these runs go on if they are lost; after everything recorded up to it."""
    name, which = uuid.uuid4().hex, and_(runs.c.id.in_(list(ids)), held_by(worker))
    before = saved_of(connection, which)
    held = connection.execute(update(runs).where(which).values(saved=name, kept=runs.c.chunks, tries=0)).rowcount
    if held:
        values = {"about": state.about, "text": state.text, "numbers": state.numbers, "digest": state.digest}
        own = {"name": name, "code": fingerprint(), "step": state.step, "written": time.time()}
        connection.execute(insert(states).values(**own, **values))
    prune(connection, before)


def go_back(connection: Connection, which: ColumnElement[bool], values: Mapping[str, Any]) -> None:
    """Runs begin their next attempt where their saved state stands, or at their first step.

    What was recorded up to there becomes part of that attempt, and the rest is forgotten. values: what else becomes of them.
    """
    step: Any = select(states.c.step).where(states.c.name == runs.c.saved).scalar_subquery()
    step = func.coalesce(step, 0)
    own = {"attempt": runs.c.attempt + 1, "chunks": runs.c.kept, "step": step, "before": step, "singles": 0}
    empty = dict.fromkeys(("started", "ended", "heartbeat"))
    changed = update(runs).where(which).values({**own, **empty, **values}).returning(runs.c.id)
    if ids := list(connection.scalars(changed)):
        attempt, kept = (
            select(column).where(runs.c.id == chunks.c.run).scalar_subquery() for column in (runs.c.attempt, runs.c.kept)
        )
        theirs = chunks.c.run.in_(ids)
        still = and_(theirs, chunks.c.attempt == attempt - 1, chunks.c.number < kept)
        connection.execute(update(chunks).where(still).values(attempt=chunks.c.attempt + 1))
        connection.execute(delete(chunks).where(theirs, chunks.c.attempt < attempt))


def lose_held(connection: Connection, which: ColumnElement[bool], tries: int) -> list[tuple[str, int]]:
    """Runs whose worker is gone wait again, to go on from what was saved; those told to stop, or lost too often, are over.

    Until a worker takes one, all that was recorded of it stays. Returns what became of each: "ended" as it was told to, "waits"
    once more, or "lost".
    """
    held, now = and_(which, runs.c.status.in_(HELD)), time.time()
    stopped = and_(held, runs.c.wish == "stop")
    before = saved_of(connection, stopped)
    over = {"status": "stopped", "message": STOPPED, "ended": now, "saved": "", "kept": 0}
    changes = [("ended", update(runs).where(stopped).values(over))]
    changes += [("waits", update(runs).where(held, runs.c.tries < tries).values(AGAIN))]
    changes += [("lost", update(runs).where(held).values(status="lost", message=LOST, ended=now))]
    events = [(event, number) for event, change in changes for number in connection.scalars(change.returning(runs.c.id)).all()]
    prune(connection, before)
    return events


def saved_of(connection: Connection, which: ColumnElement[bool]) -> list[str]:
    """The names of the states of these runs."""
    return list(connection.scalars(select(runs.c.saved).where(which, runs.c.saved != "").distinct()))


def prune(connection: Connection, names: Sequence[str]) -> None:
    """Forget those of these states that no run goes on from any more."""
    used = select(runs.c.id).where(runs.c.saved == states.c.name).exists()
    if names:
        connection.execute(delete(states).where(states.c.name.in_(names), ~used))


def forget(connection: Connection, age: float) -> None:
    """Forget the states of runs that are over and that nobody has gone on from for so many seconds."""
    old = list(connection.scalars(select(states.c.name).where(states.c.written < time.time() - age)))
    over = and_(runs.c.saved.in_(old), runs.c.status.not_in(ACTIVE))
    if old:
        connection.execute(update(runs).where(over).values(saved="", kept=0))
        prune(connection, old)
