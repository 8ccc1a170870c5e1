"""Who may see a table: its owner, and others only while its owner shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.basics.errors import Invalid
from playground.uploads import example
from playground.uploads.kept import storage, visibility


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A table of Ann's, which nobody in particular reads."""
    monkeypatch.setenv("PLAYGROUND_TABLES", str(tmp_path / "tables"))
    monkeypatch.setattr(visibility, "_asked", [])
    monkeypatch.setattr(storage, "_lent", {})
    return storage.put(example.table(), "ann")


def readable(key: str, by: str | None) -> bool:
    visibility.ask(lambda: by)
    try:
        storage.read(key)
    except Invalid:
        return False
    return True


def test_by_itself_a_table_is_for_its_owner_alone(key: str) -> None:
    assert [readable(key, by) for by in ("ann", "bob", "", None)] == [True, False, False, True]
    assert not storage.is_open(key)
    assert not storage.stored("ann")[0].is_open


def test_it_is_shown_and_hidden_again_at_once(key: str) -> None:
    for _round in range(2):
        storage.open_to_all(key, "ann", True)
        storage.open_to_all(key, "ann", True)
        assert readable(key, "bob")
        assert storage.stored("ann")[0].is_open
        storage.open_to_all(key, "ann", False)
        storage.open_to_all(key, "ann", False)
        assert not readable(key, "bob")
        assert readable(key, "ann")


def test_only_its_owner_shows_or_hides_it(key: str) -> None:
    storage.open_to_all(key, "bob", True)
    assert not readable(key, "bob")
    storage.open_to_all(key, "ann", True)
    storage.open_to_all(key, "bob", False)
    storage.forget(key, "bob")
    assert readable(key, "bob")
    # It stands on nobody else's shelf.
    assert not storage.stored("bob")


def test_another_table_stays_hidden(key: str) -> None:
    other = storage.put(example.table().learning(["sold_out"]), "ann")
    storage.open_to_all(key, "ann", True)
    assert not readable(other, "bob")


def test_a_forgotten_table_is_shown_to_nobody_when_it_comes_back(key: str) -> None:
    storage.open_to_all(key, "ann", True)
    storage.forget(key, "ann")
    assert storage.put(example.table(), "ann") == key
    assert not readable(key, "bob")


def test_a_list_gives_nobody_a_way_in(key: str) -> None:
    storage.open_to_all(key, "ann", True)
    for by, trained_by, found in (
        ("ann", "bob", True),
        ("bob", "bob", True),
        ("bob", "ann", False),
        ("bob", "eve", False),
        (None, "ann", True),
    ):
        visibility.ask(lambda by=by: by)
        assert visibility.may_list(storage.owner_of(key), trained_by) == found, (by, trained_by)


@pytest.mark.parametrize("word", ["", "..", "../x", "0" * 32, "\0"])
def test_what_is_no_key_belongs_to_nobody(word: str) -> None:
    assert storage.owner_of(word) == ""
    assert not storage.is_open(word)
    storage.open_to_all(word, "ann", True)
    assert len(list(storage.folder().glob(f"**/{visibility.MARK}"))) == 0


def test_names_are_told_to_those_who_may_read(key: str) -> None:
    visibility.ask(lambda: "bob")
    assert storage.name_of(key) == key[:8]
    storage.open_to_all(key, "ann", True)
    assert storage.name_of(key) == "bakery.csv"
    assert storage.name_of("") == ""


def test_what_cannot_be_written_is_said(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(visibility, "mark", full)
    with pytest.raises(Invalid, match="should lie in a folder that can be written"):
        storage.open_to_all(key, "ann", True)
