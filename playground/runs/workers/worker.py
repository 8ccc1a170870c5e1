"""One process that trains: ``python -m playground.runs.workers.worker``.

It takes runs from the store, trains them on one core, writes what is recorded, and follows what visitors ask for. It
ends by itself as soon as its standard input closes, so it never outlives the program that started it.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import os
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from playground.basics import logs
from playground.basics.errors import Invalid, Problem, sentence_of
from playground.basics.priority import give_way
from playground.basics.words import _
from playground.experiment import Experiment, Run
from playground.runs.database.limits import Limits
from playground.runs.store.entries import Entry
from playground.runs.store.fairness import Fleet, Queue, Taking, Turns
from playground.runs.store.states import Members, State
from playground.runs.store.store import Store
from playground.runs.workers.ending import Ending, end_on_signals, end_with_parent
from playground.runs.workers.fleet_job import Job, Train

log = logging.getLogger("playground.worker")


Most = Callable[[Run], int | None]

NICE = 5
"""How much it gives way to pages."""


class Worker:
    """Claims runs and trains them until it is told to end.

    train: makes the training of some runs; `playground.training.loop.Training`, except in tests.
    most: how many runs like one make a fleet here; None where the limits decide.
    """

    def __init__(self, store: Store, name: str, train: Train, limits: Limits, ending: Ending, most: Most = lambda _run: None):
        self.store, self.name, self.train, self.limits, self.ending, self.most = store, name, train, limits, ending, most
        self.jobs: list[Job] = []
        self.holding = False
        self._taking, self._turns = Taking(name, limits), Turns()
        self._spread: dict[str, int] = {}
        self.round = time.monotonic()
        self._left = threading.Event()
        self._look = self._claim = self._flush = self._reap = 0.0
        self._reaped = time.time()

    def run(self) -> None:
        """Work until told to end; what is then unfinished waits again, to go on from where it stood."""
        threading.Thread(target=self._beat, daemon=True).start()
        try:
            while not self.ending.told:
                self.round = now = time.monotonic()
                try:
                    self._keep_books(now)
                except Invalid as invalid:
                    # The database is away or full. What was recorded is kept and written when it is back.
                    log.error("%s", invalid)
                    time.sleep(1.0)
                if not self.ending.told:
                    self._train()
            self._leave()
        finally:
            self._left.set()  # else the heart would go on, and end the process of whoever ran this worker in a thread

    def _keep_books(self, now: float) -> None:
        """Everything between worker and store, each thing when it is due."""
        if self.jobs and now >= self._look:
            orders = self.store.orders(self.name)
            for job in list(self.jobs):
                self._guard(job, partial(job.obey, orders))
            self._look = time.monotonic() + self.limits.control
        if now >= self._flush or any(job.urgent for job in self.jobs):
            for job in self.jobs:
                self._write(job)
            self._flush = time.monotonic() + self.limits.flush
        self.jobs = [job for job in self.jobs if job.live or job.outcomes]
        self.holding = bool(self.jobs)
        if now >= self._claim and self._has_room():
            self._begin()
            # While it works it looks less often, so that looking takes a small part of its time.
            self._claim = time.monotonic() + (2.5 if self.jobs else 1.0) * self.limits.idle
        if now >= self._reap:
            # Where the whole machine was asleep, every heartbeat is old: then all workers may wake up first.
            if time.time() - self._reaped < self.limits.lost:
                self.store.reap()
            self._reap, self._reaped = time.monotonic() + self.limits.lost / 4, time.time()

    def _has_room(self) -> bool:
        """Whether it may hold more fleets; one it may always hold."""
        return not self.jobs or (len(self.jobs) < self.limits.held and resident() < self.limits.memory)

    def _ready(self) -> list[Job]:
        """What may go on now."""
        now = time.monotonic()
        return [job for job in self.jobs if job.live and job.wait(now) <= 0]

    def _train(self) -> None:
        """One turn of one job, or a short sleep."""
        ready = self._ready()
        if not ready:
            now = time.monotonic()
            waits = [job.wait(now) for job in self.jobs if job.live]
            time.sleep(min([self.limits.control if self.jobs else self.limits.idle, *waits]))
            return
        begun = time.monotonic()
        visitor = self._turns.next(list(dict.fromkeys(job.visitor for job in ready)), begun)
        job = min((job for job in ready if job.visitor == visitor), key=lambda job: job.turned)
        self._guard(job, partial(job.work, self.limits.slice))
        now = time.monotonic()
        self._turns.charge(visitor, now - begun, now, self._spread.get(visitor, 1))

    def _guard(self, job: Job, act: Callable[[], None]) -> None:
        """Does something to a job; whatever goes wrong there ends this job only, with one sentence."""
        try:
            act()
        except Exception as error:
            log.exception("runs %s failed", ", ".join(map(str, job.live)))
            if job.state is not None and job.training is None:  # not the training, but what it was to go on from
                self._begin_anew(job.live)
                job.live = []
            elif job.mixed:
                self._train_apart(job)
            else:
                job.fail(sentence_of(error))

    def _train_apart(self, job: Job) -> None:
        """Train what is left of a job by method, from the start: a method that breaks then takes no other along."""
        try:
            self.store.start_over(self.name, job.live)
            self.jobs += job.apart(self.store.orders(self.name))
        except Invalid as invalid:
            job.fail(sentence_of(invalid))

    # --- store -----------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Claim a fleet if one is due here; it is set up in its first turn."""
        idle = not self._ready()
        # Before the claim: the thread that tells that this worker lives must not miss what it gets.
        self.holding = True
        entries = self.store.claim(self.name, lambda queue: self._choose(queue, idle))
        good: list[tuple[Entry, Run]] = []
        for entry in entries:
            try:
                run = _checked(entry, good[0][1] if good else None)
            except Exception as error:
                self.store.finish(self.name, [entry.id], "failed", sentence_of(error))
            else:
                good.append((entry, run))
        if good:
            self._add(good)
        self.holding = bool(self.jobs)

    def _add(self, claimed: Sequence[tuple[Entry, Run]]) -> None:
        """A job for what was claimed, at its beginning or where it was saved."""
        entries, runs = [entry for entry, _run in claimed], [run for _entry, run in claimed]
        ids = [entry.id for entry in entries]
        for job in self.jobs:
            job.drop(ids)  # it had them before, was thought to be dead, and is given them anew
        state, members = None, None
        if entries[0].saved:
            try:
                state, members = self._taken_up(entries, runs)
            except Invalid as invalid:
                log.error("runs %s begin anew: %s", ids, invalid)
                self._begin_anew(ids)
                return
        elif (most := self.most(runs[0])) is not None and most < len(runs):
            self.store.give_back(self.name, ids[most:])
            entries, runs = entries[:most], runs[:most]
        self.jobs.append(Job(entries, runs, self.train, self.limits, state, members))

    def _taken_up(self, entries: Sequence[Entry], runs: Sequence[Run]) -> tuple[State, Members]:
        """The state that a fleet goes on from, and whose it is; raises Invalid where it is of no use."""
        state = self.store.state(entries[0].saved)
        if state is None:
            raise Invalid([Problem("saved state", _("should be there, by this code"), entries[0].saved)])
        members = Members.read(state.about)
        known = dict(zip(members.ids, members.runs, strict=True))
        if any(known.get(entry.id) != run for entry, run in zip(entries, runs, strict=True)):
            raise Invalid([Problem("saved state", _("should be one of the same runs"), entries[0].saved)])
        return state, members

    def _begin_anew(self, ids: Sequence[int]) -> None:
        """Give runs back whose saved state is of no use."""
        try:
            self.store.begin_anew(self.name, ids)
        except Invalid as invalid:  # they are lost then, as nobody tells any more that they are worked on
            log.error("%s", invalid)

    def _choose(self, queue: Queue, idle: bool) -> Fleet | None:
        """The fleet to take; on the way it notes who trains elsewhere too."""
        self._spread = queue.spread()
        return self._taking.choose(queue, time.monotonic(), idle)

    def _write(self, job: Job, last: bool = False) -> None:
        """Write what a job recorded, now and then its state, and which of its runs ended; what could not be written is kept.

        last: this worker ends, so that its state is worth being saved at once.
        """
        job.urgent = False
        begun = time.monotonic()
        tried = job.due(begun) or (last and job.savable)
        state = job.saving() if tried else None
        if any(job.records.values()) or job.step != job.written or state is not None:
            self.store.append(self.name, job.records, job.step, state)
            job.written = job.step
            for records in job.records.values():
                records.clear()
        if tried:  # also where nothing came of it, as one that is too large or cannot be written is no better a moment later
            job.saved_in(time.monotonic() - begun)
        if job.live and job.paused != job.shown:
            self.store.show(self.name, job.live, "paused" if job.paused else "running")
            job.shown = job.paused
        while job.outcomes:
            status, message = job.outcomes[0].status, job.outcomes[0].message
            alike = [one for one in job.outcomes if (one.status, one.message) == (status, message)]
            self.store.finish(self.name, [one.id for one in alike], status, message)
            job.outcomes = [one for one in job.outcomes if one not in alike]
        if not job.live:
            job.close()

    def _beat(self) -> None:
        """In a thread of its own, since making the data of a large fleet may take long: tell that this worker lives."""
        while not self._left.wait(self.limits.beat):
            if time.monotonic() - self.round > self.limits.stuck:
                log.error("this worker has not come back from a step for %.0f seconds, and ends", self.limits.stuck)
                os._exit(70)
            if self.holding:
                try:
                    self.store.beat(self.name)
                except Invalid as invalid:
                    log.error("%s", invalid)

    def _leave(self) -> None:
        """Write what is recorded and say goodbye."""
        try:
            for job in self.jobs:
                self._write(job, last=True)
            self.store.lose(self.name)
        except Invalid as invalid:
            log.error("%s", invalid)


