"""Numbers for Prometheus: they add up to what happened, once each, and tell of nobody."""

from __future__ import annotations

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from playground.basics.errors import Invalid, Problem
from playground.experiment import Run
from playground.live import meters
from playground.live.meters import Meters
from playground.runs.store.store import Store
from tests.live.hands import experiment

STEPS, BEGUN, RESUMED = "playground_steps_total", "playground_runs_started_total", "playground_runs_resumed_total"


@pytest.fixture
def own(store: Store, monkeypatch: pytest.MonkeyPatch) -> Meters:
    monkeypatch.setattr(meters, "EVERY", 0.0)
    return Meters(lambda: store, lambda: 2, lambda: 3)


def read(own: Meters) -> dict[str, float]:
    """Values by name and labels."""
    families = text_string_to_metric_families(own.text().decode())
    return {"".join([sample.name, *sample.labels.values()]): sample.value for family in families for sample in family.samples}


def runs(count: int, first: int = 0) -> list[Run]:
    return [Run(experiment(), seed) for seed in range(first, first + count)]


def test_they_follow_runs_from_the_queue_to_their_end(store: Store, own: Meters) -> None:
    ids = store.submit(runs(3), "ann").runs
    told = read(own)
    assert told["playground_runs_queued"] == 3
    assert (told["playground_fleetswaiting"], told["playground_fleetstraining"]) == (1, 0)
    assert told["playground_oldest_wait_seconds"] >= 0
    assert (told["playground_workers"], told["playground_watchers"], told["playground_store_up"]) == (2, 3, 1)
    assert told[STEPS] == told[BEGUN] == told["playground_wait_seconds_count"] == 0

    store.claim("w")
    store.append("w", {one: [] for one in ids}, 10)
    for _look in range(2):  # what is told twice is counted once
        told = read(own)
        assert told[STEPS] == 30
        assert told[BEGUN] == told["playground_wait_seconds_count"] == 3
        assert told["playground_runs_queued"] == 0
        assert told["playground_fleetstraining"] == 1

    store.append("w", {one: [] for one in ids}, 25)
    store.finish("w", ids[:1], "failed", "It broke off.")
    store.finish("w", ids[1:], "finished")
    for _look in range(2):
        told = read(own)
        assert told[STEPS] == 75
        assert (told["playground_runs_ended_totalfinished"], told["playground_runs_ended_totalfailed"]) == (2, 1)
        assert told["playground_fleetstraining"] == 0


def test_a_run_that_goes_on_after_it_was_lost_is_no_second_wait(store: Store, own: Meters) -> None:
    ids = store.submit(runs(1), "ann").runs
    store.claim("w")
    store.append("w", {one: [] for one in ids}, 10)
    read(own)
    store.lose("w")
    store.claim("v")
    store.append("v", {one: [] for one in ids}, 4)  # from its first step once more
    told = read(own)
    assert (told[BEGUN], told[RESUMED], told["playground_wait_seconds_count"]) == (2, 1, 1)
    assert told[STEPS] == 14


def test_what_was_before_this_server_is_not_counted_and_deleting_takes_nothing_away(store: Store) -> None:
    old = store.submit(runs(2), "ann").runs
    store.claim("w")
    store.append("w", {one: [] for one in old}, 10)
    store.finish("w", old[:1], "finished")
    own = Meters(lambda: store, lambda: 1, lambda: 0)
    own._looked = float("-inf")
    told = read(own)
    assert told[STEPS] == told[BEGUN] == told["playground_runs_ended_totalfinished"] == 0
    store.append("w", {one: [] for one in old}, 15)
    store.finish("w", old[1:], "finished")
    own._looked = float("-inf")
    told = read(own)
    assert (told[STEPS], told["playground_runs_ended_totalfinished"]) == (5, 1)
    store.delete(old[1], "ann")
    own._looked = float("-inf")
    assert read(own)["playground_runs_ended_totalfinished"] == 1


def test_a_store_that_is_away_is_told_and_the_rest_stays(store: Store, own: Meters) -> None:
    store.submit(runs(1), "ann")
    assert read(own)["playground_runs_queued"] == 1

    def away() -> Store:
        raise Invalid([Problem("database", "should be there", "")])

    own.store = away
    told = read(own)
    assert (told["playground_store_up"], told["playground_runs_queued"]) == (0, 1)


def test_nothing_of_a_visitor_is_told(store: Store, own: Meters) -> None:
    submission = store.submit(runs(1), "visitor_ann")
    store.claim("worker_one")
    text = own.text().decode()
    (entry,) = store.entries(submission.runs)
    assert not any(word in text for word in ("visitor_ann", "worker_one", entry.key, entry.submission, "toy_plane"))
    assert set(re.findall(r"(\w+)=\"", text)) == {"state", "status", "le"}
