"""What a class predicts: gathered under a code, without names, bounded, and forgotten after a day."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from playground.basics.errors import Invalid
from playground.runs.database.tables import guesses
from playground.runs.store import classroom
from playground.runs.store.store import Store


def test_answers_of_a_class_are_counted_once_for_each(store: Store) -> None:
    code = store.open_class()
    assert store.class_open(code)
    for visitor, answer in (("ann", "10"), ("bob", "10"), ("cid", "-5"), ("ann", "20")):
        store.guess(code, "slider.t4.hard.a", visitor, answer)
    assert store.guessed(code, "slider.t4.hard.a") == {"20": 1, "10": 1, "-5": 1}
    assert store.guessed(code, "another") == {}
    assert store.open_class() != code


def test_nobody_is_named(store: Store) -> None:
    one, other = store.open_class(), store.open_class()
    for code in (one, other):
        store.guess(code, "q", "visitor-with-a-name", "1")
    with store.engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(select(guesses))]
    assert len(rows) == 2
    assert "visitor-with-a-name" not in str(rows)
    assert len({row[2] for row in rows}) == 2, "who answers in two classes cannot be told to be one"


@pytest.mark.parametrize("code", ["", "ABCDEF", "abcdef", "A'; DROP TABLE classes; --", "A" * 500])
def test_a_code_that_is_not_open_takes_nothing(code: str, store: Store) -> None:
    assert not store.class_open(code)
    assert store.guessed(code, "q") == {}
    with pytest.raises(Invalid, match="teacher"):
        store.guess(code, "q", "ann", "1")


def test_everything_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom, "MOST_PEOPLE", 2)
    monkeypatch.setattr(classroom, "MOST_QUESTIONS", 2)
    monkeypatch.setattr(classroom, "MOST_CODES", 2)
    code = store.open_class()
    store.guess(code, "one", "ann", "1")
    store.guess(code, "one", "bob", "1")
    with pytest.raises(Invalid, match="room"):
        store.guess(code, "one", "cid", "1")
    store.guess(code, "one", "ann", "2")
    store.guess(code, "two", "ann", "1")
    with pytest.raises(Invalid, match="room"):
        store.guess(code, "three", "ann", "1")
    for question, answer in (("q" * 65, "1"), ("q", "1" * 33)):
        with pytest.raises(Invalid, match="letters"):
            store.guess(code, question, "ann", answer)
    store.open_class()
    with pytest.raises(Invalid, match="at most 2"):
        store.open_class()


def test_a_day_later_all_is_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    code = store.open_class()
    store.guess(code, "q", "ann", "1")
    now = classroom.time.time()
    monkeypatch.setattr(classroom.time, "time", lambda: now + classroom.KEPT + 1)
    assert not store.class_open(code)
    assert store.guessed(code, "q") == {}
    store.open_class()
    with store.engine.connect() as connection:
        assert not list(connection.execute(select(guesses)))
