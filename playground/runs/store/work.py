"""What workers do with runs: take them as the rules of `playground.runs.store.fairness` say, write what is recorded, end
them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Connection, and_, case, delete, func, insert, literal, or_, select, union_all, update

from playground.basics.logs import tell
from playground.runs.database.tables import chunks, runs, wanted
from playground.runs.store.entries import HELD, LOST, UNWATCHED, Entry, entries_of, held_by
from playground.runs.store.fairness import Fleet, Held, Queue, Waiting
from playground.runs.store.serial import write_records
from playground.runs.store.states import State, States, forget, go_back, keep, lose_held, prune, saved_of
from playground.training.observing.events import Record

log = logging.getLogger("playground.runs")

QUEUED = runs.c.status == "queued"

Choose = Callable[[Queue], Fleet | None]


class Work(States):
    """The side of the store that workers see, and the queue that pages see."""

    def queue(self) -> Queue:
        """What waits and what workers have, by visitor."""
        with self._reading() as connection:
            return self._queue(connection)

    def _queue(self, connection: Connection) -> Queue:
        waiting = _waiting(connection)
        return Queue(waiting, _held(connection), _served(connection, waiting), self.limits.fleet)

    def position(self, ids: Iterable[int]) -> int | None:
        """The place in the queue of the first of these runs that waits: 1 is next. None when none of them waits.

        It counts fleets, since their runs are claimed together, in the order in which workers claim them as things stand.
        """
        return self.queue().place(list(ids))

    def claim(self, worker: str, choose: Choose | None = None) -> list[Entry]:
        """Take the fleet that is chosen from the queue; [] for none. No two workers ever get the same run.

        choose: the fleet to take, if any; the first one in the order of the queue where it is left out.
        """
        choose = choose or _first
        # Asked first without the lock for writing, since workers ask all the time.
        if choose(self.queue()) is None:
            return []
        with self._writing() as connection:
            chosen = choose(self._queue(connection))
            if chosen is None:
                return []
            ids, now = chosen.runs, time.time()
            values = {"status": "running", "worker": worker, "share": chosen.visitor, "started": now, "heartbeat": now}
            go_back(connection, and_(runs.c.id.in_(ids), QUEUED, runs.c.started.is_not(None)), {})
            # "queued" is asked once more for databases that let two such transactions run side by side.
            connection.execute(update(runs).where(runs.c.id.in_(ids), QUEUED).values(values))
            connection.execute(delete(wanted).where(wanted.c.run.in_(ids)))
            mine = and_(runs.c.id.in_(ids), runs.c.worker == worker, runs.c.status == "running")
            taken = entries_of(connection, mine)
        for entry in taken:
            first = entry.attempt == 1
            what = {"waited": f"{max(0.0, now - entry.created):.3f}"} if first else {"step": str(entry.before)}
            about = {"run": str(entry.id), "worker": worker, "attempt": str(entry.attempt), **what}
            tell(log, "claimed" if first else "taken_up", logging.INFO, **about)
        return taken

    def orders(self, worker: str) -> dict[int, Entry]:
        """The runs that a worker still has, by number, with what their visitors ask for."""
        with self._reading() as connection:
            return {entry.id: entry for entry in entries_of(connection, held_by(worker))}

    def append(self, worker: str, records: Mapping[int, Sequence[Record]], step: int, state: State | None = None) -> None:
        """Write one chunk for each run that has records and that the worker still has; `step` steps were taken.

        state: the fleet as it stands now, which all of these runs belong to.
        """
        texts = {number: write_records(values) for number, values in records.items()}
        now = time.time()
        with self._writing() as connection:
            held = and_(runs.c.id.in_(list(texts)), held_by(worker))
            rows = connection.execute(select(runs.c.id, runs.c.attempt, runs.c.chunks).where(held)).all()
            new = [
                {"run": row.id, "attempt": row.attempt, "number": row.chunks, "records": texts[row.id]}
                for row in rows
                if records[row.id]
            ]
            if new:
                connection.execute(insert(chunks), new)
                written = runs.c.id.in_([row["run"] for row in new])
                connection.execute(update(runs).where(written).values(chunks=runs.c.chunks + 1))
            connection.execute(update(runs).where(held).values(step=step, heartbeat=now))
            if state is not None:
                keep(connection, worker, [row.id for row in rows], state)

    def show(self, worker: str, ids: Iterable[int], status: str) -> None:
        """Runs of this worker are now "running" or "paused"."""
        with self._writing() as connection:
            connection.execute(update(runs).where(runs.c.id.in_(list(ids)), held_by(worker)).values(status=status))

    def beat(self, worker: str) -> None:
        """This worker lives."""
        with self._writing() as connection:
            connection.execute(update(runs).where(held_by(worker)).values(heartbeat=time.time()))

    def finish(self, worker: str, ids: Iterable[int], status: str, message: str = "") -> None:
        """Runs of this worker are over; one that was taken from it meanwhile stays as it is."""
        over = and_(runs.c.id.in_(list(ids)), held_by(worker))
        values = {"status": status, "message": message, "ended": time.time(), "saved": "", "kept": 0}
        with self._writing() as connection:
            before = saved_of(connection, over)
            ended = connection.execute(update(runs).where(over).values(values).returning(runs.c.id, runs.c.step)).all()
            prune(connection, before)
        for number, step in ended:
            if status == "failed":
                tell(log, "failed", logging.WARNING, run=number, worker=worker, step=step, message=message)
            else:
                tell(log, "ended", run=number, worker=worker, step=step, status=status)

    def lose(self, worker: str) -> None:
        """This worker has ended: what it had waits again, to go on from what was saved, or is lost after several tries."""
        with self._writing() as connection:
            events = lose_held(connection, runs.c.worker == worker, self.limits.tries)
        _tell(events)

    def reap(self) -> None:
        """Take runs from workers that give no sign, and stop those that wait though nobody watches them.

        One that had begun counts as lost then, so that it goes on where it stood once somebody comes back to it.
        """
        now = time.time()
        silent = and_(runs.c.status.in_(HELD), runs.c.heartbeat < now - self.limits.lost)
        unwatched = and_(runs.c.status == "queued", runs.c.watched < now - self.limits.unwatched)
        with self._reading() as connection:
            due = connection.scalar(select(runs.c.id).where(or_(silent, unwatched)).limit(1))
        if due is not None:
            with self._writing() as connection:
                events = lose_held(connection, silent, self.limits.tries)
                begun = and_(unwatched, runs.c.started.is_not(None))
                gone = update(runs).where(begun).values(status="lost", message=LOST, ended=now)
                left = update(runs).where(unwatched).values(status="stopped", message=UNWATCHED, ended=now)
                for event, change in (("lost", gone), ("unwatched", left)):
                    events += [(event, number) for number in connection.scalars(change.returning(runs.c.id))]
                forget(connection, self.limits.forget)
            _tell(events)


# --- the queue -------------------------------------------------------------------------------------------------------


def _tell(events: Iterable[tuple[str, int]]) -> None:
    """A line for each run that its worker or its visitor has left."""
    for event, number in events:
        tell(log, event, logging.INFO if event in ("ended", "unwatched") else logging.WARNING, run=number)


def _first(queue: Queue) -> Fleet | None:
    return next(queue.in_order(), None)


def _waiting(connection: Connection) -> list[Waiting]:
    """What waits, of each visitor in its order. Runs of one submission and shape can be trained together, if they begin, or
    go on from one state.

    Everybody's own runs come before those of others that were asked for in the same breath, as baselines may be.
    """
    which = (runs.c.submission, runs.c.shape, runs.c.saved, runs.c.id)
    own = select(runs.c.visitor, runs.c.created.label("since"), literal(0).label("rank"), *which)
    too = select(wanted.c.visitor, wanted.c.since, literal(1), *which).join(runs)
    groups: dict[tuple[str, ...], list[int]] = {}
    since: dict[tuple[str, ...], float] = {}
    rows = connection.execute(union_all(own.where(QUEUED), too.where(QUEUED)))
    for visitor, asked, _rank, submission, shape, saved, number in sorted(rows, key=lambda row: (row.since, row.rank, row.id)):
        group = (visitor, submission, shape, saved)
        groups.setdefault(group, []).append(number)
        since.setdefault(group, asked)
    return [Waiting(group[0], since[group], tuple(numbers)) for group, numbers in groups.items()]


def _served(connection: Connection, waiting: Sequence[Waiting]) -> dict[str, float]:
    """By visitor that waits when its last fleet that is over ended."""
    visitors = {one.visitor for one in waiting}
    last = select(runs.c.share, func.max(runs.c.ended)).where(runs.c.share.in_(visitors), runs.c.ended.is_not(None))
    return {row[0]: row[1] for row in connection.execute(last.group_by(runs.c.share))} if visitors else {}


def _held(connection: Connection) -> list[Held]:
    """The fleets that workers have. What a worker claimed at one time is one fleet."""
    going = and_(runs.c.status == "running", runs.c.wish == "run", runs.c.pace == 0)
    query = select(runs.c.share, runs.c.worker, func.max(case((going, 1), else_=0)).label("active"))
    rows = connection.execute(query.where(runs.c.status.in_(HELD)).group_by(runs.c.share, runs.c.worker, runs.c.started))
    return [Held(row.share, row.worker, bool(row.active)) for row in rows]