def resident() -> float:
    """Megabytes of memory that this process fills; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _checked(entry: Entry, like: Run | None) -> Run:
    """The run of an entry, checked anew: what lies in a database is not to be trusted.

    Raises Invalid if the experiment is a bad one, or does not fit into a fleet with the run `like`.
    """
    run = entry.run
    if like is not None and run.experiment.shape() != like.experiment.shape():
        raise Invalid([Problem("experiment", _("should have the shape of the other runs of its fleet"), entry.id)])
    return run


# --- the process -----------------------------------------------------------------------------------------------------


def warm_up(train: Train, ending: Ending) -> None:
    """Train for a moment, so that nobody's first run waits for libraries that are loaded when first used."""
    try:
        for _event in train([Run(Experiment.from_dict({"steps": 10}), 0)]).events():
            if ending.told:
                return
    except Exception:
        log.exception("the first training of this worker failed")


def here(limits: Limits) -> Limits:
    """The limits of a worker of this machine: where fleets train on a card, its memory says how many runs make one."""
    from playground.training.fleet.memory import MOST_ON_A_CARD
    from playground.training.loop import device_here

    return limits if device_here() == "cpu" else dataclasses.replace(limits, fleet=MOST_ON_A_CARD)


def parser() -> argparse.ArgumentParser:
    """The command line: the name of this worker, and one option for each of the limits."""
    result = argparse.ArgumentParser(prog="python -m playground.runs.workers.worker", description=__doc__)
    default = f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    result.add_argument("--name", default=default, help="name of this worker in the store; must be unique")
    for field in dataclasses.fields(Limits):
        kind = type(field.default)
        result.add_argument(f"--{field.name}", type=kind, default=field.default, help=f"see Limits ({field.default})")
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one worker; 0 when it was told to end, 1 if the database cannot be used."""
    options = vars(parser().parse_args(arguments))
    logs.begin()
    ending = Ending()
    end_on_signals(ending)
    end_with_parent(ending)
    give_way(NICE)
    name = options.pop("name")
    limits = Limits(**options)
    try:
        store = Store(limits=limits)
    except Invalid as invalid:
        print(invalid, file=sys.stderr, flush=True)
        return 1
    # Here and not above: whoever only imports this module does not wait for torch.
    import torch

    from playground.training.fitting import most_here
    from playground.training.loop import Training

    torch.set_num_threads(1)  # two processes of two threads each on two cores are far slower
    warm_up(Training, ending)
    store.limits = limits = here(limits)
    Worker(store, name, Training, limits, ending, most_here).run()
    store.close()
    return 0


if __name__ == "__main__":
    # Not sys.exit: with torch loaded the interpreter takes a second to fold itself up, and there is nothing left to do.
    os._exit(main())
