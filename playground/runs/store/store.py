"""Where pages and workers meet: a page writes runs to do, a worker claims them and writes what was recorded.

Nothing else passes between them, so a page needs no worker to show a run, a worker needs no page to finish one, and what
was written outlives both.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exc, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from playground.basics.errors import Invalid, Problem
from playground.basics.logs import anonymous, tell
from playground.basics.words import _
from playground.code_version import code_version
from playground.experiment import Run
from playground.runs.database.tables import chunks, experiments, names, runs
from playground.runs.database.tables import wanted as others
from playground.runs.store.classroom import Classroom
from playground.runs.store.control import Control
from playground.runs.store.entries import ACTIVE, DAMAGED, SEED, Cursor, Entry, News, Submission, digest, entries_of
from playground.runs.store.naming import Naming
from playground.runs.store.races import Races
from playground.runs.store.serial import read_records
from playground.runs.store.states import go_back, prune
from playground.runs.store.tally import Tally
from playground.runs.store.work import QUEUED, Work
from playground.training.observing.events import Record

if TYPE_CHECKING:
    from playground.runs.results.history import History


log = logging.getLogger("playground.runs")


class Store(Control, Work, Tally, Races, Naming, Classroom):
    """The runs of everybody, in one database; see `playground.runs.database.tables`. Safe to share between threads.

    Pages submit, find, read and delete runs here; `Control` is what visitors ask of runs in flight, `Work` what workers do,
    `Tally` counts,
    `Races` are races, `Naming` what visitors call their runs, `Classroom` what a class predicts.
    Every operation raises Invalid, with one sentence, if the database cannot be read or written.
    """

    def submit(self, wanted: Sequence[Run], visitor: str, *, fresh: bool = False) -> Submission:
        """Ask for runs. One that is done, or already waits or trains, is found again; all others are queued.

        fresh: queue them all, whatever can be found.

        Raises Invalid if the visitor, or all together, would have too much waiting.
        """
        for run in wanted:
            SEED.read("seed", run.seed)
        try:
            return self._submit(wanted, visitor, fresh)
        except IntegrityError:
            # Databases that let two writers run side by side: somebody just wrote the same experiment. Now it is there.
            return self._submit(wanted, visitor, fresh)

    def _submit(self, wanted: Sequence[Run], visitor: str, fresh: bool) -> Submission:
        now, submission = time.time(), uuid.uuid4().hex
        with self._writing() as connection:
            found = {} if fresh else _found(connection, wanted, visitor)
            new: dict[str, int] = {}
            missing = [run for run in {run.key: run for run in wanted}.values() if run.key not in found]
            self._check_room(connection, visitor, len(missing))
            for run in missing:
                row = {"submission": submission, "visitor": visitor, "created": now, "watched": now}
                new[run.key] = (None if fresh else _again(connection, run, row)) or _queue(connection, run, row)
            _want(connection, visitor, [entry for entry in found.values() if entry.status == "queued"], now)
        for key, number in new.items():
            tell(log, "submitted", run=number, submission=submission, visitor=anonymous(visitor), key=key)
        numbers = {key: entry.id for key, entry in found.items()} | new
        self.watch(entry.id for entry in found.values())
        return Submission(submission, tuple(numbers[run.key] for run in wanted), frozenset(new.values()))

    def find(self, wanted: Sequence[Run], visitor: str = "") -> list[Entry | None]:
        """For each run one that is done, or waits or trains untouched; None where there is none."""
        with self._reading() as connection:
            found = _found(connection, wanted, visitor)
        return [found.get(run.key) for run in wanted]

    def left(self, wanted: Sequence[Run], visitor: str) -> list[Entry]:
        """The visitor's own newest run of each that ended before its end, with what was recorded of it."""
        if not wanted:
            return []
        mine = and_(runs.c.visitor == visitor, runs.c.status.in_(("stopped", "failed", "lost")), runs.c.chunks > 0)
        same = and_(runs.c.key.in_({run.key for run in wanted}), runs.c.code == code_version(), runs.c.touched.is_(False))
        with self._reading() as connection:
            return list({entry.key: entry for entry in entries_of(connection, and_(mine, same))}.values())

    def read(self, since: Mapping[int, Cursor | None]) -> dict[int, News]:
        """For each run number what is new after its cursor (everything after None); unknown numbers are left out.

        Damage stays with its run: what was recorded before it is read, and the run counts as failed from then on.
        """
        news = {}
        with self._reading() as connection:
            for entry in entries_of(connection, runs.c.id.in_(list(since))):
                before = since[entry.id] or Cursor()
                start = before.chunk if before.attempt == entry.attempt else 0
                records, damaged = _records(connection, entry, start) if start < entry.chunks else ([], False)
                anew = before.attempt not in (0, entry.attempt)
                entry = replace(entry, status="failed", message=DAMAGED) if damaged else entry
                news[entry.id] = News(entry, records, Cursor(entry.attempt, entry.chunks), anew)
        self._mark([one.entry.id for one in news.values() if one.entry.message == DAMAGED])
        return {number: news[number] for number in since if number in news}

    def _mark(self, damaged: Sequence[int]) -> None:
        """Runs found to be damaged are not found again as finished, so that they may be trained anew."""
        over = and_(runs.c.id.in_(damaged), runs.c.status == "finished")
        if damaged:
            with suppress(Invalid), self._writing() as connection:
                connection.execute(update(runs).where(over).values(status="failed", message=DAMAGED))

    def histories(self, ids: Iterable[int]) -> list[History]:
        """Everything that was recorded of runs, in the order of their numbers given.

        Unknown numbers, and runs whose experiment this program does not accept, are left out.
        """
        # Imported here: histories bring pandas, which a worker need not load.
        from playground.runs.results.history import histories_of

        return histories_of((news.entry, news.records) for news in self.read(dict.fromkeys(ids)).values())

    def entries(
        self,
        ids: Iterable[int] | None = None,
        *,
        visitor: str | None = None,
        submission: str | None = None,
        statuses: Iterable[str] | None = None,
        most: int = 200,
        skip: int = 0,
    ) -> list[Entry]:
        """Runs that meet every condition given, the newest first; at most `most` after the first `skip`."""
        conditions: list[ColumnElement[bool]] = []
        if ids is not None:
            conditions.append(runs.c.id.in_(list(ids)))
        if visitor is not None:
            conditions.append(runs.c.visitor == visitor)
        if submission is not None:
            conditions.append(runs.c.submission == submission)
        if statuses is not None:
            conditions.append(runs.c.status.in_(list(statuses)))
        with self._reading() as connection:
            return entries_of(connection, and_(True, *conditions), newest_first=True, most=most, skip=skip)

    def watch(self, ids: Iterable[int]) -> None:
        """Somebody looks at these runs; to be called now and then while they are shown, as often as one likes."""
        now = time.time()
        stale = and_(
            runs.c.id.in_(list(ids)),
            runs.c.status.in_(ACTIVE),
            runs.c.watched < now - self.limits.unwatched / 20,
        )
        with self._reading() as connection:
            due = connection.scalars(select(runs.c.id).where(stale)).all()
        if due:
            with self._writing() as connection:
                connection.execute(update(runs).where(runs.c.id.in_(due)).values(watched=now))

    def delete(self, number: int, visitor: str) -> None:
        """Forget a run that is over, also where the disk is full; raises Invalid if it is not over, or another visitor's."""
        try:
            self._delete(number, visitor)
        except Invalid as invalid:
            if invalid.problems[0].where != "database" or not self._release_spare():
                raise
            self._delete(number, visitor)
            self._empty_log()
            self.keep_spare()

    def _delete(self, number: int, visitor: str) -> None:
        with self._writing() as connection:
            found = entries_of(connection, runs.c.id == number)
            if not found or found[0].visitor != visitor:
                raise Invalid([Problem("run", _("should be one of your own runs"), number)])
            if found[0].active:
                raise Invalid([Problem("run", _("should be over before it is deleted"), found[0].status)])
            connection.execute(delete(chunks).where(chunks.c.run == number))
            connection.execute(delete(others).where(others.c.run == number))
            connection.execute(delete(runs).where(runs.c.id == number))
            prune(connection, [found[0].saved])
            connection.execute(delete(names).where(names.c.experiment.not_in(select(runs.c.experiment))))
            used = select(runs.c.experiment).where(runs.c.experiment == experiments.c.key).exists()
            connection.execute(delete(experiments).where(~used))

    def _check_room(self, connection: Connection, visitor: str, new: int) -> None:
        if not new:
            return
        mine = and_(runs.c.visitor == visitor, runs.c.status.in_(ACTIVE))
        count = new + (connection.scalar(select(func.count()).where(mine)) or 0)
        if count > self.limits.visitor:
            should = _("should be at most {most} that wait or train for one visitor").format(most=self.limits.visitor)
            raise Invalid([Problem("runs", should, count)])
        waiting = new + (connection.scalar(select(func.count()).where(QUEUED)) or 0)
        if waiting > self.limits.queue:
            should = _("should be at most {most} that wait, of all visitors together").format(most=self.limits.queue)
            raise Invalid([Problem("runs", should, waiting)])


