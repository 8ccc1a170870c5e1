"""From whatever tables lie in a database to those that this program wants.

Migrations are Alembic's; it is loaded only where there is something to do. Tables from before there were migrations tell a
bare number, and a number can be wrong: so their columns are compared, and tables of any other shape are refused in a
sentence instead of failing at every read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, inspect, select, text

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.runs.database.tables import REVISION, VERSION, alembic_version, metadata, schema

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 724_160_991
"""Number of the lock under which processes that open one PostgreSQL database take turns."""

Shape = Mapping[str, frozenset[str]]

FIRST, SHARED, RACED, NAMED, COURSE = "v1_first", "v2_shares", "v3_races", "v4_names", "v5_course"
_RUNS = (
    "id key code experiment seed shape submission visitor status message attempt step chunks worker created started ended "
    "heartbeat watched wish singles pace rate weights touched"
)
_FIRST: Shape = {
    "experiments": frozenset({"key", "text"}),
    "runs": frozenset(_RUNS.split()),
    "chunks": frozenset({"run", "attempt", "number", "records"}),
}
_SHARED: Shape = {**_FIRST, "runs": _FIRST["runs"] | {"share"}, "wanted": frozenset({"run", "visitor", "since"})}
_RACED: Shape = {**_SHARED, "races": frozenset({"key", "code", "text", "visitor", "created", "wish", "result", "ended"})}
_NAMED: Shape = {**_RACED, "names": frozenset({"experiment", "visitor", "name"})}
_COURSE: Shape = {
    **_NAMED,
    "classes": frozenset({"code", "opened"}),
    "guesses": frozenset({"code", "question", "who", "answer"}),
}
SHAPES: dict[str, Shape] = {
    FIRST: _FIRST,
    SHARED: _SHARED,
    RACED: _RACED,
    NAMED: _NAMED,
    COURSE: _COURSE,
    REVISION: {
        table.name: frozenset(table.c.keys()) for table in metadata.sorted_tables if table not in (schema, alembic_version)
    },
}
"""The columns of each table in every shape that this program knows, by the name of its migration."""


def make_ready(engine: Engine, file: Path | None = None) -> None:
    """Make the tables, or bring them up to date, or find them so and write nothing.

    file: of a SQLite database; it is copied beside itself before anything in it is changed. Raises Invalid for tables that
    this program does not know.
    """
    # Nobody waits here, so somebody else's migration may come between two looks; what is wrong is told below, in turn.
    with suppress(Invalid), engine.connect() as connection, connection.begin():
        if revision_of(connection) == REVISION:
            return
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        # Asked once more: somebody else may have been at it.
        revision = revision_of(connection)
        if revision is None:
            metadata.create_all(connection)
            connection.execute(insert(schema).values(version=VERSION))
            connection.execute(insert(alembic_version).values(version_num=REVISION))
        elif revision != REVISION:
            if file is not None:
                _copy(file, file.with_name(f"{file.name}.{revision}"))
            upgrade(connection, revision)


def revision_of(connection: Connection) -> str | None:
    """The name of the shape of the tables; None where there are none. Raises Invalid for a shape that is not known."""
    present = set(inspect(connection).get_table_names())
    if not present & set(metadata.tables):
        return None
    if alembic_version.name in present:
        revision = connection.scalar(select(alembic_version.c.version_num))
        found: object = revision
    else:
        found = connection.scalar(select(schema.c.version)) if schema.name in present else "?"
        revision = FIRST if found == 1 else None
    if revision not in SHAPES:
        should = _("should have tables of version {version} or an earlier one").format(version=VERSION)
        raise Invalid([Problem("database", should, found)])
    _compare(connection, SHAPES[revision], present)
    return str(revision)


def _compare(connection: Connection, shape: Shape, present: set[str]) -> None:
    """Raises Invalid where a table is not there, or has other columns than it should."""
    for table, columns in shape.items():
        names = {column["name"] for column in inspect(connection).get_columns(table)} if table in present else set()
        differing = sorted(columns ^ names)
        if differing:
            should = _("should have the columns {columns} in its table {table}; make a copy and begin a new one")
            should = should.format(columns=", ".join(sorted(columns)), table=table)
            raise Invalid([Problem("database", should, ", ".join(sorted(names)) or _("no such table"))])


def upgrade(connection: Connection, revision: str | None, to: str = "head") -> None:
    """Bring tables of this revision (None for no tables) up to another one, within the transaction of the connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    if revision is not None and alembic_version.name not in inspect(connection).get_table_names():
        command.stamp(config, revision)
    command.upgrade(config, to)


def _copy(file: Path, copy: Path) -> None:
    """A copy of a SQLite database, whole or not at all; readers may read it meanwhile."""
    part = copy.with_name(f"{copy.name}.part")
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
        part.replace(copy)
    except (sqlite3.Error, OSError) as error:
        raise OSError(_("no copy could be made before its tables are changed: {error}").format(error=error)) from error
    finally:
        with suppress(OSError):
            part.unlink()
