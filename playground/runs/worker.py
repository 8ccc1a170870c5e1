"""One process that trains: ``python -m playground.runs.worker``.

It takes runs from the store, trains them on one core, writes what is recorded, and follows what visitors ask for. It
ends by itself as soon as its standard input closes, so it never outlives the program that started it.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import os
import signal
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial

from playground.errors import Invalid, Problem, quote
from playground.experiment import Experiment, Run
from playground.runs.job import Job, Train
from playground.runs.limits import Limits
from playground.runs.store import Entry, Store
from playground.words import _

log = logging.getLogger("playground.worker")

GRACE = 1.0
"""Seconds that a worker has to put its papers in order when it is told to end."""


class Ending:
    """Whether this process has been told to end. A plain flag, since signal handlers must not wait for locks."""

    told = False


class Worker:
    """Claims runs and trains them until it is told to end.

    train: makes the training of some runs; `playground.training.loop.Training`, except in tests.
    """

    def __init__(self, store: Store, name: str, train: Train, limits: Limits, ending: Ending):
        self.store, self.name, self.train, self.limits, self.ending = store, name, train, limits, ending
        self.jobs: list[Job] = []
        self.holding = False
        self.round = time.monotonic()
        self._look = self._claim = self._flush = self._reap = 0.0
        self._reaped = time.time()

    def run(self) -> None:
        """Work until told to end; what is then unfinished is marked as lost, and may be submitted again."""
        threading.Thread(target=self._beat, daemon=True).start()
        while not self.ending.told:
            self.round = now = time.monotonic()
            try:
                self._keep_books(now)
            except Invalid as invalid:
                # The database is away or full. What was recorded is kept and written when it is back.
                log.error("%s", invalid)
                time.sleep(1.0)
            self._train(now)
        self._leave()

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
        if now >= self._claim and self._has_room(now):
            self._begin()
            self._claim = time.monotonic() + self.limits.idle
        if now >= self._reap:
            # Where the whole machine was asleep, every heartbeat is old: then all workers may wake up first.
            if time.time() - self._reaped < self.limits.lost:
                self.store.reap()
            self._reap, self._reaped = time.monotonic() + self.limits.lost / 4, time.time()

    def _has_room(self, now: float) -> bool:
        """Whether it may take more: when what it has is paused, slow, or so long that short runs must not wait for it."""
        if len(self.jobs) >= self.limits.held:
            return False
        return all(job.wait(now) > 0 or now - job.begun > self.limits.patience for job in self.jobs)

    def _train(self, now: float) -> None:
        """One event of every job that may go on, or a short sleep."""
        ready = [job for job in self.jobs if job.live and job.wait(now) <= 0]
        for job in ready:
            self._guard(job, partial(job.turn, now))
        if not ready:
            waits = [job.wait(now) for job in self.jobs if job.live]
            time.sleep(min([self.limits.control if self.jobs else self.limits.idle, *waits]))

    def _guard(self, job: Job, act: Callable[[], None]) -> None:
        """Does something to a job; whatever goes wrong there ends this job only, with one sentence."""
        try:
            act()
        except Exception as error:
            log.exception("runs %s failed", ", ".join(map(str, job.live)))
            job.fail(_sentence(error))

    # --- store -----------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Claim what waits longest and set up its training."""
        self.holding = True
        entries = self.store.claim(self.name)
        good: list[tuple[Entry, Run]] = []
        for entry in entries:
            try:
                run = _checked(entry, good[0][1] if good else None)
            except Exception as error:
                self.store.finish(self.name, [entry.id], "failed", _sentence(error))
            else:
                good.append((entry, run))
        if good:
            try:
                self.jobs.append(Job([entry for entry, _ in good], [run for _, run in good], self.train, self.limits))
            except Exception as error:
                log.exception("runs %s could not begin", ", ".join(str(entry.id) for entry, _ in good))
                self.store.finish(self.name, [entry.id for entry, _ in good], "failed", _sentence(error))
        self.holding = bool(self.jobs)

    def _write(self, job: Job) -> None:
        """Write what a job recorded and which of its runs ended; what could not be written is kept."""
        job.urgent = False
        if any(job.records.values()) or job.step != job.written:
            self.store.append(self.name, job.records, job.step)
            job.written = job.step
            for records in job.records.values():
                records.clear()
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
        while True:
            time.sleep(self.limits.beat)
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
                self._write(job)
            self.store.lose(self.name)
        except Invalid as invalid:
            log.error("%s", invalid)


def _checked(entry: Entry, like: Run | None) -> Run:
    """The run of an entry, checked anew: what lies in a database is not to be trusted.

    Raises Invalid if the experiment is a bad one, or does not fit into a fleet with the run `like`.
    """
    run = entry.run
    if like is not None and run.experiment.shape() != like.experiment.shape():
        raise Invalid([Problem("experiment", _("should have the shape of the other runs of its fleet"), entry.id)])
    return run


def _sentence(error: Exception) -> str:
    """What went wrong, for people."""
    if isinstance(error, Invalid):
        return str(error)
    return _("The training broke off: {error}.").format(error=quote(f"{type(error).__name__}: {error}"))


# --- the process -----------------------------------------------------------------------------------------------------


def end_with_parent(ending: Ending) -> None:
    """End when standard input closes: at the latest GRACE seconds later, whatever the process does then."""

    def watch() -> None:
        # os.read and not sys.stdin.read: a thread that sleeps in the latter aborts the interpreter at its end.
        try:
            while os.read(0, 1024):
                pass
        except OSError:
            pass
        ending.told = True
        time.sleep(GRACE)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def end_on_signals(ending: Ending) -> None:
    """End on SIGTERM and SIGINT, after the step that is being taken."""

    def end(number: int, frame: object) -> None:
        ending.told = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def warm_up(train: Train, ending: Ending) -> None:
    """Train for a moment, so that nobody's first run waits for libraries that are loaded when first used."""
    try:
        for _event in train([Run(Experiment.from_dict({"steps": 10}), 0)]).events():
            if ending.told:
                return
    except Exception:
        log.exception("the first training of this worker failed")


def parser() -> argparse.ArgumentParser:
    """The command line: the name of this worker, and one option for each of the limits."""
    result = argparse.ArgumentParser(prog="python -m playground.runs.worker", description=__doc__)
    default = f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    result.add_argument("--name", default=default, help="name of this worker in the store; must be unique")
    for field in dataclasses.fields(Limits):
        kind = type(field.default)
        result.add_argument(f"--{field.name}", type=kind, default=field.default, help=f"see Limits ({field.default})")
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one worker; 0 when it was told to end, 1 if the database cannot be used."""
    options = vars(parser().parse_args(arguments))
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s", level=logging.INFO, stream=sys.stderr)
    ending = Ending()
    end_on_signals(ending)
    end_with_parent(ending)
    if hasattr(os, "nice"):
        os.nice(10)  # pages answer first
    name = options.pop("name")
    limits = Limits(**options)
    try:
        store = Store(limits=limits)
    except Invalid as invalid:
        print(invalid, file=sys.stderr, flush=True)
        return 1
    # Here and not above: whoever only imports this module does not wait for torch.
    import torch

    from playground.training.loop import Training

    torch.set_num_threads(1)  # two processes of two threads each on two cores are far slower
    warm_up(Training, ending)
    Worker(store, name, Training, limits, ending).run()
    store.close()
    return 0


if __name__ == "__main__":
    # Not sys.exit: with torch loaded the interpreter takes a second to fold itself up, and there is nothing left to do.
    os._exit(main())
