"""A job follows what visitors ask, run by run, with a clock that the test holds."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import pytest

from playground.runs.database.limits import Limits
from playground.runs.store.store import Entry, Store
from playground.runs.workers.fleet_job import Job
from tests.runs.acting import BREAKS, DIVERGES, Acting, runs_of


class Stage:
    """A job of R acted runs, with the orders that a store would give."""

    def __init__(self, store: Store, count: int = 3, first: int = 0, steps: int = 100, **orders: object):
        runs = runs_of(count, first, steps=steps, weighting="static", rate=0.002)
        store.submit(runs, "ann")
        self.orders = {entry.id: replace(entry, **orders) for entry in store.claim("w")}
        self.ids = list(self.orders)
        self.job = Job(list(self.orders.values()), runs, Acting, Limits())
        self.now = 0.0

    def ask(self, *places: int, **orders: object) -> None:
        """Runs at these places (all for none) ask for something."""
        for place in places or range(len(self.ids)):
            number = self.ids[place]
            self.orders[number] = replace(self.orders[number], **orders)
        self.job.obey(self.orders)

    def go(self, most: int = 10_000) -> None:
        """Events until it may not go on at this time, or is over; `most` of them."""
        for _ in range(most):
            if not self.job.live or self.job.wait(self.now) > 0:
                return
            self.job.turn(self.now)

    def recorded(self, place: int, kind: str = "measured") -> list[int]:
        return [record["step"] for record in self.job.records[self.ids[place]] if record["kind"] == kind]


def test_it_runs_to_its_end_and_keeps_everything(store: Store) -> None:
    stage = Stage(store)
    stage.go()
    assert stage.recorded(0) == stage.recorded(2) == [1, *range(10, 101, 10)]
    assert [(one.id, one.status) for one in stage.job.outcomes] == [(number, "finished") for number in stage.ids]
    assert stage.job.step == 100


def test_it_pauses_and_goes_on(store: Store) -> None:
    stage = Stage(store)
    stage.go(30)
    stage.ask(wish="pause")
    stage.go()
    held = stage.job.step
    assert stage.job.wait(1e9) == math.inf
    stage.ask(wish="run")
    stage.go(30)
    assert stage.job.step > held


def test_it_may_begin_paused_and_takes_single_steps_each_recorded(store: Store) -> None:
    stage = Stage(store, wish="pause")
    stage.go()
    assert stage.job.step == 0
    for count in (1, 2, 4):
        stage.ask(singles=count)
        stage.go()
        assert stage.job.step == count
    assert stage.recorded(0) == [1, 2, 3, 4]


def test_single_steps_that_came_too_late_are_void(store: Store) -> None:
    stage = Stage(store)
    stage.go(9)
    stage.ask(singles=5)
    stage.ask(wish="pause")
    step = stage.job.step
    stage.go()
    assert stage.job.step <= step + 1, "only the step that was being taken"


def test_it_keeps_pace_and_every_step_is_recorded(store: Store) -> None:
    stage = Stage(store, pace=4.0)
    for quarter in range(1, 9):
        stage.go()
        assert stage.job.step == quarter
        stage.now += 0.25
    assert stage.recorded(1) == list(range(1, 9))
    stage.ask(pace=0.0)
    stage.go()
    assert stage.job.step == 100
    assert stage.recorded(1)[8:] == list(range(10, 101, 10))


def test_a_slow_pace_is_left_without_waiting_for_its_next_step(store: Store) -> None:
    stage = Stage(store, pace=0.01)
    stage.go()
    stage.ask(pace=10.0)
    assert stage.job.wait(stage.now) <= 0.1


def test_it_goes_as_its_least_patient_run_wants(store: Store) -> None:
    stage = Stage(store)
    stage.ask(0, 1, wish="pause", pace=1.0)
    assert not stage.job.paused
    assert stage.job.pace == math.inf
    stage.ask(2, pace=3.0)
    assert stage.job.pace == 3.0
    stage.ask(2, wish="pause")
    assert stage.job.paused


def test_stopped_runs_leave_and_the_others_go_on(store: Store) -> None:
    stage = Stage(store)
    stage.go(40)
    stage.ask(1, wish="stop")
    kept = len(stage.job.records[stage.ids[1]])
    stage.go()
    assert {one.id: one.status for one in stage.job.outcomes} == {
        stage.ids[0]: "finished",
        stage.ids[1]: "stopped",
        stage.ids[2]: "finished",
    }
    assert len(stage.job.records[stage.ids[1]]) == kept > 0


def test_a_paused_run_does_not_hold_up_the_others_once_it_is_stopped(store: Store) -> None:
    stage = Stage(store, count=2)
    stage.ask(0, wish="pause")
    stage.ask(1, wish="stop")
    assert stage.job.paused
    stage.ask(0, wish="run")
    stage.go()
    assert [one.status for one in stage.job.outcomes] == ["stopped", "finished"]


def test_knobs_reach_only_the_runs_that_asked_and_only_once(store: Store) -> None:
    stage = Stage(store, steps=100)
    stage.go(30)
    stage.ask(1, rate=0.5)
    stage.ask(1, rate=0.5)
    stage.ask(0, 2, weights=(1.0, 4.0))
    stage.go()
    assert [len(stage.recorded(place, "changed")) for place in range(3)] == [1, 1, 1]
    last = [stage.job.records[number][-2] for number in stage.ids]
    assert [record["losses"][0] for record in last] == [pytest.approx(0.002), pytest.approx(1.0), pytest.approx(0.006)]
    assert [record["weights"] for record in last] == [[1.0, 4.0], [1.0, 1.0], [1.0, 4.0]]


def test_a_run_that_diverges_fails_alone(store: Store) -> None:
    stage = Stage(store, count=2, first=DIVERGES)
    stage.go()
    assert [(one.status, one.message) for one in stage.job.outcomes] == [
        ("failed", "the loss stopped being a number"),
        ("finished", ""),
    ]
    assert stage.recorded(0, "failed") == [3]


def test_what_breaks_is_raised_to_the_worker(store: Store) -> None:
    stage = Stage(store, count=1, first=BREAKS)
    with pytest.raises(RuntimeError):
        stage.go()
    stage.job.fail("it broke")
    assert [(one.status, one.message) for one in stage.job.outcomes] == [("failed", "it broke")]


def test_nobody_watches(store: Store) -> None:
    stage = Stage(store)
    stage.ask(0, 1, watched=time.time() - 10_000)
    assert [one.status for one in stage.job.outcomes] == ["stopped", "stopped"]
    assert stage.job.live == [stage.ids[2]]


@pytest.mark.parametrize(("spent", "orders", "stopped"), [(1.0, {}, False), (1000.0, {}, True), (1.0, {"wish": "pause"}, True)])
def test_a_run_that_is_soon_done_is_trained_to_its_end(
    spent: float, orders: dict[str, str], stopped: bool, store: Store
) -> None:
    stage = Stage(store, 1)
    stage.go(20)
    assert 0 < stage.job.step < 100
    stage.job._spent = spent  # seconds for the steps so far
    stage.ask(**orders)
    stage.ask(watched=time.time() - 1000)
    assert [one.status for one in stage.job.outcomes] == (["stopped"] if stopped else [])


def test_a_run_that_was_taken_away_is_dropped_without_a_word(store: Store) -> None:
    stage = Stage(store)
    gone: Entry = stage.orders.pop(stage.ids[0])
    stage.job.obey(stage.orders)
    assert gone.id not in stage.job.live
    assert stage.job.outcomes == []


def test_a_run_in_a_fleet_is_recorded_as_if_it_were_alone(store: Store) -> None:
    stage = Stage(store, count=3)
    stage.go()
    first = stage.job.records[stage.ids[0]]
    alone = Stage(store, count=1, first=50)
    alone.go()
    kinds = [(record["kind"], record["step"]) for record in alone.job.records[alone.ids[0]]]
    assert [(record["kind"], record["step"]) for record in first] == kinds
