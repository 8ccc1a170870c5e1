"""From the tables of yesterday to those of today, with all that lies in them; anything else is refused in a sentence."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, inspect, select, text, update

from playground.basics.errors import Invalid, Problem
from playground.runs.database import schema
from playground.runs.database.opening import prepare_sqlite
from playground.runs.database.tables import REVISION, alembic_version, chunks, experiments, metadata
from playground.runs.database.tables import runs as table
from playground.runs.store.store import Store
from tests.runs.acting import runs_of
from tests.runs.postgres import server

Address = Callable[[], str]


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with server() as address:
        yield address


def emptied(address: str) -> str:
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'runs.db'}"
    return emptied(request.getfixturevalue("postgres"))


@contextmanager
def opened(address: str) -> Iterator[Engine]:
    engine = create_engine(address)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    yield engine
    engine.dispose()


def yesterday(address: str) -> dict[str, list[tuple]]:
    """Tables of the first version with a finished run with records, one that waits and one that trains; and all rows."""
    with opened(address) as engine:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            schema.upgrade(connection, None, schema.FIRST)
            connection.execute(text("DROP TABLE alembic_version"))  # the program of that time knew no migrations
        with engine.begin() as connection:
            for number, run in enumerate(runs_of(3), 1):
                if number == 1:
                    connection.execute(experiments.insert().values(key="e", text=run.experiment.canonical()))
                columns = [name for name in table.c.keys() if name in schema.SHAPES[schema.FIRST]["runs"]]  # noqa: SIM118
                row = dict.fromkeys(columns) | {"id": number, "key": run.key, "code": "c", "experiment": "e", "seed": run.seed}
                row |= {"shape": "s", "submission": "u", "visitor": "ann", "message": "", "attempt": 1, "step": 0, "chunks": 0}
                row |= {"worker": "", "created": float(number), "watched": 1.0, "wish": "run", "singles": 0, "pace": 0.0}
                row |= {"touched": False, "status": ("finished", "queued", "running")[number - 1]}
                row |= {"started": None if number == 2 else 1.0}
                connection.execute(text(f"INSERT INTO runs ({', '.join(row)}) VALUES (:{', :'.join(row)})"), row)
            record = '[{"kind":"learned","step":7,"values":{}}]'
            connection.execute(chunks.insert().values(run=1, attempt=1, number=0, records=record))
            connection.execute(text("UPDATE runs SET chunks = 1 WHERE id = 1"))
            if engine.dialect.name == "postgresql":  # its numbers do not follow those that are given
                connection.execute(text("SELECT setval('runs_id_seq', 3)"))
        return rows(engine)


def rows(engine: Engine) -> dict[str, list[tuple]]:
    """All rows of the first version's columns, by table."""
    with engine.connect() as connection:
        return {
            name: sorted(map(tuple, connection.execute(text(f"SELECT {', '.join(sorted(columns))} FROM {name}"))), key=repr)
            for name, columns in schema.SHAPES[schema.FIRST].items()
        }


def differences(address: str) -> list[object]:
    """What Alembic finds to differ between the tables and those that the program wants."""
    with opened(address) as engine, engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def test_new_tables_are_those_that_all_migrations_make(address: str) -> None:
    with opened(address) as engine:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            schema.upgrade(connection, None)
        with engine.connect() as connection:
            assert schema.revision_of(connection) == REVISION
            assert connection.scalar(text("SELECT version FROM schema")) == schema.VERSION
            by_migrations = {name: inspect(connection).get_indexes(name) for name in metadata.tables}
    assert differences(address) == []
    if address.startswith("postgresql"):
        emptied(address)
    else:
        address += ".new"
    Store(address).close()
    assert differences(address) == []
    with opened(address) as engine, engine.connect() as connection:
        assert {name: inspect(connection).get_indexes(name) for name in metadata.tables} == by_migrations


def test_tables_of_yesterday_come_along_with_all_that_is_in_them(address: str) -> None:
    before = yesterday(address)
    store = Store(address)
    assert differences(address) == []
    assert rows(store.engine) == before
    with store.engine.connect() as connection:
        assert connection.scalar(select(alembic_version.c.version_num)) == REVISION
        assert connection.scalars(select(table.c.share).order_by(table.c.id)).all() == ["ann", "", "ann"]
    assert [entry.status for entry in store.entries()] == ["running", "queued", "finished"]
    assert store.histories([1])[0].step == 7
    assert [entry.id for entry in store.claim("w")] == [2]
    assert store.submit(runs_of(1, first=9), "bob").new == {4}, "numbers go on"
    store.close()
    Store(address).close()


