"""What visitors ask of runs in flight: pause, one step, a pace, stop, another rate, other weights."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, update

from playground import catalog
from playground.basics.errors import Invalid, Problem
from playground.basics.knobs import Knob, knobs_of
from playground.basics.logs import tell
from playground.basics.words import _
from playground.experiment import Experiment
from playground.runs.database.connection import Database
from playground.runs.database.tables import runs
from playground.runs.store.entries import ACTIVE, STOPPED, Entry, entries_of
from playground.runs.store.states import prune, saved_of

log = logging.getLogger("playground.runs")

PACE = Knob(0.0, low=0.0, high=1000.0)


class Control(Database):
    """Each takes run numbers or the name of a submission, reaches the visitor's own runs that are not over, returns their
    numbers, and raises Invalid if such runs are there but none of them is the visitor's.
    """

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
            before = saved_of(connection, waiting)
            over = {"status": "stopped", "message": STOPPED, "ended": time.time(), "saved": "", "kept": 0}
            ended = connection.scalars(update(runs).where(waiting).values(over).returning(runs.c.id)).all()
            prune(connection, before)
        for number in ended:
            tell(log, "ended", run=number, status="stopped")
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
            found = entries_of(connection, and_(chosen, runs.c.status.in_(ACTIVE)))
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
