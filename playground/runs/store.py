"""Where pages and workers meet: a page writes runs to do, a worker claims them and writes what was recorded.

Nothing else passes between them, so a page needs no worker to show a run, a worker needs no page to finish one, and what
was written outlives both.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from playground import catalog
from playground.errors import Invalid, Problem
from playground.experiment import Experiment, Run
from playground.knobs import Knob, knobs_of
from playground.runs.code import fingerprint
from playground.runs.limits import Limits
from playground.runs.tables import chunks, default_url, experiments, open_engine, runs, told
from playground.training.events import Record
from playground.words import N_, _

if TYPE_CHECKING:
    from playground.runs.history import History

HELD = ("running", "paused")
"""A worker has it."""
ACTIVE = ("queued", *HELD)
"""It is not over."""
STATUSES = (*ACTIVE, "finished", "stopped", "failed", "lost")

SEED = Knob(0, low=0, high=2**31 - 1)
PACE = Knob(0.0, low=0.0, high=1000.0)

STOPPED = N_("Stopped by its visitor.")
UNWATCHED = N_("Stopped because nobody watched it any more.")
LOST = N_("The program that trained it ended before it was done.")


@dataclass(frozen=True)
class Entry:
    """One run as the store knows it, without what was recorded of it. Times are in seconds since 1970, UTC.

    id: its number in the store.
    values: its experiment as a nested dict; `run` is the checked value.
    visitor, submission: who asked for it, and with which other runs.
    status: "queued", "running", "paused", "finished", "stopped", "failed" or "lost".
    message: why it ended so, in one sentence; "" where there is nothing to say.
    attempt: 1 for the first training, 2 for one after the first was lost.
    step: steps taken. chunks: chunks written in this attempt.
    wish: what its visitor asked for: "run", "pause" or "stop"; a worker follows within a moment.
    singles: single steps asked for since the attempt began.
    pace: steps a second, 0 for full speed.
    rate, weights: learning rate and static weights turned in flight; None where nobody did.
    touched: whether rate or weights were turned in flight.
    """

    id: int
    key: str
    values: Mapping[str, Any]
    seed: int
    shape: str
    visitor: str
    submission: str
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

    @property
    def run(self) -> Run:
        """The experiment with its seed; raises Invalid if this program does not accept the experiment."""
        return Run(_experiment(json.dumps(self.values)), SEED.read("seed", self.seed))

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

    records: new records, in order.
    cursor: read on from here.
    anew: the run began anew, so what was read of it before is void.
    """

    entry: Entry
    records: list[Record]
    cursor: Cursor
    anew: bool


