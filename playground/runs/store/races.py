"""Races in the store: each once, by its content and the code that trains it. What a race is, is none of its business."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update
from sqlalchemy.exc import IntegrityError

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.code_version import code_version
from playground.runs.database.connection import Database
from playground.runs.database.tables import races

WISHES = ("run", "pause", "stop")


@dataclass(frozen=True)
class KeptRace:
    """One race. Times are in seconds since 1970, UTC.

    text: the race as JSON. visitor: who began it. wish: "run", "pause" or "stop". result: what came out as JSON; "" before.
    """

    key: str
    text: str
    visitor: str
    created: float
    wish: str
    result: str
    ended: float | None

    @property
    def active(self) -> bool:
        """Whether its runs are to be trained."""
        return self.wish == "run" and not self.result


class Races(Database):
    """The races of everybody."""

    def begin_race(self, key: str, text: str, visitor: str) -> KeptRace:
        """Ask for a race. One that is there is found again and goes on, whoever began it; one that its visitor stopped or
        holds still goes on for nobody else: they watch it."""
        try:
            with self._writing() as connection:
                found = _race(connection, key)
                if found is None:
                    values = {
                        "key": key,
                        "code": code_version(),
                        "text": text,
                        "visitor": visitor,
                        "created": time.time(),
                    }
                    connection.execute(insert(races).values(**values, wish="run", result=""))
                elif found.visitor == visitor or found.wish == "stop":
                    # What somebody gave up may be taken over.
                    connection.execute(update(races).where(_is(key)).values(wish="run", visitor=visitor))
        except IntegrityError:
            pass  # somebody just asked for the same
        again = self.race(key)
        assert again is not None
        return again

    def race(self, key: str) -> KeptRace | None:
        """The race of this content, if somebody asked for it."""
        with self._reading() as connection:
            return _race(connection, key)

    def races(self, most: int = 100) -> list[KeptRace]:
        """Races of this code, the newest first."""
        query = select(*COLUMNS).where(races.c.code == code_version()).order_by(races.c.created.desc()).limit(most)
        with self._reading() as connection:
            return [KeptRace(**row) for row in connection.execute(query).mappings()]

    def turn_race(self, key: str, visitor: str, wish: str) -> None:
        """Go on, pause or stop; raises Invalid where another visitor began it."""
        with self._writing() as connection:
            found = _race(connection, key)
            if found is None or found.visitor != visitor:
                raise Invalid([Problem("race", _("should be one that you began"), key[:8])])
            connection.execute(update(races).where(_is(key)).values(wish=wish))

    def finish_race(self, key: str, result: str) -> None:
        """Keep what came out."""
        with self._writing() as connection:
            connection.execute(update(races).where(_is(key)).values(result=result, ended=time.time()))


COLUMNS = [column for column in races.c if column.name != "code"]


def _is(key: str) -> ColumnElement[bool]:
    return and_(races.c.key == key, races.c.code == code_version())


def _race(connection: Connection, key: str) -> KeptRace | None:
    row = connection.execute(select(*COLUMNS).where(_is(key))).mappings().one_or_none()
    return None if row is None else KeptRace(**row)
