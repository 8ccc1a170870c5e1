"""Local workers: one process a core, started with the app, restarted when one dies, gone when the app is gone."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from playground.basics.errors import Invalid, Problem
from playground.basics.knobs import Knob
from playground.basics.settings import CLUSTER, DATABASE, WORKERS, database_url
from playground.basics.words import _
from playground.runs.store.store import Store

if TYPE_CHECKING:
    from playground.runs.workers.cluster import Cluster

log = logging.getLogger("playground.pool")

HOME = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "playground.runs.workers.worker")
ROUND = 0.2
"""Seconds between two looks at the workers."""
PATIENCE = 1.5
"""Seconds that workers have to end before they are killed."""
LONGEST_PAUSE = 30.0
"""Seconds at most before a worker that died again and again is started once more."""


def cores() -> int:
    """Cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def workers_wanted() -> int:
    """The number in the environment variable PLAYGROUND_WORKERS, or one a core; raises Invalid for a bad number."""
    value = WORKERS.value
    return Knob(1, low=1, high=256).read(WORKERS.name, value) if value else cores()


def _cluster(store: Store) -> Cluster:
    """Whoever sends fleets to the scheduler of the environment; raises Invalid where that cannot be."""
    try:
        from playground.runs.workers.cluster import Cluster  # brings Dask, which nobody else needs
    except ImportError as error:
        should = _("should go with what requirements-cluster.txt holds: pip install -r requirements-cluster.txt")
        raise Invalid([Problem(CLUSTER.name, should, error)]) from error
    return Cluster(store, CLUSTER.value)


class _Place:
    """One seat for a worker: the process that sits there now, and when it may be taken again."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.name = ""
        self.begun = self.free_at = 0.0
        self.pause = 0.5


class WorkerPool:
    """Workers for a store. They end within two seconds of this process, however it ends.

    Where PLAYGROUND_CLUSTER names a scheduler its workers train instead, which are not this program's to start or end.

    url: of the database; the default one for None.
    workers: how many here, whatever the environment says; see `workers_wanted` for None.
    command: what runs a worker; the worker's options are appended.
    options: more options for each worker, see `playground.runs.database.limits`.

    Raises Invalid if the database cannot be used.
    """

    def __init__(
        self,
        url: str | None = None,
        workers: int | None = None,
        *,
        command: Sequence[str] = COMMAND,
        options: Sequence[str] = (),
    ):
        self.url = url or database_url()
        self.store = Store(self.url)
        self.store.keep_spare()
        self.command, self.options = tuple(command), tuple(options)
        elsewhere = workers is None and bool(CLUSTER.value)
        self.cluster = _cluster(self.store) if elsewhere else None
        self.places = [_Place() for _ in range(0 if elsewhere else workers_wanted() if workers is None else workers)]
        self._closing = threading.Event()
        for place in self.places:
            self._start(place)
        self._keeper = threading.Thread(target=self._keep, daemon=True, name="workers")
        self._keeper.start()

    @property
    def processes(self) -> list[int]:
        """Process numbers of the workers that live."""
        return [place.process.pid for place in self.places if place.process and place.process.poll() is None]

    @property
    def alive(self) -> int:
        """How many workers live, here or at the scheduler."""
        return len(self.processes) if self.cluster is None else self.cluster.workers

    def close(self) -> None:
        """End all workers and wait for it, two seconds at most."""
        self._closing.set()
        if self.cluster is not None:
            self.cluster.close()
        self._keeper.join(2 * ROUND + 1)
        living = [place.process for place in self.places if place.process]
        for process in living:
            assert process.stdin is not None
            process.stdin.close()  # a worker ends when its standard input does
        deadline = time.monotonic() + PATIENCE
        for process in living:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._lose([place.name for place in self.places])
        self.store.close()

    def _start(self, place: _Place) -> None:
        place.name = uuid.uuid4().hex
        place.begun = time.monotonic()
        paths = os.pathsep.join(filter(None, (str(HOME), os.environ.get("PYTHONPATH"))))
        # The address goes by the environment: it may hold a password, and everybody can read command lines.
        environment = {**os.environ, DATABASE.name: self.url, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
        # A session of its own: Ctrl-C reaches this process alone, which then ends them in order.
        place.process = subprocess.Popen(
            [*self.command, "--name", place.name, *self.options],
            stdin=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )

    def _keep(self) -> None:
        """Restart who died, and mark what they had as lost; runs in a thread of its own."""
        while not self._closing.wait(ROUND):
            for place in self.places:
                if place.process is not None and place.process.poll() is not None:
                    self._replace_dead(place)
                if place.process is None and time.monotonic() >= place.free_at:
                    self._try_to_start(place)

    def _try_to_start(self, place: _Place) -> None:
        try:
            self._start(place)
        except OSError as error:  # no memory or no process left; perhaps later
            log.error("a worker could not be started: %s", error)
            place.free_at = time.monotonic() + LONGEST_PAUSE

    def _replace_dead(self, place: _Place) -> None:
        assert place.process is not None
        assert place.process.stdin is not None
        place.process.stdin.close()
        # One that dies soon after its start would die again: wait longer each time.
        lived = time.monotonic() - place.begun
        place.pause = 0.5 if lived > LONGEST_PAUSE else min(2 * place.pause, LONGEST_PAUSE)
        place.free_at = time.monotonic() + (0.0 if lived > LONGEST_PAUSE else place.pause / 2)
        log.error("a worker ended by itself (%s); another one takes its place", place.process.returncode)
        place.process = None
        self._lose([place.name])

    def _lose(self, names: Sequence[str]) -> None:
        try:
            for name in names:
                self.store.lose(name)
        except Invalid as invalid:
            log.error("%s", invalid)
