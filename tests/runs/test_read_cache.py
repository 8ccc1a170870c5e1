"""Everybody sees the newest state, and the store is asked for each thing once."""

from __future__ import annotations

import json
import math
import threading

import numpy as np
import pytest
from sqlalchemy import update

from playground.runs.database.tables import experiments
from playground.runs.read_cache import Feed, Packed
from playground.runs.store.store import Store
from tests.runs.acting import runs_of


def write(store: Store, number: int, step: int, worker: str = "w") -> None:
    store.append(worker, {number: [{"kind": "learned", "step": step, "values": {}}]}, step)


def steps(feed: Feed, number: int) -> list[int]:
    return [record["step"] for history in feed.histories([number]) for record in history.records]


def test_it_follows_a_run_from_the_queue_to_its_end(store: Store) -> None:
    feed, number = Feed(store, every=0.0), store.submit(runs_of(1), "ann").runs[0]
    assert feed.entries([number])[0].status == "queued"
    store.claim("w")
    for step in range(1, 4):
        write(store, number, step)
        assert steps(feed, number) == list(range(1, step + 1))
    store.finish("w", [number], "finished")
    assert feed.histories([number])[0].status == "finished"
    assert feed.histories([number])[0].run == runs_of(1)[0]


def test_a_new_attempt_replaces_the_old_records(store: Store) -> None:
    feed, number = Feed(store, every=0.0), store.submit(runs_of(1), "ann").runs[0]
    store.claim("w")
    write(store, number, 1)
    assert steps(feed, number) == [1]
    store.lose("w")
    assert feed.entries([number])[0].status == "queued"
    assert steps(feed, number) == [1], "until it begins anew"
    store.claim("v")
    assert steps(feed, number) == []
    write(store, number, 5, "v")
    assert steps(feed, number) == [5]


def test_what_is_new_enough_is_not_read_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    feed, numbers = Feed(store, every=1000.0), store.submit(runs_of(3), "ann").runs
    asked: list[list[int]] = []
    read = store.read
    monkeypatch.setattr(store, "read", lambda since: asked.append(list(since)) or read(since))
    threads = [threading.Thread(target=feed.histories, args=(numbers,)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == [list(numbers)]


def test_what_one_reader_does_to_its_copy_nobody_else_sees(store: Store) -> None:
    feed, number = Feed(store, every=1000.0), store.submit(runs_of(1), "ann").runs[0]
    feed.histories([number])[0].records.append({"kind": "learned", "step": 9, "values": {}})
    assert steps(feed, number) == []


def test_runs_that_are_gone_are_left_out(store: Store) -> None:
    feed, number = Feed(store, every=0.0), store.submit(runs_of(1), "ann").runs[0]
    assert len(feed.entries([number, 99])) == 1
    store.stop([number], "ann")
    store.delete(number, "ann")
    assert feed.entries([number]) == []


def test_runs_of_an_experiment_that_is_not_accepted_are_entries_but_no_histories(store: Store) -> None:
    feed, number = Feed(store, every=0.0), store.submit(runs_of(1), "ann").runs[0]
    with store.engine.begin() as connection:
        connection.execute(update(experiments).values(text=json.dumps({"suite": "of cards"})))
    assert len(feed.entries([number])) == 1
    assert feed.histories([number]) == store.histories([number]) == []


def test_only_so_many_runs_are_kept(store: Store) -> None:
    feed, numbers = Feed(store, every=0.0, most=3), store.submit(runs_of(8), "ann").runs
    assert [entry.id for entry in feed.entries(numbers)] == list(numbers)
    assert len(feed._seen) == 3


def test_looking_is_watching(store: Store) -> None:
    feed, number = Feed(store, every=0.0), store.submit(runs_of(1), "ann").runs[0]
    watched: list[list[int]] = []
    store.watch = lambda ids: watched.append(list(ids))  # type: ignore[method-assign]  # only listens
    feed.entries([number], watch=False)
    feed.entries([number])
    store.stop([number], "ann")
    feed.entries([number])
    assert watched == [[number]]


def test_large_pictures_are_kept_small_and_are_what_was_written(store: Store) -> None:
    feed, number = Feed(store, every=0.0), store.submit(runs_of(1), "ann").runs[0]
    store.claim("w")
    outputs = {"a": [[place / 7, math.nan] for place in range(1000)], "b": [[0.5]] * 1000}
    pictures = [{"kind": "pictured", "step": step, "outputs": outputs} for step in range(3)]
    store.append("w", {number: [*pictures, {"kind": "pictured", "step": 3, "outputs": {"a": [1, 2]}}]}, 3)
    (history,) = feed.histories([number])
    *large, small = history.of_kind("pictured")
    assert [type(one["outputs"]) for one in (*large, small)] == [Packed] * 3 + [dict]
    for one in large:
        assert list(one["outputs"]) == ["a", "b"]
        assert np.array_equal(one["outputs"]["a"], outputs["a"], equal_nan=True)
        assert one["outputs"]["b"] == outputs["b"]
        assert one["outputs"].get("c", "none") == "none"
