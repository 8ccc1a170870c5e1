"""A worker between store and training, in a thread of this process; as a process of its own see test_pool."""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import pytest
from sqlalchemy import update

from playground.basics.errors import Invalid, Problem
from playground.runs.database.limits import Limits
from playground.runs.database.tables import experiments
from playground.runs.database.tables import runs as table
from playground.runs.store.entries import STOPPED, UNWATCHED, Entry
from playground.runs.store.store import Store
from playground.runs.workers.ending import Ending, end_on_signals
from playground.runs.workers.worker import Worker
from playground.training.observing.events import Event
from tests.runs.acting import BREAKS, Acting, Slow, runs_of, until

OTHERS = pytest.mark.exhaustive
"""By hand: they pass by themselves, and ran out of patience once where another process kept the machine busy."""
QUICK = Limits(idle=0.01, control=0.01, flush=0.02, beat=0.02)


class Hand:
    """A worker in a thread that trains with acted steps."""

    all_of_a_test: ClassVar[list[Hand]] = []

    def __init__(self, store: Store, limits: Limits = QUICK, train: type[Acting] = Slow):
        self.store, self.ending = store, Ending()
        self.worker = Worker(store, "w", train, limits, self.ending)
        self.thread = threading.Thread(target=self.worker.run, daemon=True)
        self.thread.start()
        self.all_of_a_test.append(self)

    def entries(self, numbers: tuple[int, ...]) -> list[Entry]:
        return self.store.entries(numbers)[::-1]

    def all(self, numbers: tuple[int, ...], status: str) -> bool:
        return {entry.status for entry in self.entries(numbers)} == {status}

    def leave(self) -> None:
        self.ending.told = True
        self.thread.join()


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    """Workers that a failed test left behind are told to leave."""
    yield
    while Hand.all_of_a_test:
        Hand.all_of_a_test.pop().leave()


def test_with_the_worker_its_heart_stops(store: Store) -> None:
    before = threading.active_count()
    Hand(store, replace(QUICK, stuck=1e6)).leave()
    until(lambda: threading.active_count() <= before)


@pytest.fixture
def hand(store: Store) -> Iterator[Hand]:
    hand = Hand(store)
    yield hand
    hand.leave()


def test_it_trains_what_is_submitted(store: Store, hand: Hand) -> None:
    numbers = store.submit(runs_of(3) + runs_of(2, steps=50), "ann").runs
    until(lambda: hand.all(numbers, "finished"))
    for history, steps in zip(store.histories(numbers), (100, 100, 100, 50, 50), strict=True):
        measured = [record["step"] for record in history.of_kind("measured")]
        assert measured == [1, *range(10, steps + 1, 10)]
        assert history.last("finished") is not None
    assert {entry.step for entry in hand.entries(numbers[:3])} == {100}


def test_the_first_point_does_not_wait_for_a_flush(store: Store) -> None:
    hand = Hand(store, replace(QUICK, flush=1000.0))
    numbers = store.submit(runs_of(1, steps=20_000), "ann").runs
    until(lambda: store.histories(numbers)[0].of_kind("measured"))
    assert hand.entries(numbers)[0].active
    hand.leave()


def test_pause_step_and_resume(store: Store, hand: Hand) -> None:
    submission = store.submit(runs_of(2, steps=20_000), "ann")
    until(lambda: hand.entries(submission.runs)[0].step)
    store.pause(submission.id, "ann")
    until(lambda: hand.all(submission.runs, "paused"))
    held = hand.entries(submission.runs)[0].step
    time.sleep(0.1)
    assert hand.entries(submission.runs)[0].step == held
    for count in (1, 2):
        store.step(submission.id, "ann")
        until(lambda count=count: {entry.step for entry in hand.entries(submission.runs)} == {held + count})
    assert store.histories(submission.runs)[1].step == held + 2, "every single step is recorded"
    assert hand.all(submission.runs, "paused")
    store.resume(submission.id, "ann")
    until(lambda: hand.all(submission.runs, "running"))
    until(lambda: store.histories(submission.runs)[0].step > held + 2)


def test_a_paused_run_keeps_its_heartbeat(store: Store) -> None:
    hand = Hand(store, replace(QUICK, lost=0.3))
    submission = store.submit(runs_of(1, steps=20_000), "ann")
    store.pause(submission.id, "ann")
    until(lambda: hand.all(submission.runs, "paused"))
    reaper = Store(store.url, hand.worker.limits)
    first = hand.entries(submission.runs)[0].heartbeat
    until(lambda: hand.entries(submission.runs)[0].heartbeat > first + 0.5)
    reaper.reap()
    assert hand.all(submission.runs, "paused")
    reaper.close()
    hand.leave()