class Store:
    """The runs of everybody, in one database; see `playground.runs.tables`. Safe to share between threads.

    Every operation raises Invalid, with one sentence, if the database cannot be read or written.
    """

    def __init__(self, url: str | None = None, limits: Limits | None = None):
        self.limits = limits or Limits()
        self.engine = open_engine(url or default_url())

    @property
    def url(self) -> str:
        """Its address, password included: for workers, not for people."""
        return self.engine.url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout."""
        with told(self.engine.url), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that nobody else's write falls into."""
        with (
            told(self.engine.url),
            self.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    # --- what pages do ---------------------------------------------------------------------------------------------

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
        numbers = {key: entry.id for key, entry in found.items()} | new
        self.watch(entry.id for entry in found.values())
        return Submission(submission, tuple(numbers[run.key] for run in wanted), frozenset(new.values()))

    def find(self, wanted: Sequence[Run], visitor: str = "") -> list[Entry | None]:
        """For each run one that is done, or waits or trains untouched; None where there is none."""
        with self._reading() as connection:
            found = _found(connection, wanted, visitor)
        return [found.get(run.key) for run in wanted]

    def read(self, since: Mapping[int, Cursor | None]) -> dict[int, News]:
        """For each run number what is new after its cursor (everything after None); unknown numbers are left out."""
        news = {}
        with self._reading() as connection:
            for entry in _entries(connection, runs.c.id.in_(list(since))):
                before = since[entry.id] or Cursor()
                start = before.chunk if before.attempt == entry.attempt else 0
                records = _records(connection, entry, start) if start < entry.chunks else []
                anew = before.attempt not in (0, entry.attempt)
                news[entry.id] = News(entry, records, Cursor(entry.attempt, entry.chunks), anew)
        return {number: news[number] for number in since if number in news}

    def histories(self, ids: Iterable[int]) -> list[History]:
        """Everything that was recorded of runs, in the order of their numbers given.

        Unknown numbers, and runs whose experiment this program does not accept, are left out.
        """
        # Imported here: histories bring pandas, which a worker need not load.
        from playground.runs.feed import histories_of

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
            return _entries(connection, and_(True, *conditions), newest_first=True, most=most, skip=skip)

    def position(self, ids: Iterable[int]) -> int | None:
        """The place in the queue of the first of these runs that waits: 1 is next. None when none of them waits.

        It counts submissions, since the runs of one submission are claimed together.
        """
        waiting = runs.c.status == "queued"
        with self._reading() as connection:
            first = connection.execute(
                select(runs.c.created, runs.c.id, runs.c.submission)
                .where(waiting, runs.c.id.in_(list(ids)))
                .order_by(runs.c.created, runs.c.id)
                .limit(1)
            ).first()
            if first is None:
                return None
            earlier = or_(runs.c.created < first.created, and_(runs.c.created == first.created, runs.c.id < first.id))
            ahead = select(func.count(runs.c.submission.distinct())).where(
                waiting, earlier, runs.c.submission != first.submission
            )
            return 1 + (connection.scalar(ahead) or 0)

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
        """Forget a run that is over; raises Invalid if it is not, or if it is another visitor's."""
        with self._writing() as connection:
            found = _entries(connection, runs.c.id == number)
            if not found or found[0].visitor != visitor:
                raise Invalid([Problem("run", _("should be one of your own runs"), number)])
            if found[0].active:
                raise Invalid([Problem("run", _("should be over before it is deleted"), found[0].status)])
            connection.execute(delete(chunks).where(chunks.c.run == number))
            connection.execute(delete(runs).where(runs.c.id == number))
            used = select(runs.c.experiment).where(runs.c.experiment == experiments.c.key).exists()
            connection.execute(delete(experiments).where(~used))

    # --- what a visitor asks of runs in flight ---------------------------------------------------------------------
    # Each takes run numbers or the name of a submission, reaches the visitor's own runs that are not over, returns their
    # numbers, and raises Invalid if such runs are there but none of them is the visitor's.

    def pause(self, which: Iterable[int] | str, visitor: str) -> list[int]:
        """Hold still before the next step. Runs that train together pause when all of them are to pause."""
        return self._turn(which, visitor, wish="pause")

    def resume(self, which: Iterable[int] | str, visitor: str) -> list[int]:
        """Go on."""
        return self._turn(which, visitor, wish="run")

    def step(self, which: Iterable[int] | str, visitor: str) -> list[int]:
        """Take one step, then hold still."""
        return self._turn(which, visitor, wish="pause", singles=runs.c.singles + 1)

    def pace(self, which: Iterable[int] | str, visitor: str, steps: float) -> list[int]:
        """Take at most `steps` steps a second; 0 is full speed."""
        return self._turn(which, visitor, pace=PACE.read("pace", steps))

    def stop(self, which: Iterable[int] | str, visitor: str) -> list[int]:
        """End now, and keep what was recorded."""
        reached = self._turn(which, visitor, wish="stop")
        with self._writing() as connection:
            # Those that no worker has yet are over at once.
            waiting = and_(runs.c.id.in_(reached), runs.c.status == "queued")
            connection.execute(update(runs).where(waiting).values(status="stopped", message=STOPPED, ended=time.time()))
        return reached

    def turn_rate(self, which: Iterable[int] | str, visitor: str, rate: float) -> list[int]:
        """Learn at another rate from the next step on; such a run is never found again as the plain one."""
        return self._turn(which, visitor, rate=knobs_of(Experiment)["rate"].read("rate", rate), touched=True)

    def turn_weights(self, which: Iterable[int] | str, visitor: str, weights: Sequence[float]) -> list[int]:
        """Other static weights from the next step on; such a run is never found again as the plain one.

        Raises Invalid if a run that would be reached weighs its tasks by another method or has another number of tasks.
        """
        checked = knobs_of(catalog.methods()["static"])["weights"].read("weights", list(weights))
        which = which if isinstance(which, str) else list(which)
        for entry in self._reached(which, visitor):
            if entry.values["weighting"]["name"] != "static":
                should = _("should only be turned under fixed weights")
                raise Invalid([Problem("weights", should, entry.values["weighting"]["name"])])
            if len(entry.values["tasks"]) != len(checked):
                should = _("should hold one number for each of the {count} tasks").format(count=len(entry.values["tasks"]))
                raise Invalid([Problem("weights", should, len(checked))])
        return self._turn(which, visitor, weights=json.dumps(checked), touched=True)

    def _reached(self, which: Iterable[int] | str, visitor: str) -> list[Entry]:
        chosen = runs.c.submission == which if isinstance(which, str) else runs.c.id.in_(list(which))
        with self._reading() as connection:
            found = _entries(connection, and_(chosen, runs.c.status.in_(ACTIVE)))
        own = [entry for entry in found if entry.visitor == visitor]
        if found and not own:
            raise Invalid([Problem("run", _("should be one of your own runs"), found[0].id)])
        return own

    def _turn(self, which: Iterable[int] | str, visitor: str, **values: Any) -> list[int]:
        ids = [entry.id for entry in self._reached(which, visitor)]
        # A run that is told to stop stays told: a late "resume" must not bring it back.
        going = and_(runs.c.id.in_(ids), runs.c.status.in_(ACTIVE), runs.c.wish != "stop")
        with self._writing() as connection:
            connection.execute(update(runs).where(going).values(watched=time.time(), **values))
        return ids

    # --- what workers do -------------------------------------------------------------------------------------------

    def claim(self, worker: str) -> list[Entry]:
        """Take the run that waits longest, and all of the same submission and shape, up to a full fleet; [] for none.

        No two workers ever get the same run.
        """
        with self._reading() as connection:
            # Asked first without the lock for writing, since idle workers ask all the time.
            if connection.scalar(select(runs.c.id).where(runs.c.status == "queued").limit(1)) is None:
                return []
        queued = runs.c.status == "queued"
        order = (runs.c.created, runs.c.id)
        with self._writing() as connection:
            first = connection.execute(select(runs.c.submission, runs.c.shape).where(queued).order_by(*order).limit(1)).first()
            if first is None:
                return []
            alike = and_(queued, runs.c.submission == first.submission, runs.c.shape == first.shape)
            ids = connection.scalars(select(runs.c.id).where(alike).order_by(*order).limit(self.limits.fleet)).all()
            now = time.time()
            values = {"status": "running", "worker": worker, "started": now, "heartbeat": now}
            # "queued" is asked once more for databases that let two such transactions run side by side.
            connection.execute(update(runs).where(runs.c.id.in_(ids), queued).values(values))
            mine = and_(runs.c.id.in_(ids), runs.c.worker == worker, runs.c.status == "running")
            return _entries(connection, mine)

    def orders(self, worker: str) -> dict[int, Entry]:
        """The runs that a worker still has, by number, with what their visitors ask for."""
        with self._reading() as connection:
            return {entry.id: entry for entry in _entries(connection, _held_by(worker))}

    def append(self, worker: str, records: Mapping[int, Sequence[Record]], step: int) -> None:
        """Write one chunk for each run that has records and that the worker still has; `step` steps were taken."""
        texts = {number: write_records(values) for number, values in records.items()}
        now = time.time()
        with self._writing() as connection:
            held = and_(runs.c.id.in_(list(texts)), _held_by(worker))
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

    def show(self, worker: str, ids: Iterable[int], status: str) -> None:
        """Runs of this worker are now "running" or "paused"."""
        with self._writing() as connection:
            connection.execute(update(runs).where(runs.c.id.in_(list(ids)), _held_by(worker)).values(status=status))

    def beat(self, worker: str) -> None:
        """This worker lives."""
        with self._writing() as connection:
            connection.execute(update(runs).where(_held_by(worker)).values(heartbeat=time.time()))

    def finish(self, worker: str, ids: Iterable[int], status: str, message: str = "") -> None:
        """Runs of this worker are over; one that was taken from it meanwhile stays as it is."""
        over = and_(runs.c.id.in_(list(ids)), _held_by(worker))
        with self._writing() as connection:
            connection.execute(update(runs).where(over).values(status=status, message=message, ended=time.time()))

    def lose(self, worker: str) -> None:
        """This worker has ended: what it had is lost, and may be submitted again."""
        with self._writing() as connection:
            _lose(connection, runs.c.worker == worker)

    def reap(self) -> None:
        """Mark as lost the runs whose worker gives no sign, and stop those that wait though nobody watches them."""
        now = time.time()
        silent = and_(runs.c.status.in_(HELD), runs.c.heartbeat < now - self.limits.lost)
        unwatched = and_(runs.c.status == "queued", runs.c.watched < now - self.limits.unwatched)
        with self._reading() as connection:
            due = connection.scalar(select(runs.c.id).where(or_(silent, unwatched)).limit(1))
        if due is not None:
            with self._writing() as connection:
                _lose(connection, silent)
                connection.execute(update(runs).where(unwatched).values(status="stopped", message=UNWATCHED, ended=now))

    # --- checks ----------------------------------------------------------------------------------------------------

    def _check_room(self, connection: Connection, visitor: str, new: int) -> None:
        if not new:
            return
        mine = and_(runs.c.visitor == visitor, runs.c.status.in_(ACTIVE))
        count = new + (connection.scalar(select(func.count()).where(mine)) or 0)
        if count > self.limits.visitor:
            should = _("should be at most {most} that wait or train for one visitor").format(most=self.limits.visitor)
            raise Invalid([Problem("runs", should, count)])
        waiting = new + (connection.scalar(select(func.count()).where(runs.c.status == "queued")) or 0)
        if waiting > self.limits.queue:
            should = _("should be at most {most} that wait, of all visitors together").format(most=self.limits.queue)
            raise Invalid([Problem("runs", should, waiting)])


# --- rows ------------------------------------------------------------------------------------------------------------


def _held_by(worker: str) -> ColumnElement[bool]:
    return and_(runs.c.status.in_(HELD), runs.c.worker == worker)


def _lose(connection: Connection, which: ColumnElement[bool]) -> None:
    lost = and_(which, runs.c.status.in_(HELD))
    connection.execute(update(runs).where(lost).values(status="lost", message=LOST, ended=time.time()))


COLUMNS = [column for column in runs.c if column.name not in ("experiment", "code")]


def _entries(
    connection: Connection,
    condition: ColumnElement[bool],
    newest_first: bool = False,
    most: int | None = None,
    skip: int = 0,
) -> list[Entry]:
    """The runs that meet a condition, the oldest first unless said otherwise."""
    order = (runs.c.created.desc(), runs.c.id.desc()) if newest_first else (runs.c.created, runs.c.id)
    query = select(*COLUMNS, experiments.c.text).join(experiments).where(condition).order_by(*order).limit(most).offset(skip)
    return [_entry(dict(row)) for row in connection.execute(query).mappings()]


def _entry(row: dict[str, Any]) -> Entry:
    weights = row.pop("weights")
    return Entry(
        values=_values(row.pop("text")),
        weights=None if weights is None else tuple(json.loads(weights)),
        **row,
    )


@lru_cache(maxsize=1000)
def _values(text: str) -> Mapping[str, Any]:
    """The nested dict of an experiment; {} for a text that is none, which its run will then complain about."""
    try:
        values = json.loads(text)
    except json.JSONDecodeError:
        return {"text": text}
    return values if isinstance(values, dict) else {"text": text}


@lru_cache(maxsize=1000)
def _experiment(text: str) -> Experiment:
    return Experiment.from_dict(json.loads(text))


def _found(connection: Connection, wanted: Sequence[Run], visitor: str) -> dict[str, Entry]:
    """By content key the run that stands for it: a finished one before one that waits or trains, then the older one.

    A run that another visitor stopped, holds still or slowed down stands for nobody else.
    """
    plain = and_(runs.c.wish == "run", runs.c.pace == 0)
    usable = or_(
        runs.c.status == "finished",
        and_(runs.c.status.in_(ACTIVE), runs.c.wish != "stop", or_(plain, runs.c.visitor == visitor)),
    )
    same = and_(runs.c.key.in_({run.key for run in wanted}), runs.c.code == fingerprint(), runs.c.touched.is_(False))
    found = _entries(connection, and_(same, usable))
    return {entry.key: entry for entry in sorted(found, key=lambda entry: (entry.status == "finished", -entry.id))}


def _again(connection: Connection, run: Run, row: Mapping[str, Any]) -> int | None:
    """Queues the visitor's own lost run of the same content as its next attempt; None where there is none."""
    lost = and_(
        runs.c.key == run.key,
        runs.c.code == fingerprint(),
        runs.c.visitor == row["visitor"],
        runs.c.status == "lost",
        runs.c.touched.is_(False),
    )
    number = connection.scalar(select(runs.c.id).where(lost).order_by(runs.c.id.desc()).limit(1))
    if number is not None:
        values = dict.fromkeys(("started", "ended", "heartbeat")) | _PLAIN
        query = update(runs).where(runs.c.id == number).values(**values, **row, attempt=runs.c.attempt + 1)
        connection.execute(query)
    return number


_PLAIN: dict[str, Any] = {
    "status": "queued",
    "message": "",
    "worker": "",
    "step": 0,
    "chunks": 0,
    "wish": "run",
    "singles": 0,
    "pace": 0.0,
}


def _queue(connection: Connection, run: Run, row: Mapping[str, Any]) -> int:
    """Writes a new run, and its experiment if nobody did before; its number."""
    text = run.experiment.canonical()
    key = _digest(text)
    if connection.scalar(select(experiments.c.key).where(experiments.c.key == key)) is None:
        connection.execute(insert(experiments).values(key=key, text=text))
    values = {
        "key": run.key,
        "code": fingerprint(),
        "experiment": key,
        "seed": run.seed,
        "shape": _digest(run.experiment.fleet()),
    }
    number = connection.execute(insert(runs).values(**values, **row, **_PLAIN)).inserted_primary_key
    assert number is not None
    return int(number[0])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


# --- records ---------------------------------------------------------------------------------------------------------


def _records(connection: Connection, entry: Entry, start: int) -> list[Record]:
    """Everything in the chunks of a run's present attempt from number `start` on."""
    where = and_(chunks.c.run == entry.id, chunks.c.attempt == entry.attempt, chunks.c.number >= start)
    texts = connection.scalars(select(chunks.c.records).where(where).order_by(chunks.c.number))
    return [record for text in texts for record in read_records(text)]


def write_records(records: Sequence[Record]) -> str:
    """Records as a JSON list. JSON knows no NaN and no infinity: they become null."""
    try:
        return json.dumps(records, allow_nan=False, separators=(",", ":"))
    except ValueError:
        return json.dumps(_finite(records), allow_nan=False, separators=(",", ":"))


def read_records(text: str) -> list[Record]:
    """The records of a JSON list; a null within a list of numbers is NaN again."""
    records: list[Record] = json.loads(text)
    if "[null" in text or ",null" in text:
        return [{name: _numbers(value) for name, value in record.items()} for record in records]
    return records


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inner) for inner in value]
    return value


def _numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [math.nan if inner is None else _numbers(inner) for inner in value]
    return value
