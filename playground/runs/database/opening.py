"""How the database is opened, and one clear sentence where it cannot be used.

SQLite in a file by default, where readers and one writer work side by side (write-ahead log); any other database that
SQLAlchemy reaches works by its address.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.runs.database import schema
from playground.runs.database.tables import REVISION

LEAST = 128 * 1024
"""Bytes without which no SQLite database can be opened for writing."""
PATIENCE = 10.0
"""Seconds for which a write waits for another process's write."""


def open_engine(text: str) -> tuple[Engine, str]:
    """An engine for the database at an address, its tables made or brought up to date, and why it can only be read.

    The reason is "" where it can be written too. A SQLite file on a full disk or of somebody else's is opened for reading
    if its tables are those of this program. Raises Invalid if the database cannot be opened.
    """
    url = read_url(text)
    with told(url):
        path = file_of(url)
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            return _open(url), ""
        except exc.OperationalError as error:
            if path is None or not path.is_file():
                raise
            for mode in ("mode=ro", "immutable=1"):
                with suppress(exc.OperationalError):
                    return _open_to_read(path, mode), _reason(path, error)
            raise


def _reason(path: Path, error: exc.OperationalError) -> str:
    """Why a file can only be read. SQLite says no more than "disk I/O error" where its small files do not fit on the disk."""
    if shutil.disk_usage(path.parent).free < LEAST:
        return _("the disk is full")
    return short(error.orig)


def read_url(text: str) -> URL:
    """An address, checked."""
    try:
        url = make_url(text)
    except (exc.ArgumentError, ValueError):
        # Not quoted: what looks like no URL may still hold a password.
        raise Invalid([Problem("database", _("should be an address such as sqlite:///data/playground.db"), "…")]) from None
    if url.get_backend_name() == "sqlite" and (url.database or ":memory:") == ":memory:":
        should = _("should be a file or a server, which the page and the workers both reach")
        raise Invalid([Problem("database", should, text)])
    return url


def file_of(url: URL) -> Path | None:
    """The file of a SQLite database; None for a server."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database.removeprefix("file:"))


@contextmanager
def told(url: URL) -> Iterator[None]:
    """Turns what a database or its folder complains about into Invalid, one sentence that names the database."""
    try:
        yield
    except (exc.IntegrityError, exc.ProgrammingError):
        raise  # a mistake in this program, not in the database
    except (exc.DBAPIError, exc.ArgumentError, exc.TimeoutError, OSError, ImportError) as error:
        raise Invalid([problem(url, short(getattr(error, "orig", None) or error))]) from error


def problem(url: URL, reason: str) -> Problem:
    """What is said where a database cannot be used for this reason."""
    if "disk is full" in reason or "No space left" in reason or reason == _("the disk is full"):
        should = _("should have room on its disk: delete runs or free space ({reason})")
    elif "readonly" in reason or "read-only" in reason.lower():
        should = _("should be a database that can be written and not only be read ({reason})")
    else:
        should = _("should be a database that can be read and written ({reason})")
    return Problem("database", should.format(reason=reason), url.render_as_string(hide_password=True))


def short(reason: object) -> str:
    """The first line of what a database says."""
    return str(reason).strip().partition("\n")[0].rstrip(".")


def _open(url: URL) -> Engine:
    """With tables made or brought up to date."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    try:
        schema.make_ready(engine, file_of(url))
    except BaseException:
        engine.dispose()
        raise
    return engine


def _open_to_read(path: Path, mode: str) -> Engine:
    """As it is; mode: "immutable=1" where not even the small files can be made that readers and writers share."""
    engine = create_engine(f"sqlite:///file:{quote(str(path.absolute()))}?{mode}&uri=true")
    prepare_sqlite(engine)
    try:
        with engine.connect() as connection, connection.begin():
            current = schema.revision_of(connection) == REVISION
    except BaseException:
        engine.dispose()
        raise
    if not current:
        engine.dispose()
        raise Invalid([problem(engine.url, _("its tables are those of an older version, and cannot be changed"))])
    return engine


def prepare_sqlite(engine: Engine) -> None:
    """Write-ahead log, patience, and transactions that begin where this program says so.

    A transaction that will write takes the write lock at its start. If it read first and wrote later, SQLite would have
    to refuse it whenever another process wrote in between, however long it may wait.
    """

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
        with suppress(connection.OperationalError):  # where it may only be read it stays as it is
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")
