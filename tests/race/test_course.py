"""A race through the store: in portions, once for everybody, and on from where it was."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from playground.basics.errors import Invalid
from playground.experiment import Experiment, Run
from playground.race import course as courses
from playground.race.course import Course, kept_races
from playground.race.plan import Race
from playground.race.result import result_of
from playground.runs.results.headless import train_all
from playground.runs.results.history import History
from playground.runs.store.store import Store

BASE = Experiment.from_dict({"suite": "toy_plane", "steps": 10, "batch": 16})
RACE = Race.of(BASE.set(tasks=BASE.tasks[:2]), "dwa", (), "0.003,0.03", 2, 2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/store.db")
    yield store
    store.close()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courses, "EVERY", -1.0)


@cache
def trained() -> dict[Run, History]:
    """The whole race, trained once for all tests."""
    return train_all(RACE.runs)


def work(store: Store, fleets: int = 1) -> int:
    """Do so many fleets that wait, as a worker would; how many runs that were."""
    count = 0
    for _fleet in range(fleets):
        entries = store.claim("w")
        found = trained()
        store.append("w", {entry.id: found[entry.run].records for entry in entries}, BASE.steps)
        store.finish("w", [entry.id for entry in entries], "finished")
        count += len(entries)
    return count


def test_a_race_is_trained_in_portions_and_its_result_is_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courses, "PORTION", 6)
    monkeypatch.setattr(courses, "LOW", 3)
    course = Course(store, RACE)
    assert course.look("ann").kept is None
    assert store.entries() == [], "nobody asked for it"
    course.begin("ann")
    count = 0
    while not (now := course.look("ann")).over:
        assert now.active
        assert sum(now.counts.get(one, 0) for one in ("queued", "running")) <= 6 + 3
        count += work(store)
    assert count == RACE.size == len(store.entries(most=1000))
    assert now.result.complete
    kept = store.race(RACE.key)
    assert kept is not None
    assert '"entrants"' in kept.result
    assert [race for _kept, race in kept_races(store)] == [RACE]
    alone = result_of(RACE, trained().values())
    assert alone.standings["dwa"].gains == now.result.standings["dwa"].gains, "a worker's race is the race of this process"


def test_thirty_visitors_who_open_one_race_train_it_once(store: Store) -> None:
    for number in range(30):
        course = Course(store, RACE)
        course.begin(f"student {number}")
        course.look(f"student {number}")
    assert len(store.entries(most=1000)) == RACE.size
    while not Course(store, RACE).look("student 7").over:
        assert work(store) > 0
    assert len(store.races()) == 1


def test_a_race_that_was_killed_goes_on_where_it_was(store: Store) -> None:
    """Worker and server die: what was lost is asked for again by whoever looks next, and what is over stays over."""
    course = Course(store, RACE)
    course.begin("ann")
    course.look("ann")
    done = work(store)
    assert store.claim("dying")
    store.lose("dying")
    fresh = Course(store, RACE)
    assert fresh.look("ann").counts["finished"] == done
    count = done
    while not fresh.look("ann").over:
        count += work(store)
    assert count == RACE.size


def test_only_its_visitor_pauses_and_stops_it(store: Store) -> None:
    course = Course(store, RACE)
    course.begin("ann")
    course.look("ann")
    with pytest.raises(Invalid, match="that you began"):
        course.turn("bob", "stop")
    course.turn("ann", "pause")
    assert not course.look("ann").active
    course.begin("bob")
    assert not course.look("bob").active, "who opens it meanwhile does not wake it"
    course.turn("ann", "run")
    assert course.look("ann").active
    work(store)
    course.turn("ann", "stop")
    now = course.look("ann")
    assert not now.active
    assert store.claim("w") == [], "nothing waits any more"
    course.begin("bob")
    while not course.look("bob").over:
        assert work(store) > 0
    assert course.look("bob").result.complete
