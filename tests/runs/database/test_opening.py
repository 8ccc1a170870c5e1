"""A database that cannot be used is told in one sentence, and a good one is opened by many at once."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, insert
from sqlalchemy.exc import IntegrityError

from playground.basics.errors import Invalid
from playground.basics.settings import DATABASE
from playground.runs.database import connection as database
from playground.runs.database import opening, tables
from playground.runs.read_cache import Feed
from playground.runs.store.store import Store
from tests.runs.acting import runs_of


def no_folder(path: Path) -> str:
    (path / "file").write_text("in the way")
    return f"sqlite:///{path / 'file' / 'runs.db'}"


def no_database(path: Path) -> str:
    (path / "letter.db").write_text("Dear reader, this is not a database. " * 100)
    return f"sqlite:///{path / 'letter.db'}"


BAD = {
    "no folder": no_folder,
    "no database": no_database,
    "a folder": lambda path: f"sqlite:///{path}",
    "no address": lambda path: "somewhere",
    "no such kind": lambda path: "parchment:///runs",
    "no driver": lambda path: "mysql+oursql://ann:secret@localhost/runs",
    "memory": lambda path: "sqlite://",
}


@pytest.mark.parametrize("bad", BAD)
def test_a_database_that_cannot_be_used_is_one_sentence(bad: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        Store(BAD[bad](tmp_path))
    text = str(caught.value)
    assert "database" in text
    assert "\n" not in text
    assert "secret" not in text


def test_a_database_that_goes_away_is_one_sentence(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'runs.db'}")
    store.close()
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "runs.db").mkdir()
    for act in (lambda: store.submit(runs_of(1), "ann"), lambda: store.claim("w"), store.entries, store.reap):
        with pytest.raises(Invalid, match="database"):
            act()


def test_a_mistake_in_this_program_is_not_blamed_on_the_database(store: Store) -> None:
    with pytest.raises(IntegrityError), store._writing() as connection:
        connection.execute(insert(tables.chunks).values(run=999, attempt=1, number=0, records="[]"))


def test_many_open_a_new_database_at_once(tmp_path: Path) -> None:
    url, stores = f"sqlite:///{tmp_path / 'deep' / 'down' / 'runs.db'}", list[Store]()
    threads = [threading.Thread(target=lambda: stores.append(Store(url))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stores) == 8
    number = stores[0].submit(runs_of(1), "ann").runs[0]
    assert [store.entries()[0].id for store in stores] == [number] * 8
    for store in stores:
        store.close()


def test_where_it_lies_by_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(DATABASE.name, raising=False)
    Store().close()
    assert (tmp_path / "data" / "playground.db").exists()
    monkeypatch.setenv(DATABASE.name, f"sqlite:///{tmp_path / 'other.db'}")
    Store().close()
    assert (tmp_path / "other.db").exists()


# --- a database that can only be read, and a full one ----------------------------------------------------------------


def only_to_read(url: str) -> str:
    """The address of the same file, opened for reading only."""
    return f"{url.replace('///', '///file:', 1)}?mode=ro&uri=true"


def test_what_can_only_be_read_is_read_and_writing_says_why_not(store: Store, url: str) -> None:
    numbers = store.submit(runs_of(2), "ann").runs
    store.claim("w")
    store.append("w", {numbers[0]: [{"kind": "learned", "step": 1, "values": {}}]}, 1)
    reader = Store(only_to_read(url))
    assert [entry.id for entry in reader.entries()] == [*numbers[::-1]]
    assert reader.histories(numbers)[0].step == 1
    assert reader.find(runs_of(1))[0].id == numbers[0]
    assert reader.position(numbers) is None
    for act in (lambda: reader.submit(runs_of(1, first=9), "ann"), lambda: reader.stop(numbers, "ann")):
        with pytest.raises(Invalid, match="not only be read"):
            act()
    reader.reap()  # nothing is due, so nothing is written
    assert len(Feed(reader, every=0.0).histories(numbers)) == 2, "that it is watched cannot be noted, and is shown all the same"
    reader.close()


def limited(store: Store, pages: int) -> None:
    """From here on the database may have so many pages: as a disk that is full."""

    @event.listens_for(store.engine, "connect")
    def connect(connection: sqlite3.Connection, record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    store.engine.dispose()


def fill(store: Store) -> None:
    """Ask for more and more."""
    for place in range(1, 100):
        store.submit(runs_of(20, first=20 * place), f"visitor {place}")


def test_a_full_disk_is_said_what_is_stored_is_shown_and_deleting_makes_room(store: Store) -> None:
    number = store.submit(runs_of(1), "ann").runs[0]
    store.claim("w")
    heap = [{"kind": "learned", "step": step, "values": {"x": [0.5] * 100}} for step in range(1000)]
    store.append("w", {number: heap}, 1)
    store.finish("w", [number], "finished")
    limited(store, 1)  # SQLite takes this as the number of pages that there are
    with pytest.raises(Invalid, match="delete runs or free space"):
        fill(store)
    assert len(store.histories([number])[0].records) == 1000
    store.delete(number, "ann")
    assert store.submit(runs_of(1), "ann").new


def test_where_not_even_a_small_file_can_be_made_it_is_read_as_it_lies(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new server on a full disk: the files that readers and writers share cannot be made. Later there is room again."""
    number = store.submit(runs_of(1), "ann").runs[0]
    store.close()
    full = ["yes"]
    opened = opening.prepare_sqlite

    def refused(engine: Engine) -> None:
        if full and "immutable" not in str(engine.url):

            @event.listens_for(engine, "connect")
            def connect(connection: sqlite3.Connection, record: object) -> None:
                raise sqlite3.OperationalError("database or disk is full")

        opened(engine)

    monkeypatch.setattr(opening, "prepare_sqlite", refused)
    monkeypatch.setattr(database, "AGAIN", 0.0)
    reader = Store(url)
    assert [entry.id for entry in reader.entries()] == [number]
    with pytest.raises(Invalid, match="disk is full"):
        reader.submit(runs_of(1, first=5), "ann")
    assert [entry.id for entry in reader.entries()] == [number]
    full.clear()
    assert reader.submit(runs_of(1, first=5), "ann").new
    assert reader.unwritable == ""
    reader.close()
