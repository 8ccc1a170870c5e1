"""Numbers about a server as Prometheus reads them. None of them tells of a single visitor.

Those of runs come from the store, so that they hold for everybody who trains with it. Totals begin at 0 with the server: what
happened in the store is added up at each look, since a sum over the store itself would fall when somebody deletes runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from playground.basics.errors import Invalid
from playground.runs.store.store import Store
from playground.runs.store.tally import Progress

EVERY = 1.0
"""Seconds between two looks at the store at least, however often somebody asks."""
OVERLAP = 60.0
"""Seconds that each look goes back beyond the last one, as clocks of several machines differ."""
WAITS = (0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600)
"""Bounds of the histogram of waits, in seconds."""
OVER = ("finished", "stopped", "failed", "lost")


class Meters:
    """The numbers of one server, which a fresh look is taken at when they are asked for.

    store: gives the store, or raises Invalid. workers: how many of them live. watchers: browsers that watch runs.
    """

    def __init__(self, store: Callable[[], Store], workers: Callable[[], int], watchers: Callable[[], int]):
        self.store, self.workers, self.watchers = store, workers, watchers
        self.registry = own = CollectorRegistry()
        ProcessCollector(registry=own)
        self._up = Gauge("playground_store_up", "Whether the store could be read: 1 or 0.", registry=own)
        self._queued = Gauge("playground_runs_queued", "Runs that wait.", registry=own)
        self._oldest = Gauge("playground_oldest_wait_seconds", "How long the run waits that has waited longest.", registry=own)
        fleets = "Fleets that wait, train at full speed, or are held still or slowed down by their visitors."
        self._fleets = Gauge("playground_fleets", fleets, ["state"], registry=own)
        self._wait = Histogram(
            "playground_wait_seconds", "From asking for a run to its first start.", buckets=WAITS, registry=own
        )
        self._begun = Counter("playground_runs_started", "Runs that began, or went on after they were lost.", registry=own)
        self._resumed = Counter("playground_runs_resumed", "Those of them that went on after they were lost.", registry=own)
        self._ended = Counter("playground_runs_ended", "Runs that are over, by how they ended.", ["status"], registry=own)
        for status in OVER:
            self._ended.labels(status)
        self._steps = Counter("playground_steps", "Steps of training, of all runs together.", registry=own)
        self._workers = Gauge("playground_workers", "Workers that live: of this server, or of its scheduler.", registry=own)
        self._watchers = Gauge("playground_watchers", "Browsers that watch runs on this server.", registry=own)
        self._lock, self._text, self._looked = Lock(), b"", float("-inf")
        self._since = self._last = time.time()
        self._known: dict[tuple[int, int], Progress] = {}

    def text(self) -> bytes:
        """All of them in the text format of Prometheus."""
        with self._lock:
            if time.monotonic() - self._looked >= EVERY:
                self._look()
                self._text, self._looked = generate_latest(self.registry), time.monotonic()
            return self._text

    def _look(self) -> None:
        self._watchers.set(self.watchers())
        now = time.time()
        try:
            store = self.store()
            queue, rows = store.queue(), store.progress(self._last - OVERLAP)
            self._workers.set(self.workers())
        except Invalid:
            self._up.set(0)
            return
        self._up.set(1)
        self._queued.set(len({run for one in queue.waiting for run in one.runs}))
        self._oldest.set(max(0.0, now - min((one.since for one in queue.waiting), default=now)))
        training = sum(one.active for one in queue.held)
        for state, count in (
            ("waiting", sum(1 for _fleet in queue.in_order())),
            ("training", training),
            ("held", len(queue.held) - training),
        ):
            self._fleets.labels(state).set(count)
        for row in rows:
            self._count(self._known.get((row.id, row.attempt)), row)
        self._known = {(row.id, row.attempt): row for row in rows}
        self._last = now

    def _count(self, before: Progress | None, row: Progress) -> None:
        """Add what is new of a run since the last look, or since this server began."""
        if row.started is not None and row.started >= self._since and (before is None or before.started is None):
            self._begun.inc()
            if row.attempt > 1:
                self._resumed.inc()
            else:
                self._wait.observe(max(0.0, row.started - row.created))
        if row.ended is not None and row.ended >= self._since and (before is None or before.ended is None):
            self._ended.labels(row.status).inc()
        if before is not None:
            self._steps.inc(max(0, row.step - before.step))
        elif row.started is not None and row.started >= self._since:
            self._steps.inc(max(0, row.step - row.before))
