"""What a class predicts: answers under a code, without names, bounded, and forgotten after a day."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections import Counter

from sqlalchemy import Connection, delete, func, insert, select, update

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.runs.database.connection import Database
from playground.runs.database.tables import classes, guesses

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of codes; none that is taken for another one on a blackboard."""
LENGTH = 6
CODE = re.compile(f"[{LETTERS}]{{{LENGTH}}}")
MOST_CODES = 300
"""Codes that are open at a time."""
MOST_PEOPLE = 200
"""Answers to one question under one code."""
MOST_QUESTIONS = 100
"""Questions that are answered under one code."""
KEPT = 24 * 3600.0
"""Seconds after which a code and its answers are forgotten."""
LONGEST_QUESTION, LONGEST_ANSWER = 64, 32


class Classroom(Database):
    """Codes of classes, and their answers."""

    def open_class(self) -> str:
        """A new code. Raises Invalid where there are as many as may be."""
        code = "".join(secrets.choice(LETTERS) for _place in range(LENGTH))
        with self._writing() as connection:
            _forget(connection)
            count = connection.scalar(select(func.count()).select_from(classes)) or 0
            if count >= MOST_CODES:
                raise Invalid([Problem("code", _("should be one of at most {most} at a time").format(most=MOST_CODES), count)])
            connection.execute(insert(classes).values(code=code, opened=time.time()))
        return code

    def class_open(self, code: str) -> bool:
        """Whether there is such a code, not yet forgotten."""
        if not CODE.fullmatch(code):
            return False
        with self._reading() as connection:
            return _open(connection, code)

    def guess(self, code: str, question: str, visitor: str, answer: str) -> None:
        """Keep what somebody predicts; another answer takes the place of the first one.

        Raises Invalid for a code that is not open, an answer that is too long, and where a class has answered enough.
        """
        if len(question) > LONGEST_QUESTION or len(answer) > LONGEST_ANSWER:
            raise Invalid([Problem("answer", _("should be at most {most} letters").format(most=LONGEST_ANSWER), answer)])
        who = hashlib.sha256(f"{code}:{visitor}".encode()).hexdigest()[:16]
        here = (guesses.c.code == code) & (guesses.c.question == question)
        with self._writing() as connection:
            _forget(connection)
            if not CODE.fullmatch(code) or not _open(connection, code):
                raise Invalid([Problem("code", _("should be one that a teacher opened today"), code)])
            changed = connection.execute(update(guesses).where(here, guesses.c.who == who).values(answer=answer))
            if changed.rowcount:
                return
            people = connection.scalar(select(func.count()).select_from(guesses).where(here)) or 0
            asked = select(func.count(guesses.c.question.distinct())).where(guesses.c.code == code)
            if people >= MOST_PEOPLE or (not people and (connection.scalar(asked) or 0) >= MOST_QUESTIONS):
                raise Invalid([Problem("code", _("should have room for more answers"), code)])
            connection.execute(insert(guesses).values(code=code, question=question, who=who, answer=answer))

    def guessed(self, code: str, question: str) -> dict[str, int]:
        """How often each answer was given under a code."""
        query = select(guesses.c.answer).where(guesses.c.code == code, guesses.c.question == question)
        with self._reading() as connection:
            if not CODE.fullmatch(code) or not _open(connection, code):
                return {}
            return dict(Counter(connection.scalars(query)))


def _open(connection: Connection, code: str) -> bool:
    opened = connection.scalar(select(classes.c.opened).where(classes.c.code == code))
    return opened is not None and opened > time.time() - KEPT


def _forget(connection: Connection) -> None:
    """Take away what is older than a day."""
    old = select(classes.c.code).where(classes.c.opened <= time.time() - KEPT)
    connection.execute(delete(guesses).where(guesses.c.code.in_(old)))
    connection.execute(delete(classes).where(classes.c.opened <= time.time() - KEPT))