def _found(connection: Connection, wanted: Sequence[Run], visitor: str) -> dict[str, Entry]:
    """By content key the run that stands for it: a finished one before one that waits or trains, then the older one.

    A run that another visitor stopped, holds still or slowed down stands for nobody else.
    """
    plain = and_(runs.c.wish == "run", runs.c.pace == 0)
    usable = or_(
        runs.c.status == "finished",
        and_(runs.c.status.in_(ACTIVE), runs.c.wish != "stop", or_(plain, runs.c.visitor == visitor)),
    )
    same = and_(runs.c.key.in_({run.key for run in wanted}), runs.c.code == code_version(), runs.c.touched.is_(False))
    found = entries_of(connection, and_(same, usable))
    return {entry.key: entry for entry in sorted(found, key=lambda entry: (entry.status == "finished", -entry.id))}


def _again(connection: Connection, run: Run, row: Mapping[str, Any]) -> int | None:
    """Queues the visitor's own lost run of the same content as its next attempt, which goes on from what was saved of it.

    None where there is none.
    """
    lost = and_(
        runs.c.key == run.key,
        runs.c.code == code_version(),
        runs.c.visitor == row["visitor"],
        runs.c.status == "lost",
        runs.c.touched.is_(False),
    )
    number = connection.scalar(select(runs.c.id).where(lost).order_by(runs.c.id.desc()).limit(1))
    if number is not None:
        go_back(connection, runs.c.id == number, {**_PLAIN, **row, "tries": 0})
    return number