@OTHERS
def test_paused_and_slow_runs_leave_the_worker_to_others(store: Store, hand: Hand) -> None:
    paused = store.submit(runs_of(1, steps=20_000), "ann")
    store.pause(paused.id, "ann")
    slow = store.submit(runs_of(1, first=5, steps=20_000), "bob")
    store.pace(slow.id, "bob", 2)
    until(lambda: hand.all(paused.runs, "paused"))
    until(lambda: hand.all(slow.runs, "running"))
    other = store.submit(runs_of(2, first=10), "cem")
    until(lambda: hand.all(other.runs, "finished"))
    assert hand.all(paused.runs, "paused")
    store.resume(paused.id, "ann")
    until(lambda: hand.entries(paused.runs)[0].step > 20)


@OTHERS
def test_a_long_run_lets_short_ones_pass(store: Store) -> None:
    hand = Hand(store, replace(QUICK, soon=0.1))
    long = store.submit(runs_of(1, steps=20_000), "ann").runs
    until(lambda: hand.entries(long)[0].step)
    short = store.submit(runs_of(1, first=5), "bob").runs
    until(lambda: hand.all(short, "finished"))
    assert hand.all(long, "running")
    hand.leave()


def test_the_runs_of_one_visitor_are_trained_one_after_the_other(store: Store) -> None:
    hand = Hand(store, replace(QUICK, patience=1000.0))
    first = store.submit(runs_of(1, steps=300), "ann").runs
    second = store.submit(runs_of(1, first=5), "ann").runs
    until(lambda: hand.all(second, "finished"))
    assert hand.all(first, "finished")
    assert hand.entries(first)[0].ended < hand.entries(second)[0].started
    hand.leave()


@OTHERS
def test_it_holds_only_so_many_fleets(store: Store) -> None:
    hand = Hand(store, replace(QUICK, held=2))
    submissions = [store.submit(runs_of(1, first=i, steps=20_000), "ann") for i in range(3)]
    for one in submissions:
        store.pause(one.id, "ann")
    until(lambda: hand.all(submissions[1].runs, "paused"))
    time.sleep(0.1)
    assert hand.all(submissions[2].runs, "queued")
    store.stop(submissions[0].id, "ann")
    until(lambda: hand.all(submissions[2].runs, "paused"))
    hand.leave()


def test_stop_keeps_what_there_is(store: Store, hand: Hand) -> None:
    submission = store.submit(runs_of(3, steps=20_000), "ann")
    until(lambda: hand.entries(submission.runs)[0].step > 30)
    store.stop([submission.runs[1]], "ann")
    until(lambda: hand.entries(submission.runs)[1].status == "stopped")
    kept = len(store.histories([submission.runs[1]])[0].records)
    step = hand.entries(submission.runs)[0].step
    until(lambda: hand.entries(submission.runs)[0].step > step + 20)
    store.stop(submission.id, "ann")
    until(lambda: hand.all(submission.runs, "stopped"))
    assert len(store.histories([submission.runs[1]])[0].records) == kept > 0
    assert {entry.message for entry in hand.entries(submission.runs)} == {STOPPED}
    until(lambda: not hand.worker.jobs)


def test_rates_turned_in_flight_are_recorded(store: Store, hand: Hand) -> None:
    submission = store.submit(runs_of(2, steps=20_000), "ann")
    until(lambda: hand.entries(submission.runs)[0].step)
    store.turn_rate(submission.id, "ann", 0.5)
    until(lambda: store.histories(submission.runs)[1].of_kind("changed"))
    assert store.histories(submission.runs)[1].last("changed")["what"] == {"rate": 0.5}


def test_a_run_that_nobody_watches_is_stopped(store: Store) -> None:
    hand = Hand(store, replace(QUICK, unwatched=1.5, small=0.0))
    left = store.submit(runs_of(1, steps=20_000), "ann").runs
    watched = store.submit(runs_of(1, first=5, steps=200), "ann").runs

    def look() -> bool:
        with store.engine.begin() as connection:
            connection.execute(update(table).where(table.c.id.in_(watched)).values(watched=time.time()))
        return hand.all(left, "stopped") and hand.all(watched, "finished")

    until(look)
    assert hand.entries(left)[0].message == UNWATCHED
    hand.leave()


def test_a_small_run_that_nobody_watches_is_trained_to_its_end(store: Store) -> None:
    hand = Hand(store, replace(QUICK, unwatched=1.5, small=1e6), train=Slow)
    left = store.submit(runs_of(1, steps=1_500), "ann").runs
    until(lambda: not hand.all(left, "queued") and hand.entries(left)[0].status in ("finished", "stopped"))
    assert hand.entries(left)[0].status == "finished"
    hand.leave()


