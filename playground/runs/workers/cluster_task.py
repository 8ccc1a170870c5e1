"""What a worker of a cluster does: it takes one fleet from the store, trains it to its end, and is free again.

The store is reached by the address in the environment of that worker and not by the task, whose arguments everybody can read
on a scheduler's page. So records, heartbeats, wishes and states go the way that they go on one machine, past scheduler and
server, which may both be restarted meanwhile. Nothing of Dask is needed here.
"""

from __future__ import annotations

import uuid
from functools import cache

from playground.basics.errors import Invalid, Problem
from playground.basics.settings import DATABASE
from playground.basics.words import _
from playground.runs.database.limits import Limits
from playground.runs.store.store import Store
from playground.runs.workers.ending import Ending
from playground.runs.workers.worker import Worker, here


class Single(Worker):
    """Takes one fleet if one waits, and ends with it.

    While it trains it takes others beside it by the same rules as on one machine: a newcomer's where no worker is free, and
    whatever comes next while its own holds still.
    """

    took = trained = False

    def _keep_books(self, now: float) -> None:
        super()._keep_books(now)
        if not self.jobs:
            self.ending.told = True

    def _has_room(self) -> bool:
        """Once it has nothing left, what waits is another task's."""
        return super()._has_room() and (bool(self.jobs) or not self.took)

    def _begin(self) -> None:
        self.took = True
        super()._begin()
        self.trained = self.trained or bool(self.jobs)


def train_next(limits: Limits) -> bool:
    """One task; whether there was anything to train.

    Raises Invalid if this machine was not told where the store is, or cannot reach it.
    """
    from playground.training.fitting import most_here
    from playground.training.fleet.threads import use_one_thread
    from playground.training.loop import Training

    use_one_thread()
    limits = here(limits)
    worker = Single(_store(limits), f"task-{uuid.uuid4().hex}", Training, limits, Ending(), most_here)
    worker.run()
    return worker.trained


@cache
def _store(limits: Limits) -> Store:
    """The store of this process, opened once."""
    if not DATABASE.value:
        should = _("should be set to the address of the server's database where a worker of a cluster is started")
        raise Invalid([Problem(DATABASE.name, should, "")])
    return Store(limits=limits)
