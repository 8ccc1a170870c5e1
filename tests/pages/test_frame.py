"""What is around every page: navigation, language, settings of the server, and a database that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit import config

from playground.runs.store.store import Store
from playground.ui import pages, server
from tests.pages.visitor import PAGES, SMALL, Hand, Visitor

AFTERWARDS = [page for page in PAGES if page != "play.py"]


def test_every_page_is_in_the_navigation() -> None:
    assert {one.path.name for one in pages.found()} == set(PAGES)
    assert pages.found()[0].path.name == "play.py"
    assert [one.place for one in pages.found()] == list(range(len(PAGES)))
    assert pages.faults() == ()


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_in_every_language(page: str, language: str) -> None:
    ann = Visitor(locale=language, page=page)
    assert ann.app.main.children, "it should show something"
    assert not ann.errors
    assert not ann.warnings
    assert ann.widget("language").value == language
    ann.look()


@pytest.mark.usefixtures("url")
def test_the_scene_outlives_a_look_at_another_page() -> None:
    ann = Visitor(link=SMALL)
    ann.set("steps", 30)
    before = ann.scene
    ann.turn_to("runs.py")
    ann.turn_to("play.py")
    assert ann.scene == before
    assert ann.linked == before


@pytest.mark.usefixtures("url")
def test_a_setting_that_makes_the_server_slow_is_said() -> None:
    before = config.get_option("runner.postScriptGC")
    assert before is False, "the app's own settings should turn it off"
    config.set_option("runner.postScriptGC", True)
    try:
        assert "runner.postScriptGC" in Visitor(link=SMALL).warnings
    finally:
        config.set_option("runner.postScriptGC", before)


BAD = {
    "no folder": "sqlite:////proc/nowhere/runs.db",
    "a folder": "sqlite:////",
    "no address": "nonsense",
    "in memory": "sqlite://",
    "another program": "nosuchdatabase://host/name",
}


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize("case", BAD)
def test_a_database_that_cannot_be_used_is_one_sentence(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_DATABASE", BAD[case])
    ann = Visitor()
    assert len(ann.errors) == 1
    assert ann.errors[0].startswith("`database` should be")
    assert not ann.charts
    ann.turn_to("runs.py")
    assert len(ann.errors) == 1


@pytest.mark.usefixtures("url")
def test_a_password_of_the_database_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_DATABASE", "nosuchdatabase://me:secret@host/name")
    assert "secret" not in "".join(Visitor().errors)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path, url: str) -> None:
    (tmp_path / "runs.db").write_bytes(b"this is no database, but long enough to be taken for one" * 20)
    (error,) = Visitor().errors
    assert error.startswith("`database` should be")


@pytest.mark.parametrize("page", AFTERWARDS)
def test_a_database_that_breaks_meanwhile_is_one_sentence(page: str, store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.claim(5)
    _break(store)
    for _look in range(2):
        ann.look()
        assert len(ann.errors) == 1
        assert ann.errors[0].startswith("`database` should be")
    ann.turn_to(page)
    assert len(ann.errors) <= 1, "a page that needs the database says so once"


def test_a_press_on_a_broken_database_is_a_sentence(store: Store) -> None:
    ann = Visitor(link=SMALL)
    _break(store)
    ann.press("play")
    assert "`database` should be" in ann.warnings + "".join(ann.errors)


def _break(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE chunks"))
        connection.execute(text("DROP TABLE runs"))


@pytest.mark.usefixtures("url")
def test_a_visitor_has_a_name_of_its_own() -> None:
    first, second = (Visitor(name, link=SMALL) for name in ("ann", "bob"))
    assert first.app.session_state["visitor"] != second.app.session_state["visitor"]
    assert server.feed() is server.feed(), "sessions should share what they read"
