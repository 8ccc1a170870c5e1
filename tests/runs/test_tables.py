"""A database that cannot be used is told in one sentence, and a good one is opened by many at once."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from acting import runs_of
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from playground.errors import Invalid
from playground.runs import tables
from playground.runs.store import Store


def no_folder(path: Path) -> str:
    (path / "file").write_text("in the way")
    return f"sqlite:///{path / 'file' / 'runs.db'}"


def no_database(path: Path) -> str:
    (path / "letter.db").write_text("Dear reader, this is not a database. " * 100)
    return f"sqlite:///{path / 'letter.db'}"


def read_only(path: Path) -> str:
    Store(f"sqlite:///{path / 'runs.db'}").close()
    return f"sqlite:///file:{path / 'runs.db'}?mode=ro&uri=true"


BAD = {
    "no folder": no_folder,
    "no database": no_database,
    "read only": read_only,
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


def test_tables_of_a_later_version_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    Store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE schema SET version = 99")
    connection.close()
    with pytest.raises(Invalid, match="version 1"):
        Store(f"sqlite:///{path}")


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
    monkeypatch.delenv(tables.VARIABLE, raising=False)
    Store().close()
    assert (tmp_path / "data" / "playground.db").exists()
    monkeypatch.setenv(tables.VARIABLE, f"sqlite:///{tmp_path / 'other.db'}")
    Store().close()
    assert (tmp_path / "other.db").exists()