def test_what_breaks_fails_with_a_sentence_and_the_worker_goes_on(
    store: Store, hand: Hand, caplog: pytest.LogCaptureFixture
) -> None:
    broken = store.submit(runs_of(2, first=BREAKS), "ann").runs
    until(lambda: hand.all(broken, "failed"))
    assert "the stage broke" in hand.entries(broken)[0].message
    assert "\n" not in hand.entries(broken)[0].message
    assert "Traceback" in caplog.text
    good = store.submit(runs_of(1), "ann").runs
    until(lambda: hand.all(good, "finished"))


class Picky(Slow):
    """A training that breaks in the middle where one of its runs weighs by DWA."""

    def events(self) -> Iterator[Event]:
        for event in super().events():
            if self.step == 35 and any(run.experiment.weighting.name == "dwa" for run in self.runs):
                raise ZeroDivisionError("no change in the loss")
            yield event


def test_a_method_that_breaks_takes_no_other_along(store: Store) -> None:
    hand = Hand(store, train=Picky)
    good, broken = runs_of(2) + runs_of(1, rate=0.02), runs_of(2, first=5, weighting="dwa")
    numbers = store.submit([*good, *broken], "ann").runs
    assert {run.experiment.fleet() for run in (*good, *broken)} == {good[0].experiment.fleet()}
    until(lambda: not any(entry.active for entry in hand.entries(numbers)))
    assert [entry.status for entry in hand.entries(numbers)] == ["finished"] * 3 + ["failed"] * 2
    assert {entry.message for entry in hand.entries(numbers[3:])} == {
        "The training broke off: `ZeroDivisionError: no change in the loss`."
    }
    for history in store.histories(numbers[:3]):
        assert [record["step"] for record in history.of_kind("measured")] == [1, *range(10, 101, 10)], "told once"
        assert len(history.of_kind("started")) == len(history.of_kind("finished")) == 1
    hand.leave()


class Refusing(Acting):
    """A training that cannot be set up."""

    def __init__(self, runs: object, *, device: str | None = None):
        raise Invalid([Problem("runs", "should please everybody", "these")])


def test_a_training_that_cannot_begin_fails_with_its_own_sentence(store: Store) -> None:
    hand = Hand(store, train=Refusing)
    numbers = store.submit(runs_of(2), "ann").runs
    until(lambda: hand.all(numbers, "failed"))
    assert {entry.message for entry in hand.entries(numbers)} == {"`runs` should please everybody. Found `these`."}
    hand.leave()


BAD = {
    "no table": "[1, 2]",
    "no JSON": "{",
    "no such suite": json.dumps({"suite": "of cards"}),
    "too large": json.dumps({"suite": "toy_plane", "steps": 10**9}),
    "another shape": json.dumps({"suite": "toy_plane", "steps": 99}),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_experiment_in_the_database_is_refused(bad: str, store: Store) -> None:
    numbers = store.submit([*runs_of(1), *runs_of(2, first=5, weighting="static")], "ann").runs
    with store.engine.begin() as connection:
        spoilt = experiments.c.text.contains('"static"')
        connection.execute(update(experiments).where(spoilt).values(text=BAD[bad]))
    hand = Hand(store, train=Acting)
    until(lambda: not any(entry.active for entry in hand.entries(numbers)))
    assert [entry.status for entry in hand.entries(numbers)] == ["finished", "failed", "failed"]
    assert "should" in hand.entries(numbers)[1].message
    hand.leave()


def test_what_a_worker_has_that_is_told_to_end_waits_for_another(store: Store) -> None:
    hand = Hand(store)
    wanted = runs_of(1, steps=20_000)
    number = store.submit(wanted, "ann").runs
    until(lambda: store.histories(number)[0].of_kind("measured"))
    hand.leave()
    assert hand.all(number, "queued")
    steps = [record["step"] for record in store.histories(number)[0].of_kind("measured")]
    assert steps == [1, *range(10, hand.entries(number)[0].step + 1, 10)], "the last ones are written too"
    assert store.submit(wanted, "ann").runs == number
    hand = Hand(store, train=Acting)
    until(lambda: hand.all(number, "finished"))
    assert hand.entries(number)[0].attempt == 2
    hand.leave()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_tell_it_to_end(number: signal.Signals) -> None:
    ending = Ending()
    end_on_signals(ending)
    try:
        assert not ending.told
        signal.raise_signal(number)
        assert ending.told
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)


def test_a_database_that_is_away_for_a_moment_costs_no_record(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    append, refused = store.append, []

    def sometimes(*arguments: object) -> None:
        if not refused:
            refused.append(arguments)
            raise Invalid([Problem("database", "should be there", "nothing")])
        append(*arguments)

    monkeypatch.setattr(store, "append", sometimes)
    hand = Hand(store)
    numbers = store.submit(runs_of(1), "ann").runs
    until(lambda: hand.all(numbers, "finished"))
    assert len(store.histories(numbers)[0].of_kind("measured")) == 11
    assert "should be there" in caplog.text
    hand.leave()
