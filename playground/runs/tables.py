"""The database: its tables, how it is opened, and one clear sentence where it cannot be used.

SQLite in a file by default, where readers and one writer work side by side (write-ahead log); any other database that
SQLAlchemy reaches works by its URL. Times are in seconds since 1970, UTC.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    exc,
    insert,
    make_url,
    select,
    update,
)

from playground.errors import Invalid, Problem
from playground.words import _

SCHEMA = 1
"""Version of the tables below; a later one says here how to come from the one before."""

DEFAULT = Path("data", "playground.db")
VARIABLE = "PLAYGROUND_DATABASE"
PATIENCE = 10.0
"""Seconds for which a write waits for another process's write."""

metadata = MetaData()

schema = Table("schema", metadata, Column("version", Integer, primary_key=True))

experiments = Table(
    "experiments",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("text", Text, nullable=False),  # Experiment.canonical()
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, index=True),  # Run.key: equal where the same thing is trained
    Column("code", String(32), nullable=False),  # fingerprint of the code that trains it
    Column("experiment", String(32), ForeignKey("experiments.key"), nullable=False),
    Column("seed", Integer, nullable=False),
    Column("shape", String(32), nullable=False),  # equal where runs fit into one fleet
    Column("submission", String(32), nullable=False, index=True),
    Column("visitor", String(64), nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("message", Text, nullable=False, default=""),
    Column("attempt", Integer, nullable=False, default=1),
    Column("step", Integer, nullable=False, default=0),  # steps taken
    Column("chunks", Integer, nullable=False, default=0),  # chunks written in this attempt
    Column("worker", String(64), nullable=False, default=""),
    Column("created", Float, nullable=False),
    Column("started", Float),
    Column("ended", Float),
    Column("heartbeat", Float),
    Column("watched", Float, nullable=False),
    # What the visitor asks for while it trains.
    Column("wish", String(8), nullable=False, default="run"),  # "run", "pause" or "stop"
    Column("singles", Integer, nullable=False, default=0),  # single steps asked for since this attempt began
    Column("pace", Float, nullable=False, default=0.0),  # steps a second; 0 is full speed
    Column("rate", Float),  # learning rate turned in flight
    Column("weights", Text),  # static weights turned in flight: a JSON list
    Column("touched", Boolean, nullable=False, default=False),  # rate or weights were turned in flight
    Index("runs_by_status", "status", "created", "id"),
    sqlite_autoincrement=True,  # the number of a deleted run is never given again
)

chunks = Table(
    "chunks",
    metadata,
    Column("run", Integer, ForeignKey("runs.id"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),  # 0, 1, 2, … in each attempt
    Column("records", Text, nullable=False),  # a JSON list
)


def default_url() -> str:
    """The URL in the environment variable PLAYGROUND_DATABASE, or that of a file below the working directory."""
    return os.environ.get(VARIABLE) or f"sqlite:///{DEFAULT.absolute()}"


def open_engine(text: str) -> Engine:
    """An engine for the database at a URL, with its tables made; raises Invalid if it cannot be opened."""
    url = _read_url(text)
    with told(url):
        if url.database and url.get_backend_name() == "sqlite":
            Path(url.database.removeprefix("file:")).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine)
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            _make_tables(connection)
    return engine


@contextmanager
def told(url: URL) -> Iterator[None]:
    """Turns what a database or its folder complains about into Invalid, one sentence that names the database."""
    try:
        yield
    except (exc.IntegrityError, exc.ProgrammingError):
        raise  # a mistake in this program, not in the database
    except (exc.DBAPIError, exc.ArgumentError, exc.TimeoutError, OSError, ImportError) as error:
        reason = getattr(error, "orig", None) or error
        where = url.render_as_string(hide_password=True)
        should = _("should be a database that can be read and written ({reason})").format(reason=_short(reason))
        raise Invalid([Problem("database", should, where)]) from error


def _short(reason: object) -> str:
    return str(reason).strip().partition("\n")[0].rstrip(".")


def _read_url(text: str) -> URL:
    try:
        url = make_url(text)
    except (exc.ArgumentError, ValueError):
        # Not quoted: what looks like no URL may still hold a password.
        raise Invalid([Problem("database", _("should be an address such as sqlite:///data/playground.db"), "…")]) from None
    if url.get_backend_name() == "sqlite" and (url.database or ":memory:") == ":memory:":
        should = _("should be a file or a server, which the page and the workers both reach")
        raise Invalid([Problem("database", should, text)])
    return url


def _prepare_sqlite(engine: Engine) -> None:
    """Write-ahead log, patience, and transactions that begin where this program says so.

    A transaction that will write takes the write lock at its start. If it read first and wrote later, SQLite would have
    to refuse it whenever another process wrote in between, however long it may wait.
    """

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def _make_tables(connection: Connection) -> None:
    """Makes what is missing; raises Invalid for tables of a version that this program does not know."""
    metadata.create_all(connection)
    version = connection.scalar(select(schema.c.version))
    if version is None:
        connection.execute(insert(schema).values(version=SCHEMA))
    elif version != SCHEMA:
        should = _("should have tables of version {version}").format(version=SCHEMA)
        raise Invalid([Problem("database", should, version)])
    # A database that may only be read is found out here, and not in the middle of somebody's work.
    connection.execute(update(schema).values(version=SCHEMA))
