"""What visitors call their experiments: each for themselves, so nobody reads another one's words."""

from __future__ import annotations

from sqlalchemy import and_, delete, insert, select

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.experiment import Experiment
from playground.runs.database.connection import Database
from playground.runs.database.tables import experiments, names
from playground.runs.store.entries import digest

LONGEST = 60
"""Characters of a name."""


class Naming(Database):
    """Names of experiments that are in the store."""

    def name(self, experiment: Experiment, visitor: str, name: str) -> None:
        """Call an experiment so; "" takes its name away. Raises Invalid where it is not stored or the name is too long."""
        key, name = digest(experiment.canonical()), " ".join(name.split())
        if len(name) > LONGEST or not name.isprintable():
            should = _("should be at most {count} letters, digits and signs").format(count=LONGEST)
            raise Invalid([Problem("name", should, name[: 2 * LONGEST])])
        mine = and_(names.c.experiment == key, names.c.visitor == visitor)
        with self._writing() as connection:
            if connection.scalar(select(experiments.c.key).where(experiments.c.key == key)) is None:
                raise Invalid([Problem("run", _("should still be there"), name)])
            connection.execute(delete(names).where(mine))
            if name:
                connection.execute(insert(names).values(experiment=key, visitor=visitor, name=name))

    def names(self, visitor: str) -> dict[str, str]:
        """What a visitor calls experiments, by `key_of`."""
        with self._reading() as connection:
            rows = connection.execute(select(names.c.experiment, names.c.name).where(names.c.visitor == visitor))
            return {str(key): str(name) for key, name in rows}


def key_of(experiment: Experiment) -> str:
    """By what the names of experiments are found."""
    return digest(experiment.canonical())
