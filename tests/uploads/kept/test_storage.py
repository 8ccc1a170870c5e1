"""Tables on the shelf: kept for their visitor, forgotten when unused, and never anybody else's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from playground.basics.errors import Invalid
from playground.uploads import example
from playground.uploads.kept import storage, visibility
from playground.uploads.reading.limits import LIMITS
from playground.uploads.table import Table

GONE = "should be a table that you brought yourself in this browser, or that is shown to anyone with its link"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty shelf, which nobody in particular reads."""
    monkeypatch.setenv("PLAYGROUND_TABLES", str(tmp_path / "tables"))
    monkeypatch.setattr(visibility, "_asked", [])
    monkeypatch.setattr(storage, "_lent", {})
    return tmp_path / "tables"


@pytest.fixture
def table() -> Table:
    return example.table()


def age(key: str, seconds: float) -> None:
    """Let a table be so old."""
    for path in [storage.folder() / key, *(storage.folder() / key).iterdir()]:
        os.utime(path, (time.time() - seconds,) * 2)


def test_what_is_put_there_is_read_again(table: Table) -> None:
    key = storage.put(table, "ann")
    assert storage.read(key).canonical() == table.canonical()
    (one,) = storage.stored("ann")
    assert (one.key, one.name, one.owner) == (key, "bakery.csv", "ann")
    assert one.size > len(table.to_csv())


def test_the_same_table_of_a_visitor_is_one(table: Table) -> None:
    assert storage.put(table, "ann") == storage.put(table, "ann")
    assert len(storage.stored()) == 1
    assert storage.put(table.learning(["sold_out"]), "ann") != storage.put(table, "ann")


def test_a_key_cannot_be_told_from_the_file(table: Table, folder: Path) -> None:
    ann, bob = storage.put(table, "ann"), storage.put(table, "bob")
    assert ann != bob
    assert storage.lend(table) not in (ann, bob)
    # Another shelf gives another key for the same file and visitor.
    folder.rename(folder.with_name("elsewhere"))
    assert storage.put(table, "ann") != ann
    assert (folder / "secret").stat().st_mode & 0o777 == 0o600


def test_a_page_reads_only_what_its_visitor_brought(table: Table) -> None:
    key = storage.put(table, "ann")
    visibility.ask(lambda: "bob")
    with pytest.raises(Invalid, match=GONE) as of_another:
        storage.read(key)
    with pytest.raises(Invalid, match=GONE) as of_nobody:
        storage.read("0" * 32)
    # The same words: whether there is such a table is not told.
    assert str(of_another.value).replace(key, "") == str(of_nobody.value).replace("0" * 32, "")
    visibility.ask(lambda: "ann")
    assert len(storage.read(key)) == len(table)
    visibility.ask(lambda: None)
    assert len(storage.read(key)) == len(table)


@pytest.mark.parametrize("key", ["", "..", "../..", "secret", "0" * 31, "a/b", "\0", "0" * 32 + "\n", "é" * 32])
def test_what_is_no_key_leads_nowhere(key: str, table: Table) -> None:
    storage.put(table, "ann")
    with pytest.raises(Invalid, match=GONE):
        storage.read(key)
    storage.forget(key, "ann")
    assert len(storage.stored()) == 1


def test_forgetting(table: Table) -> None:
    key = storage.put(table, "ann")
    storage.forget(key, "bob")
    assert storage.stored()
    storage.forget(key, "ann")
    assert not storage.stored()
    with pytest.raises(Invalid, match=GONE):
        storage.read(key)


def test_what_is_unused_for_long_is_forgotten(table: Table) -> None:
    used, unused = storage.put(table, "ann"), storage.put(table.learning(["sold_out"]), "ann")
    age(used, LIMITS.age - 100)
    age(unused, LIMITS.age + 100)
    storage.read(used)
    storage.forget_unused()
    assert [one.key for one in storage.stored()] == [used]
    # Looking at it was a use.
    assert storage.stored()[0].used > time.time() - 100


