"""What became of runs lately, for whoever looks after a server: the numbers of everybody together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from playground.runs.database.connection import Database
from playground.runs.database.tables import runs
from playground.runs.store.entries import HELD


@dataclass(frozen=True)
class Progress:
    """How far a run is; see `playground.runs.store.entries.Entry` for the fields. It tells neither whose it is nor what it
    trains."""

    id: int
    attempt: int
    status: str
    step: int
    before: int
    created: float
    started: float | None
    ended: float | None


class Tally(Database):
    """The side of the store that whoever counts sees."""

    def progress(self, since: float) -> list[Progress]:
        """Runs that are in training, wait to go on, or have begun or ended since a time (seconds since 1970)."""
        again = and_(runs.c.status == "queued", runs.c.started.is_not(None))
        lately = or_(runs.c.status.in_(HELD), again, runs.c.started > since, runs.c.ended > since)
        query = select(*(runs.c[name] for name in Progress.__dataclass_fields__)).where(lately)
        with self._reading() as connection:
            return [Progress(*row) for row in connection.execute(query)]
