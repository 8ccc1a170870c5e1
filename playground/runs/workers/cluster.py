"""Fleets on the workers of a Dask scheduler: as many tasks as there is work and room for, each of which takes one fleet.

Who trains what is decided when a task begins, by the store and its rules, as on one machine. So a task holds nothing that
could be lost: one that the scheduler forgets is sent again, one too many finds nothing and ends, and the runs of a worker that
dies wait again as soon as its heartbeat is old, to go on from their saved state.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import Any

from distributed import Client, Future

from playground.basics.errors import Invalid
from playground.runs.store.store import Store
from playground.runs.workers.cluster_task import train_next

log = logging.getLogger("playground.cluster")

ROUND = 0.2
"""Seconds between two looks at what waits."""
CONNECT = 5.0
"""Seconds that a scheduler has to answer."""
LONGEST_PAUSE = 10.0
"""Seconds at most between two tries to reach a scheduler that is away."""
RESOURCES = ("gpu", "cpu")
"""What a worker of the scheduler may offer, the better one first: a task takes one of it. Others go by their threads."""
ANY = ""
MANY = 20
"""Tasks in a row that failed or found nothing, after which new ones are sent more slowly."""


class Cluster:
    """Sends tasks to a scheduler until it is closed; what is in training then goes on.

    store: what tasks are sent for. address: of the scheduler, e.g. tcp://host:8786.
    """

    def __init__(self, store: Store, address: str):
        self.store, self.address = store, address
        self.tasks: dict[Future[Any], str] = {}
        self.workers = 0
        """How many the scheduler had when it was last asked; 0 where it is away."""
        self._client: Client | None = None
        self._closing, self._done = threading.Event(), threading.Event()
        self._pause, self._reaped, self._empty = ROUND, 0.0, 0
        self._thread = threading.Thread(target=self._run, daemon=True, name="cluster")
        self._thread.start()

    def close(self) -> None:
        """Send no more tasks. Those that have not begun are taken back."""
        self._closing.set()
        self._done.set()
        self._thread.join(CONNECT)
        self._disconnect()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._look()
                # Nothing is found again and again where a worker looks into another store than this one.
                self._pause = 1.0 if self._empty > MANY else ROUND
            except Invalid as invalid:
                log.error("%s", invalid)
                self._pause = 1.0
            except Exception as error:  # whatever Dask says when its scheduler is away
                log.warning("the scheduler at %s cannot be used: %s: %s", self.address, type(error).__name__, error)
                self._disconnect()
                self._pause = min(2 * max(self._pause, 0.5), LONGEST_PAUSE)
            self._done.wait(self._pause)
            self._done.clear()

    def _look(self) -> None:
        """Reap who is silent, forget tasks that are over, and send new ones where there is work and room."""
        if time.monotonic() - self._reaped > self.store.limits.lost / 4:
            self.store.reap()
            self._reaped = time.monotonic()
        client = self._connected()
        room = self._room(client)
        for future in [future for future in self.tasks if future.done()]:
            self._settle(future)
        waiting = sum(1 for _fleet in self.store.queue().in_order())
        for kind, free in (room - Counter(self.tasks.values())).items():
            for _place in range(min(free, waiting)):
                waiting -= 1
                resources = {kind: 1} if kind != ANY else None
                future = client.submit(train_next, self.store.limits, pure=False, retries=0, resources=resources)
                future.add_done_callback(lambda _future: self._done.set())
                self.tasks[future] = kind

    def _connected(self) -> Client:
        """A connection that works; raises whatever Dask raises where there is none."""
        if self._client is not None and self._client.status != "running":
            self._disconnect()
        if self._client is None:
            self._client = Client(self.address, timeout=CONNECT, set_as_default=False, name="playground")
            log.info("fleets go to the scheduler at %s", self.address)
        return self._client

    def _disconnect(self) -> None:
        """Forget connection and tasks. Those that train go on; others are sent again."""
        client, self._client = self._client, None
        self.tasks.clear()
        self.workers = 0
        if client is not None:
            with suppress(Exception):
                client.close(timeout=1)

    def _room(self, client: Client) -> Counter[str]:
        """How many tasks there is room for, by what they take of a worker."""
        room: Counter[str] = Counter()
        workers: dict[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
        self.workers = len(workers)
        for worker in workers.values():
            offered = {kind: int(worker["resources"][kind]) for kind in RESOURCES if worker["resources"].get(kind, 0) >= 1}
            room.update(offered or {ANY: worker["nthreads"]})
        return room

    def _settle(self, future: Future[Any]) -> None:
        """A task is over: say so where it failed, and note whether it found anything."""
        del self.tasks[future]
        found = future.status == "finished" and future.result()
        self._empty = 0 if found else self._empty + 1
        if future.status == "error":
            log.error("a task failed: %s", future.exception())
        if self._empty == MANY + 1:
            log.warning("%s tasks in a row found nothing in the database: is it the same on all machines?", self._empty)