def test_a_copy_is_made_before_a_file_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    before = yesterday(f"sqlite:///{path}")
    Store(f"sqlite:///{path}").close()
    copy = tmp_path / f"runs.db.{schema.FIRST}"
    assert copy.exists()
    with opened(f"sqlite:///{copy}") as engine:
        assert rows(engine) == before
        with engine.connect() as connection:
            assert schema.revision_of(connection) == schema.FIRST
    assert not list(tmp_path.glob("*.part"))


def test_where_no_copy_can_be_made_nothing_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    before = yesterday(f"sqlite:///{path}")
    (tmp_path / f"runs.db.{schema.FIRST}.part").mkdir()
    with pytest.raises(Invalid, match="no copy could be made"):
        Store(f"sqlite:///{path}")
    with opened(f"sqlite:///{path}") as engine, engine.connect() as connection:
        assert schema.revision_of(connection) == schema.FIRST
        assert rows(engine) == before


def test_a_migration_that_breaks_off_leaves_everything_as_it_was(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = yesterday(address)
    upgrade = schema.upgrade

    def broken(*arguments: object) -> None:
        upgrade(*arguments)  # type: ignore[arg-type]
        raise RuntimeError("the light went out")

    monkeypatch.setattr(schema, "upgrade", broken)
    with pytest.raises(RuntimeError):
        Store(address)
    with opened(address) as engine, engine.connect() as connection:
        assert schema.revision_of(connection) == schema.FIRST
        assert rows(engine) == before


def test_many_open_tables_of_yesterday_at_once(address: str) -> None:
    yesterday(address)
    stores, errors = list[Store](), list[Exception]()

    def open_one() -> None:
        try:
            stores.append(Store(address))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=open_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert [len(store.entries()) for store in stores] == [3] * 6
    for store in stores:
        store.close()


STRANGE = {
    "a later number": "UPDATE alembic_version SET version_num = 'v99_flying'",
    "an older shape of the same number": "ALTER TABLE runs DROP COLUMN touched",
    "a column more": "ALTER TABLE runs ADD COLUMN mood TEXT",
    "a table less": "DROP TABLE chunks",
    "no number": "DROP TABLE alembic_version; DELETE FROM schema",
    "nothing that tells": "DROP TABLE alembic_version; DROP TABLE schema",
    "a later number of old": "DROP TABLE alembic_version; UPDATE schema SET version = 99",
}


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("strange", STRANGE)
def test_tables_of_another_shape_are_refused_in_a_sentence_and_left_alone(strange: str, first: bool, tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    if first:
        yesterday(f"sqlite:///{path}")
    else:
        Store(f"sqlite:///{path}").close()
    change = STRANGE[strange].replace("DROP TABLE alembic_version", "DROP TABLE IF EXISTS alembic_version")
    if first and strange == "a later number":
        return
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(change)
        before = list(connection.iterdump())
    with pytest.raises(Invalid) as caught:
        Store(f"sqlite:///{path}")
    assert "database" in str(caught.value)
    assert "should have" in str(caught.value)
    assert "\n" not in str(caught.value)
    with closing(sqlite3.connect(path)) as connection:
        assert list(connection.iterdump()) == before


def test_a_database_with_tables_of_others_gets_its_own_beside_them(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    store = Store(f"sqlite:///{path}")
    assert store.submit(runs_of(1), "ann").new
    store.close()


def test_the_store_works_on_a_server_as_on_a_file(address: str) -> None:
    store = Store(address)
    own = store.submit(runs_of(3), "ann")
    assert store.position(own.runs) == 1
    store.submit(runs_of(1), "bob")
    (*claimed,) = store.claim("w")
    assert [entry.id for entry in claimed] == list(own.runs)
    store.append("w", {own.runs[0]: [{"kind": "learned", "step": 1, "values": {}}]}, 1)
    with store.engine.begin() as connection:
        connection.execute(update(chunks).values(records="[{"))
    assert store.histories(own.runs)[0].status == "failed"
    store.finish("w", own.runs, "finished")
    store.delete(own.runs[1], "ann")
    assert len(store.entries()) == 2
    store.close()


def test_who_looks_while_somebody_else_migrates_looks_again_in_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, look = list[int](), schema.revision_of

    def half_way(connection: Connection) -> str | None:
        looks.append(1)
        if len(looks) == 1:
            raise Invalid([Problem("database", "should have the columns of yesterday", "those of today")])
        return look(connection)

    monkeypatch.setattr(schema, "revision_of", half_way)
    Store(f"sqlite:///{tmp_path / 'runs.db'}").close()
    assert len(looks) == 2