def test_half_a_write_is_cleaned_up(folder: Path, table: Table) -> None:
    key = storage.put(table, "ann")
    for name in ("part-1", "0" * 32):
        (folder / name).mkdir()
        (folder / name / "cells.csv").write_text("1,2")
    age("part-1", 10_000)
    storage.forget_unused()
    assert sorted(path.name for path in folder.iterdir()) == sorted([key, "0" * 32, "secret"])
    age("0" * 32, 10_000)
    storage.forget_unused()
    assert sorted(path.name for path in folder.iterdir()) == sorted([key, "secret"])


def test_a_visitor_has_so_many_at_a_time(table: Table) -> None:
    few = replace(LIMITS, tables=2)
    storage.put(table, "ann", few)
    storage.put(table.learning(["sold_out"]), "ann", few)
    with pytest.raises(Invalid, match="`tables` should be at most 2; forget one of yours first"):
        storage.put(table.learning(["busiest_hour"]), "ann", few)
    storage.put(table, "ann", few)
    storage.put(table, "bob", few)
    with pytest.raises(Invalid, match="MB together"):
        storage.put(table.learning(["loaves_sold"]), "bob", replace(LIMITS, bytes=60_000))


def test_all_together_take_so_much_and_the_oldest_go(table: Table) -> None:
    keys = [storage.put(table, name) for name in ("ann", "bob", "eve")]
    for place, key in enumerate(keys):
        age(key, 1000 - 100 * place)
    size = storage.stored()[0].size
    storage.forget_unused(replace(LIMITS, everybody=2 * size + 10))
    assert [one.key for one in storage.stored()] == [keys[2], keys[1]]
    storage.put(table.learning(["sold_out"]), "dan", replace(LIMITS, everybody=2 * size + 10))
    assert keys[1] not in [one.key for one in storage.stored()]


@pytest.mark.parametrize("text", ["", "[]", "{}", "\0", '{"owner": "ann", "version": 99}', "[" * 5000])
def test_a_broken_file_is_a_table_that_is_gone(text: str, folder: Path, table: Table) -> None:
    key = storage.put(table, "ann")
    (folder / key / "table.json").unlink()
    (folder / key / "table.json").write_text(text)
    with pytest.raises(Invalid):
        storage.read(key)
    storage.stored()
    storage.forget_unused()


def test_what_lies_there_is_plain(folder: Path, table: Table) -> None:
    key = storage.put(table, "ann")
    assert sorted(path.name for path in (folder / key).iterdir()) == ["cells.csv", "table.json"]
    plain = json.loads((folder / key / "table.json").read_text())
    assert plain["targets"] == list(table.targets)


def test_a_folder_that_cannot_be_written_is_said(folder: Path, table: Table) -> None:
    folder.write_text("a file")
    with pytest.raises(Invalid, match="should fit into a folder that can be written"):
        storage.put(table, "ann")


def test_a_full_disk_leaves_nothing_half_written(folder: Path, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    storage.put(table.learning(["sold_out"]), "ann")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(Invalid, match="No space left on device"):
        storage.put(table, "ann")
    assert len(storage.stored()) == 1
    assert not list(folder.glob("part-*"))


def test_what_is_lent_lies_nowhere(folder: Path, table: Table) -> None:
    key = storage.lend(table)
    assert storage.read(key) is table
    assert not folder.exists()


def test_the_shelf_stands_beside_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAYGROUND_TABLES")
    for url, place in {
        "sqlite:////srv/data/runs.db": Path("/srv/data/tables"),
        "sqlite:///here/runs.db?timeout=3": Path("here/tables"),
        "postgresql://me:secret@host/db": Path("data/tables").absolute(),
        "": Path("data/tables").absolute(),
    }.items():
        monkeypatch.setenv("PLAYGROUND_DATABASE", url)
        assert storage.folder() == place


def test_another_process_reads_it(table: Table) -> None:
    key = storage.put(table, "ann")
    code = f"from playground.uploads.kept import storage; print(len(storage.read({key!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == len(table)
