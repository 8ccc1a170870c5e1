"""The connection to the database: transactions to read and to write, and what to do where it can only be read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from playground.basics.errors import Invalid
from playground.basics.settings import database_url
from playground.runs.database import spare
from playground.runs.database.limits import Limits
from playground.runs.database.opening import file_of, open_engine, problem, read_url, told

AGAIN = 5.0
"""Seconds between two tries to open a database for writing that could only be read."""


class Database:
    """One database. Safe to share between threads.

    Every operation raises Invalid, with one sentence, if the database cannot be read or written.
    """

    def __init__(self, url: str | None = None, limits: Limits | None = None):
        self.limits = limits or Limits()
        self._address = url or database_url()
        self._file = file_of(read_url(self._address))
        self._opening = Lock()
        self.engine, self.unwritable = open_engine(self._address)
        self._tried = time.monotonic()

    @property
    def url(self) -> str:
        """Its address, password included: for workers, not for people."""
        return make_url(self._address).render_as_string(hide_password=False)

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout."""
        if self.unwritable and time.monotonic() - self._tried > AGAIN:
            with suppress(Invalid):
                self._open_again()
        with told(make_url(self._address)), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that nobody else's write falls into."""
        if self.unwritable:
            self._open_again()
        with (
            told(make_url(self._address)),
            self.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def keep_spare(self) -> None:
        """Keep room to delete runs even when the disk is full."""
        if self._file is not None:
            spare.keep(self._file)

    def _release_spare(self) -> bool:
        return self._file is not None and spare.release(self._file)

    def _empty_log(self) -> None:
        """Move what was written to where it belongs, so that the write-ahead log of SQLite begins anew in the same room."""
        with told(make_url(self._address)), self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(RESTART)")

    def _open_again(self) -> None:
        """Open it for writing, if that goes by now; raises Invalid if it does not."""
        with self._opening:
            if not self.unwritable:
                return
            self._tried = time.monotonic()
            engine, self.unwritable = open_engine(self._address)
            before, self.engine = self.engine, engine
            before.dispose()
            if self.unwritable:
                raise Invalid([problem(make_url(self._address), self.unwritable)])