_PLAIN: dict[str, Any] = {
    "status": "queued",
    "message": "",
    "worker": "",
    "share": "",
    "wish": "run",
    "singles": 0,
    "pace": 0.0,
}


def _queue(connection: Connection, run: Run, row: Mapping[str, Any]) -> int:
    """Writes a new run, and its experiment if nobody did before; its number."""
    text = run.experiment.canonical()
    key = digest(text)
    if connection.scalar(select(experiments.c.key).where(experiments.c.key == key)) is None:
        connection.execute(insert(experiments).values(key=key, text=text))
    values = {
        "key": run.key,
        "code": code_version(),
        "experiment": key,
        "seed": run.seed,
        "shape": digest(run.experiment.fleet()),
    }
    number = connection.execute(insert(runs).values(**values, **row, **_PLAIN, step=0, chunks=0)).inserted_primary_key
    assert number is not None
    return int(number[0])


def _want(connection: Connection, visitor: str, found: Sequence[Entry], now: float) -> None:
    """Note that this visitor waits for these runs of others too, so that they are trained when its turn comes at the latest."""
    ids = {entry.id for entry in found if entry.visitor != visitor}
    known = select(others.c.run).where(others.c.visitor == visitor, others.c.run.in_(ids))
    new = sorted(ids - set(connection.scalars(known))) if ids else []
    if new:
        connection.execute(insert(others), [{"run": number, "visitor": visitor, "since": now} for number in new])


def _records(connection: Connection, entry: Entry, start: int) -> tuple[list[Record], bool]:
    """Everything in the chunks of a run's present attempt from number `start` on, up to damage; and whether there is any."""
    where = and_(chunks.c.run == entry.id, chunks.c.attempt == entry.attempt, chunks.c.number >= start)
    found: list[Record] = []
    try:
        for text in connection.scalars(select(chunks.c.records).where(where).order_by(chunks.c.number)):
            found += read_records(text)
    except (ValueError, exc.OperationalError) as error:
        if isinstance(error, exc.OperationalError) and "decode" not in str(error.orig).lower():
            raise  # the database is away; text that is none is damage
        return found, True
    return found, False
